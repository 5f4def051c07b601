import type { Actor } from "../access/actor";
import type { Permission } from "../access/permissions";
import { permit } from "../access/permit";
import { allowedScopes } from "../access/policy";
import type { App } from "../app";
import type { AuditAction } from "../audit/actions.contract";
import { record } from "../audit/audit";
import type { Writer } from "../db/database";
import type { OrganizationId } from "../ids";
import { planOf } from "../limits/plans";
import { omitUndefined } from "../omit-undefined";
import { policyOf } from "../policies/policies.sql";
import { Problem } from "../problems";
import { keyOf, presentApiKey, rateLimitTooHigh } from "./api-keys";
import { type ApiKeyRow, disableApiKey, enableApiKey, lockKeys, revokeApiKey, updateApiKey } from "./api-keys.sql";
import { boundedBy, expiryOf } from "./bounds";
import { requireWithinPermissions, scopesFrom } from "./scopes";

/** What of a key can be changed; null takes a value away, what is left out stays. */
export interface KeyChange {
  name?: string | undefined;
  description?: string | null | undefined;
  metadata?: Record<string, string> | undefined;
  scopes?: string[] | undefined;
  rateLimit?: number | null | undefined;
  allowedIps?: string[] | null | undefined;
  expiresAt?: Date | null | undefined;
}

/**
 * Changes what a key is called, may do and is bound by; never the key itself. It holds from the next request on.
 * @throws Problem VALIDATION_ERROR, also for scopes the policy does not allow, FORBIDDEN for a key that may do more than the
 * actor, CONFLICT for one that has ended
 */
export async function updateKey(app: App, actor: Actor, organization: string, keyId: string, input: KeyChange) {
  const { organizationId, permissions, key } = await requireManageableKey(
    app,
    actor,
    organization,
    keyId,
    "api-keys:update",
  );
  const policy = await policyOf(app.db.reader, organizationId);
  const bounds = await boundedBy(app.db.reader, actor, {
    environment: key.environment,
    expiresAt: expiryOf(input, app.clock.now()),
    allowedIps: input.allowedIps?.length ? input.allowedIps : null,
  });
  const change = omitUndefined({
    name: input.name,
    description: input.description,
    metadata: input.metadata,
    rateLimit: input.rateLimit,
    scopes: input.scopes && scopesFrom(input, allowedScopes(policy, permissions)),
    expiresAt: input.expiresAt === undefined ? undefined : bounds.expiresAt,
    allowedIps: input.allowedIps === undefined ? undefined : bounds.allowedIps,
  });
  if (Object.keys(change).length === 0) return presentApiKey(app, key);
  const verdict = await app.db.write(async (tx) => {
    const locked = await lockKeys(tx, organizationId);
    if (locked && input.rateLimit && input.rateLimit > planOf(locked).perKey.minute) return "too fast";
    const updated = await updateApiKey(tx, organizationId, key.id, change);
    if (updated) await recordChange(tx, actor, "api_key.updated", updated, omitUndefined(input));
    return updated;
  });
  if (verdict === "too fast") throw rateLimitTooHigh();
  return presentApiKey(app, verdict ?? throwEndedKey());
}

/** Switches a key off until it is switched on again. @throws Problem CONFLICT when it has ended */
export async function disableKey(app: App, actor: Actor, organization: string, keyId: string) {
  const { organizationId } = await permit(app, actor, organization, "api-keys:update");
  const { id } = await keyOf(app.db.reader, organizationId, keyId);
  const key = await app.db.write(async (tx) => {
    const disabled = await disableApiKey(tx, organizationId, id, "by_hand");
    if (disabled) await recordChange(tx, actor, "api_key.disabled", disabled);
    return disabled;
  });
  return presentApiKey(app, key ?? (await unlessEnded(app, organizationId, keyId)));
}

/** Switches a key on again. @throws Problem FORBIDDEN for a key that may do more than the actor, CONFLICT when it has ended */
export async function enableKey(app: App, actor: Actor, organization: string, keyId: string) {
  const { organizationId, key } = await requireManageableKey(app, actor, organization, keyId, "api-keys:update");
  const enabled = await app.db.write(async (tx) => {
    const row = await enableApiKey(tx, organizationId, key.id);
    if (row) await recordChange(tx, actor, "api_key.enabled", row);
    return row;
  });
  return presentApiKey(app, enabled ?? (await unlessEnded(app, organizationId, keyId)));
}

/** Revokes a key, for good and at once. */
export async function revokeKey(app: App, actor: Actor, organization: string, keyId: string) {
  const { organizationId } = await permit(app, actor, organization, "api-keys:delete");
  const { id } = await keyOf(app.db.reader, organizationId, keyId);
  await app.db.write(async (tx) => {
    const revoked = await revokeApiKey(tx, organizationId, id);
    if (revoked) await recordChange(tx, actor, "api_key.revoked", revoked);
  });
}

/**
 * A key the actor may not only act on, but could have made.
 * @param tx as for `permit`
 * @throws Problem FORBIDDEN, NOT_FOUND
 */
export async function requireManageableKey(
  app: App,
  actor: Actor,
  organization: string,
  keyId: string,
  permission: Permission,
  tx?: Writer,
) {
  const permitted = await permit(app, actor, organization, permission, tx);
  const key = await keyOf(tx ?? app.db.reader, permitted.organizationId, keyId);
  requireWithinPermissions(key.scopes, permitted.permissions);
  return { ...permitted, key };
}

async function unlessEnded(app: App, organizationId: OrganizationId, keyId: string): Promise<ApiKeyRow> {
  const key = await keyOf(app.db.reader, organizationId, keyId);
  return ["revoked", "expired"].includes(presentApiKey(app, key).status) ? throwEndedKey() : key;
}

function throwEndedKey(): never {
  throw new Problem("CONFLICT", { reason: "key_ended" });
}

function recordChange(tx: Writer, actor: Actor, action: AuditAction, key: ApiKeyRow, change?: Record<string, unknown>) {
  return record(tx, actor, {
    action,
    chain: key.organizationId,
    target: key.id,
    details: { name: key.name, ...(change && { change }) },
  });
}
