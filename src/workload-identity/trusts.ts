import { type Actor, userIdOf } from "../access/actor";
import { permit } from "../access/permit";
import { requireKeyCreator } from "../access/policy";
import { underLock } from "../access/under-lock";
import { requireKey, statusOf } from "../api-keys/api-keys";
import { requireManageableKey, requireUnblocked } from "../api-keys/management";
import type { App } from "../app";
import { record } from "../audit/audit";
import { fieldMessages } from "../field-messages.contract";
import { isId, newId } from "../ids";
import { invalid, Problem } from "../problems";
import { requireVerified } from "../users/verification";
import { isPullRequest, mismatchOf } from "./claims";
import type { Identity } from "./issuers";
import { countTrusts, deleteTrust, insertTrust, listTrusts, type TrustRow } from "./trusts.sql";

/** Trusts that one key may have. */
const maxTrusts = 20;

export interface NewTrust {
  issuer: string;
  audience?: string | undefined;
  claims: Record<string, string>;
}

/**
 * Trusts workloads that an issuer vouches for to use a key without knowing it.
 * @throws Problem VALIDATION_ERROR for an issuer that is not one of OIDC_ISSUERS, FORBIDDEN for a key beyond the actor's permissions, CONFLICT for
 * a key that has ended or is blocked
 */
export async function createTrust(app: App, actor: Actor, organization: string, keyId: string, input: NewTrust) {
  await requireVerified(app, actor);
  return underLock(app, actor, organization, "api-keys:update", async (tx, permitted, row) => {
    const found = await requireManageableKey(tx, actor, permitted, keyId);
    requireKeyCreator(row.policy, permitted.role);
    if (["revoked", "expired"].includes(statusOf(app, found, tx.now))) {
      throw new Problem("CONFLICT", { reason: "key_ended" });
    }
    requireUnblocked(app, found, tx.now);
    const issuer = input.issuer.replace(/\/$/, "");
    if (!app.issuers.includes(issuer)) throw invalid("issuer", fieldMessages.unknownIssuer);
    const { key } = found;
    if ((await countTrusts(tx, key.id)) >= maxTrusts) {
      throw new Problem("CONFLICT", { reason: "too_many_trusts", values: { limit: maxTrusts } });
    }
    const trust = await insertTrust(tx, {
      id: newId("trs", tx.now.getTime()),
      keyId: key.id,
      issuer,
      audience: input.audience ?? app.config.publicUrl,
      claims: input.claims,
      createdById: userIdOf(actor),
      createdByKeyId: actor.kind === "key" ? actor.keyId : null,
      createdAt: tx.now,
    });
    await record(tx, actor, {
      action: "api_key.trust_created",
      chain: key.organizationId,
      target: key.id,
      details: { trust: trust.id, issuer, audience: trust.audience, claims: trust.claims },
    });
    return presentTrust(trust);
  });
}

export async function listKeyTrusts(app: App, actor: Actor, organization: string, keyId: string) {
  const { organizationId } = await permit(app, actor, organization, "api-keys:read");
  const { key } = await requireKey(app.db.reader, organizationId, keyId);
  return { data: (await listTrusts(app.db.reader, key.id)).map(presentTrust), nextCursor: null };
}

/** What the trusts of a key say to the claims of a token, as far as that can be told without its signature. */
export async function checkTrusts(
  app: App,
  actor: Actor,
  organization: string,
  keyId: string,
  claims: Record<string, unknown>,
) {
  const { organizationId } = await permit(app, actor, organization, "api-keys:read");
  const { key } = await requireKey(app.db.reader, organizationId, keyId);
  const identity = claims as unknown as Identity;
  const isFromPullRequest = isPullRequest(identity);
  const trusts = await listTrusts(app.db.reader, key.id);
  const data = trusts.map((trust) => ({ trustId: trust.id, mismatch: mismatchOf(trust, identity) ?? null }));
  const accepted = !isFromPullRequest && data.some(({ mismatch }) => mismatch === null);
  return { accepted, isPullRequest: isFromPullRequest, data };
}

/**
 * Deletes a trust. Tokens that were exchanged by it expire within 15 minutes; revoking the key ends them at once.
 * @throws Problem FORBIDDEN for a key beyond the actor's permissions, NOT_FOUND
 */
export async function removeTrust(app: App, actor: Actor, organization: string, keyId: string, trustId: string) {
  await underLock(app, actor, organization, "api-keys:update", async (tx, permitted) => {
    const { key } = await requireManageableKey(tx, actor, permitted, keyId);
    const trust = isId("trs", trustId) ? await deleteTrust(tx, key.id, trustId) : undefined;
    if (!trust) throw new Problem("NOT_FOUND");
    await record(tx, actor, {
      action: "api_key.trust_removed",
      chain: key.organizationId,
      target: key.id,
      details: { trust: trust.id, issuer: trust.issuer, claims: trust.claims },
    });
  });
}

const presentTrust = ({ createdById, ...trust }: TrustRow) => ({ ...trust, createdBy: createdById });
