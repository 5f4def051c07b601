import type { Actor, UserActor } from "../access/actor";
import { lifeOf } from "../access/key-life";
import type { KeyWithFacts } from "../access/key-life.sql";
import { type Permission, permissionsOfRole } from "../access/permissions";
import type { Permit } from "../access/permit";
import { allowedScopes } from "../access/policy";
import { isWithinOnly, onlyWithin } from "../access/resource-kinds";
import { underLock } from "../access/under-lock";
import type { App } from "../app";
import type { AuditAction } from "../audit/actions.contract";
import { record } from "../audit/audit";
import type { Writer } from "../db/database";
import { fieldMessages } from "../field-messages.contract";
import { type ApiKeyId, isId } from "../ids";
import { findMember } from "../members/members.sql";
import { omitUndefined } from "../omit-undefined";
import type { OrganizationRow } from "../organizations/organizations.sql";
import { invalid, Problem } from "../problems";
import { askingKey, ceilingOf, presentApiKey, requireKey, requireRoomForKey, statusOf } from "./api-keys";
import { disableApiKey, enableApiKey, listDescendants, revokeApiKey, updateApiKey } from "./api-keys.sql";
import { expiryWithin, ipsWithin, rateLimitWithin } from "./bounds";
import { narrowScopes, requireWithinPermissions, scopesFrom } from "./scopes";

/** What of a key can be changed; null removes a value, undefined leaves it as it is. */
export interface KeyChange {
  name?: string | undefined;
  description?: string | null | undefined;
  metadata?: Record<string, string> | undefined;
  scopes?: string[] | undefined;
  rateLimit?: number | null | undefined;
  allowedIps?: string[] | null | undefined;
  only?: string[] | null | undefined;
  expiresAt?: Date | null | undefined;
}

/**
 * Changes what a key is called, may do and is bound by, from the next request on; never the key itself.
 * @throws Problem VALIDATION_ERROR for more than the policy, the plan or the asking key allow, FORBIDDEN for a key beyond the actor's permissions
 * and for a key that changes its own bounds, CONFLICT for a key that has ended
 */
export async function updateKey(app: App, actor: Actor, organization: string, keyId: string, input: KeyChange) {
  return changeKey(app, actor, organization, keyId, "api-keys:update", async (tx, { key }, permitted, row) => {
    requireOtherBounds(actor, key.id, input);
    const { name, description, metadata, expiresAt, allowedIps, only, rateLimit } = input;
    const ceiling = ceilingOf(row, await askingKey(tx, actor), key.environment, tx.now, key.createdAt);
    const change = omitUndefined({
      name,
      description,
      metadata,
      scopes: input.scopes && scopesFrom(input, allowedScopes(row.policy, permitted.permissions)),
      expiresAt: expiresAt === undefined ? undefined : expiryWithin(ceiling, { expiresAt }),
      allowedIps: allowedIps === undefined ? undefined : ipsWithin(ceiling, allowedIps),
      only: only === undefined ? undefined : onlyWithin(permitted.only, only),
      rateLimit: rateLimit === undefined ? undefined : rateLimitWithin(ceiling, rateLimit),
    });
    if (Object.keys(change).length === 0) return;
    if (key.replacedBy && change.expiresAt !== undefined) requireWithinOverlap(key.expiresAt, change.expiresAt);
    await updateApiKey(tx, key.organizationId, key.id, change);
    await recordChange(tx, actor, "api_key.updated", key, { change: omitUndefined(input) });
  });
}

/** Disables a key until it is enabled again. @throws Problem CONFLICT for a key that has ended */
export async function disableKey(app: App, actor: Actor, organization: string, keyId: string) {
  return changeKey(app, actor, organization, keyId, "api-keys:update", async (tx, { key }) => {
    const disabled = await disableApiKey(tx, key.organizationId, key.id, "by_hand");
    if (disabled) await recordChange(tx, actor, "api_key.disabled", key);
  });
}

/**
 * Enables a key again.
 * @throws Problem CONFLICT for a key that has ended, or that would be refused all the same, with the reason; PLAN_LIMIT_REACHED
 */
export async function enableKey(app: App, actor: Actor, organization: string, keyId: string) {
  return changeKey(app, actor, organization, keyId, "api-keys:update", async (tx, found, _, row) => {
    requireUnblocked(app, found, tx.now);
    const { key } = found;
    if (key.disabledAt && !key.replacedBy) await requireRoomForKey(tx, row);
    if (await enableApiKey(tx, key.organizationId, key.id)) await recordChange(tx, actor, "api_key.enabled", key);
  });
}

/**
 * Makes a key another member's, whose role bounds it from then on. It can do no more than under the member it belonged to, as long as they are one:
 * they may still know it. Whether it is disabled does not change.
 * @throws Problem VALIDATION_ERROR for someone who is not a member, CONFLICT for a key that has ended, PLAN_LIMIT_REACHED for one that starts to work
 */
