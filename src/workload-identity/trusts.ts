import type { Actor } from "../access/actor";
import { permit } from "../access/permit";
import { requireKeyCreator } from "../access/policy";
import { keyOf } from "../api-keys/api-keys";
import { lockKeys } from "../api-keys/api-keys.sql";
import { requireManageableKey } from "../api-keys/management";
import type { App } from "../app";
import { record } from "../audit/audit";
import { fieldMessages } from "../field-messages.contract";
import { isId, newId, type TrustId } from "../ids";
import { policyOf } from "../policies/policies.sql";
import { invalid, Problem } from "../problems";
import { requireVerified } from "../users/verification";
import { countTrusts, deleteTrust, insertTrust, listTrusts } from "./trusts.sql";

/** Trusts that one key may have. */
const maxTrusts = 20;

export interface NewTrust {
  issuer: string;
  audience?: string | undefined;
  claims: Record<string, string>;
}

/**
 * Lets programs that an issuer vouches for use an API key without knowing it.
 * @throws Problem VALIDATION_ERROR for an issuer that is not one of OIDC_ISSUERS, FORBIDDEN for a key that may do more than the actor
 */
export async function createTrust(app: App, actor: Actor, organization: string, keyId: string, input: NewTrust) {
  const { organizationId, role, key } = await requireManageableKey(app, actor, organization, keyId, "api-keys:update");
  await requireVerified(app, actor);
  requireKeyCreator(await policyOf(app.db.reader, organizationId), role);
  const issuer = input.issuer.replace(/\/$/, "");
  if (!app.issuers.includes(issuer)) throw invalid("issuer", fieldMessages.unknownIssuer);
  const trust = await app.db.write(async (tx) => {
    await lockKeys(tx, organizationId);
    if ((await countTrusts(tx, key.id)) >= maxTrusts) return undefined;
    const row = await insertTrust(tx, {
      id: newId("trs", tx.now.getTime()),
      keyId: key.id,
      issuer,
      audience: input.audience ?? app.config.publicUrl,
      claims: input.claims,
      createdAt: tx.now,
    });
    await record(tx, actor, {
      action: "api_key.trust_created",
      chain: organizationId,
      target: key.id,
      details: { trust: row.id, issuer, audience: row.audience, claims: row.claims },
    });
    return row;
  });
  if (!trust) throw new Problem("CONFLICT", { reason: "too_many_trusts", values: { limit: maxTrusts } });
  return trust;
}

export async function listKeyTrusts(app: App, actor: Actor, organization: string, keyId: string) {
  const { organizationId } = await permit(app, actor, organization, "api-keys:read");
  const key = await keyOf(app.db.reader, organizationId, keyId);
  return { data: await listTrusts(app.db.reader, key.id), nextCursor: null };
}

/** Ends a trust. Tokens that were given for it end within a quarter of an hour; revoking the key ends them at once. */
export async function removeTrust(app: App, actor: Actor, organization: string, keyId: string, trustId: string) {
  const { organizationId } = await permit(app, actor, organization, "api-keys:update");
  const key = await keyOf(app.db.reader, organizationId, keyId);
  if (!isId("trs", trustId)) throw new Problem("NOT_FOUND");
  const removed = await app.db.write(async (tx) => {
    const row = await deleteTrust(tx, key.id, trustId as TrustId);
    if (row) {
      const details = { trust: row.id, issuer: row.issuer, claims: row.claims };
      await record(tx, actor, { action: "api_key.trust_removed", chain: organizationId, target: key.id, details });
    }
    return row;
  });
  if (!removed) throw new Problem("NOT_FOUND");
}
