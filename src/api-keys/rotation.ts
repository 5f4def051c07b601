import type { Actor } from "../access/actor";
import { expiryWithin, type Policy, requireKeyCreator } from "../access/policy";
import type { App } from "../app";
import { record } from "../audit/audit";
import { apiKeyHash, displayPrefix, newApiKey } from "../crypto/api-key-secrets";
import type { Writer } from "../db/database";
import { newId } from "../ids";
import { policyOf } from "../policies/policies.sql";
import { Problem } from "../problems";
import { maxTimestamp } from "../shapes/timestamp.contract";
import { requireVerified } from "../users/verification";
import { presentApiKey } from "./api-keys";
import { type ApiKeyRow, countOverlaps, insertApiKey, lockKeys, retireApiKey } from "./api-keys.sql";
import { type Bounds, boundedBy, type ExpiryInput, expiryOf } from "./bounds";
import { requireManageableKey } from "./management";
import { notifyAdmins } from "./notices";

const day = 86_400_000;

export interface Rotation extends ExpiryInput {
  /** Days, 0 to 30, in which the old key still works. */
  overlap: number;
}

/**
 * Gives a key a successor that inherits everything, with a life as long as its own unless another is asked for. The old key
 * ends by itself when the overlap is over, or earlier when it is revoked.
 * @throws Problem CONFLICT for a key that is switched off, has ended, was rotated before, or whose predecessor still lives
 */
export async function rotateApiKey(
  app: App,
  actor: Actor,
  organization: string,
  keyId: string,
  { overlap, ...expiry }: Rotation,
) {
  const { organizationId, key: found } = await requireManageableKey(app, actor, organization, keyId, "api-keys:update");
  await requireVerified(app, actor);
  const key = newApiKey(found.environment);

  const successor = await app.db.write(async (tx) => {
    await lockKeys(tx, organizationId);
    const { role, key: old } = await requireManageableKey(app, actor, organizationId, keyId, "api-keys:update", tx);
    const bounds = await boundsOfSuccessor(tx, actor, role, old, expiry);
    if ((await countOverlaps(tx, organizationId, old.id, tx.now)) > 0) return undefined;
    const id = newId("key", tx.now.getTime());
    const retired = await retireApiKey(tx, organizationId, old.id, id, endOfOverlap(old.expiresAt, tx.now, overlap));
    if (!retired) return undefined;
    const { creatorId, name, description, metadata, scopes, rateLimit } = retired;
    const row = await insertApiKey(tx, {
      ...bounds,
      id,
      organizationId,
      creatorId,
      name,
      description,
      metadata,
      scopes,
      rateLimit,
      prefix: displayPrefix(key),
      hash: apiKeyHash(key),
      createdAt: tx.now,
      usageCount: 0,
    });
    await record(tx, actor, {
      action: "api_key.rotated",
      chain: organizationId,
      target: old.id,
      details: { name, successor: id, endsAt: retired.expiresAt },
    });
    await notifyAdmins(tx, organizationId, {
      template: "key-rotated",
      values: { name, prefix: old.prefix, endsAt: retired.expiresAt!.toISOString() },
    });
    return row;
  });
  if (!successor) {
    throw new Problem("CONFLICT", {
      reason: "key_not_rotatable",
    });
  }
  return { ...presentApiKey(app, successor), key };
}

/** The end of a key that was rotated: of its overlap, but never later than its own. */
export function endOfOverlap(expiresAt: Date | null, now: Date, overlap: number): Date {
  const end = now.getTime() + overlap * day;
  return new Date(Math.min(end, expiresAt?.getTime() ?? end));
}

/** What the successor of a key is bound by, as the policy and the key are now. @throws Problem FORBIDDEN, VALIDATION_ERROR */
async function boundsOfSuccessor(
  tx: Writer,
  actor: Actor,
  role: string | null,
  old: ApiKeyRow,
  expiry: ExpiryInput,
): Promise<Bounds> {
  const policy = await policyOf(tx, old.organizationId);
  requireKeyCreator(policy, role);
  const now = tx.now.getTime();
  return boundedBy(tx, actor, {
    environment: old.environment,
    expiresAt: endOfSuccessor(policy, expiryOf(expiry, now), old, now),
    allowedIps: old.allowedIps,
  });
}

/** The end that was asked for, or a life as long as the old key's; never later than the policy allows. */
function endOfSuccessor(policy: Policy | null, asked: Date | null, old: ApiKeyRow, now: number): Date | null {
  const allowed = expiryWithin(policy, asked, now);
  if (asked || !old.expiresAt) return allowed;
  const same = new Date(Math.min(now + old.expiresAt.getTime() - old.createdAt.getTime(), maxTimestamp));
  return allowed && allowed < same ? allowed : same;
}