export async function handOverKey(
  app: App,
  actor: UserActor,
  organization: string,
  keyId: string,
  { memberId }: { memberId: string },
) {
  return changeKey(app, actor, organization, keyId, "api-keys:update", async (tx, { key, role, grants }, _, row) => {
    const member = isId("mem", memberId) ? await findMember(tx, key.organizationId, memberId) : undefined;
    if (!member) throw invalid("memberId", fieldMessages.unknownMember);
    if (member.userId === key.creatorId) return;
    if (role === null && !key.disabledAt && !key.replacedBy) await requireRoomForKey(tx, row);
    const scopes = role === null ? key.scopes : narrowScopes(key.scopes, permissionsOfRole(role, grants));
    await updateApiKey(tx, key.organizationId, key.id, { creatorId: member.userId, scopes });
    await recordChange(tx, actor, "api_key.handed_over", key, { from: key.creatorId, to: member.userId });
  });
}

/**
 * Revokes a key, for good and at once.
 * @param descendants also the keys that it created, and those they created
 */
export async function revokeKey(
  app: App,
  actor: Actor,
  organization: string,
  keyId: string,
  { descendants = false }: { descendants?: boolean } = {},
) {
  await underLock(app, actor, organization, "api-keys:delete", async (tx, permitted) => {
    const { key } = await requireManageableKey(tx, actor, permitted, keyId);
    await revokeAndRecord(tx, actor, key);
    if (!descendants) return;
    for (const child of await listDescendants(tx, key.organizationId, key.id)) {
      requireWithinPermissions(child.scopes, permitted.permissions);
      if (!isWithinOnly(child.only, permitted.only)) throw new Problem("FORBIDDEN", { reason: "key_beyond_resources" });
      await revokeAndRecord(tx, actor, child);
    }
  });
}

/**
 * A key that the actor could have created. Every change of a key asks for it.
 * @throws Problem NOT_FOUND, FORBIDDEN
 */
export async function requireManageableKey(
  tx: Writer,
  actor: Actor,
  { organizationId, permissions, only }: Permit,
  keyId: string,
): Promise<KeyWithFacts> {
  const found = await requireKey(tx, organizationId, keyId);
  requireWithinPermissions(found.key.scopes, permissions);
  if (!isWithinOnly(found.key.only, only)) throw new Problem("FORBIDDEN", { reason: "key_beyond_resources" });
  if (actor.kind === "key" && actor.environment === "test" && found.key.environment === "live") {
    throw new Problem("FORBIDDEN", { reason: "live_by_test_key" });
  }
  return found;
}

/** Requires that nothing but the key itself keeps it from working. @throws Problem CONFLICT */
export function requireUnblocked(app: App, found: KeyWithFacts, now: Date) {
  const { blockedFrom, blockedBecause } = lifeOf(found, app.config.keyEnvironments);
  if (blockedBecause && blockedFrom <= now.getTime()) {
    throw new Problem("CONFLICT", {
      reason: `key_${blockedBecause}`,
      values: { environment: found.key.environment },
    });
  }
}

/** Changes a key that has not ended, under the organization's lock. @returns the key as it is then */
async function changeKey(
  app: App,
  actor: Actor,
  organization: string,
  keyId: string,
  permission: Permission,
  change: (tx: Writer, found: KeyWithFacts, permitted: Permit, row: OrganizationRow) => Promise<void>,
) {
  const changed = await underLock(app, actor, organization, permission, async (tx, permitted, row) => {
    const found = await requireManageableKey(tx, actor, permitted, keyId);
    if (["revoked", "expired"].includes(statusOf(app, found, tx.now))) {
      throw new Problem("CONFLICT", { reason: "key_ended" });
    }
    await change(tx, found, permitted, row);
    return requireKey(tx, permitted.organizationId, keyId);
  });
  return presentApiKey(app, changed);
}

/** Refuses to let a key change its own bounds. @throws Problem FORBIDDEN */
function requireOtherBounds(actor: Actor, keyId: ApiKeyId, { rateLimit, allowedIps, only, expiresAt }: KeyChange) {
  const changesBounds = [rateLimit, allowedIps, only, expiresAt].some((bound) => bound !== undefined);
  if (actor.kind === "key" && actor.keyId === keyId && changesBounds) {
    throw new Problem("FORBIDDEN", { reason: "own_key_bounds" });
  }
}

/** The overlap of a rotated key can be shortened, not extended. @throws Problem VALIDATION_ERROR */
function requireWithinOverlap(current: Date | null, asked: Date | null) {
  if (current && (!asked || asked > current)) throw invalid("expiresAt", fieldMessages.beyondOverlap);
}

async function revokeAndRecord(tx: Writer, actor: Actor, { id, organizationId }: KeyWithFacts["key"]) {
  const revoked = await revokeApiKey(tx, organizationId, id);
  if (revoked) await recordChange(tx, actor, "api_key.revoked", revoked);
}

function recordChange(
  tx: Writer,
  actor: Actor,
  action: AuditAction,
  { organizationId, id, name }: KeyWithFacts["key"],
  details?: Record<string, unknown>,
) {
  return record(tx, actor, { action, chain: organizationId, target: id, details: { name, ...details } });
}
