import { hash } from "node:crypto";
import type { Actor, UserActor } from "../access/actor";
import { grantable } from "../access/grants";
import { openNetworks } from "../access/networks";
import { isBuiltIn, permissions } from "../access/permissions";
import { permit } from "../access/permit";
import { openPolicy, type Policy } from "../access/policy";
import { underLock } from "../access/under-lock";
import type { App } from "../app";
import { record } from "../audit/audit";
import type { Reader } from "../db/database";
import { fieldMessages } from "../field-messages.contract";
import type { OrganizationId } from "../ids";
import { omitUndefined } from "../omit-undefined";
import { invalid, Problem } from "../problems";
import { findRole } from "../roles/roles.sql";
import { signInMethods } from "../sessions/methods";
import { listWithoutTwoFactor, policyOf, setPolicy } from "./policies.sql";

type Change = {
  [Term in keyof Policy]?: (Policy[Term] extends unknown[] | null ? string[] | null : Policy[Term]) | undefined;
};

/** An organization's policy, with the members whom `require2fa` keeps out or would keep out. */
export async function getPolicy(app: App, actor: Actor, organization: string) {
  const { organizationId } = await permit(app, actor, organization, "organization:update");
  return presentPolicy(app, organizationId, { ...openPolicy, ...(await policyOf(app.db.reader, organizationId)) });
}

/**
 * Updates an organization's policy, from the next request on. It binds those who change it: a member whom it keeps out cannot loosen it, nor
 * can an API key, and no one keeps themselves out.
 * @throws Problem VALIDATION_ERROR for unknown scopes and roles, and for `allowedIps` without the actor's own IP, TWO_FACTOR_SETUP_REQUIRED for a
 * `require2fa` that would keep the actor out at once, CONFLICT when the policy is not the one of `etag` any more
 */
export async function updatePolicy(
  app: App,
  actor: UserActor,
  organization: string,
  { etag, ...input }: Change & { etag?: string | undefined },
) {
  const { organizationId } = await permit(app, actor, organization, "organization:update");
  if (input.allowedIps && !openNetworks(input.allowedIps)(actor.origin.ip)) {
    throw invalid("allowedIps", fieldMessages.withoutOwnIp);
  }
  requireKnownMethods(app, input.allowedMethods ?? []);
  const allowedScopes = input.allowedScopes && grantable(input.allowedScopes, new Set(permissions), "allowedScopes");
  const change = omitUndefined({ ...input, allowedScopes });
  const policy = await underLock(app, actor, organizationId, "organization:update", async (tx, _, row) => {
    await requireKnownRoles(tx, organizationId, input.keyCreators ?? []);
    const before = { ...openPolicy, ...row.policy };
    if (etag !== undefined && etag !== etagOf(before)) throw new Problem("CONFLICT", { reason: "policy_changed" });
    const policy = { ...before, ...change };
    await setPolicy(tx, organizationId, policy);
    await permit(app, actor, organizationId, "organization:update", undefined, tx);
    const names = Object.keys(change) as (keyof Policy)[];
    await record(tx, actor, {
      action: "policy.changed",
      chain: organizationId,
      target: organizationId,
      details: { from: Object.fromEntries(names.map((name) => [name, before[name]])), to: change },
    });
    return policy;
  });
  return presentPolicy(app, organizationId, policy);
}

async function requireKnownRoles(db: Reader, organizationId: OrganizationId, names: string[]) {
  for (const [i, name] of names.entries()) {
    if (!isBuiltIn(name) && !(await findRole(db, organizationId, name))) {
      throw invalid(`keyCreators.${i}`, fieldMessages.unknownRole);
    }
  }
}

function requireKnownMethods(app: App, names: string[]) {
  const known = signInMethods(app);
  for (const [i, name] of names.entries()) {
    if (!known.includes(name)) throw invalid(`allowedMethods.${i}`, fieldMessages.unknownMethod);
  }
}

/** Stands for a policy, so that who read it changes that one. @param policy every term of it, in the order of `openPolicy` */
const etagOf = (policy: Policy): string => hash("sha256", JSON.stringify(policy), "base64url").slice(0, 22);

async function presentPolicy(app: App, organizationId: OrganizationId, policy: Policy) {
  return {
    ...policy,
    etag: etagOf(policy),
    membersWithoutTwoFactor: await listWithoutTwoFactor(app.db.reader, organizationId, 100),
  };
}
