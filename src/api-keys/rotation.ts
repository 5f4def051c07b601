import type { Actor } from "../access/actor";
import { lifeOf } from "../access/key-life";
import type { ApiKeyRow, KeyWithFacts } from "../access/key-life.sql";
import { requireKeyCreator } from "../access/policy";
import { underLock } from "../access/under-lock";
import type { App } from "../app";
import { record } from "../audit/audit";
import { apiKeyHash, displayPrefix, newApiKey } from "../crypto/api-key-secrets";
import type { Writer } from "../db/database";
import { newId } from "../ids";
import { Problem } from "../problems";
import { requireVerified } from "../users/verification";
import { askingKey, ceilingOf, makerOf, presentApiKey, requireKey, statusOf } from "./api-keys";
import { findPredecessor, insertApiKey, retireApiKey } from "./api-keys.sql";
import { type Ceiling, type ExpiryInput, expiryWithin, ipsWithin, rateLimitWithin } from "./bounds";
import { requireManageableKey, requireUnblocked } from "./management";
import { notifyAdmins } from "./notices";

const day = 86_400_000;

export interface Rotation extends ExpiryInput {
  /** Days, 0 to 30, in which the old key still works. */
  overlap: number;
}

/**
 * Gives an active key a successor that inherits everything, with a lifetime as long as its own unless another is asked for. The old key ends
 * by itself after the overlap, or earlier when it is revoked.
 * @throws Problem CONFLICT for a key that does not work, was rotated before, or whose predecessor has not ended
 */
export async function rotateApiKey(
  app: App,
  actor: Actor,
  organization: string,
  keyId: string,
  { overlap, ...expiry }: Rotation,
) {
  await requireVerified(app, actor);
  const { successor, key } = await underLock(
    app,
    actor,
    organization,
    "api-keys:update",
    async (tx, permitted, row) => {
      const found = await requireManageableKey(tx, actor, permitted, keyId);
      const { key: old } = found;
      requireKeyCreator(row.policy, permitted.role);
      await requireRotatable(app, tx, found);
      const ceiling = ceilingOf(row, await askingKey(tx, actor), old.environment, tx.now);
      const bounds = boundsOfSuccessor(ceiling, old, expiry);
      const id = newId("key", tx.now.getTime());
      const endsAt = endOfOverlap(lifeOf(found, []).endsAt, tx.now, overlap);
      const retired = await retireApiKey(tx, old.organizationId, old.id, id, endsAt);
      if (!retired) throw new Problem("CONFLICT", { reason: "key_ended" });
      const key = newApiKey(old.environment);
      const { organizationId, creatorId, name, description, metadata, environment, scopes, only } = old;
      await insertApiKey(tx, {
        ...bounds,
        ...makerOf(actor),
        id,
        organizationId,
        creatorId,
        name,
        description,
        metadata,
        environment,
        scopes,
        only,
        prefix: displayPrefix(key),
        hash: apiKeyHash(key),
        createdAt: tx.now,
        usageCount: 0,
      });
      await reportRotation(tx, actor, old, { successor: id, endsAt });
      return { successor: await requireKey(tx, organizationId, id), key };
    },
  );
  return { ...presentApiKey(app, successor), key };
}

/** The end of a rotated key: of its overlap, but never later than its own. @param endsAt milliseconds since 1970, Infinity for none */
export function endOfOverlap(endsAt: number, now: Date, overlap: number): Date {
  return new Date(Math.min(now.getTime() + Math.round(overlap * day), endsAt));
}

/** @throws Problem CONFLICT with what keeps the key from being rotated */
async function requireRotatable(app: App, tx: Writer, found: KeyWithFacts) {
  const status = statusOf(app, found, tx.now);
  if (status === "revoked" || status === "expired") throw new Problem("CONFLICT", { reason: "key_ended" });
  if (status === "disabled") throw new Problem("CONFLICT", { reason: "key_disabled" });
  requireUnblocked(app, found, tx.now);
  if (found.key.replacedBy) throw new Problem("CONFLICT", { reason: "key_rotated" });
  const predecessor = await findPredecessor(tx, found.key.organizationId, found.key.id);
  if (predecessor && !["revoked", "expired"].includes(statusOf(app, predecessor, tx.now))) {
    throw new Problem("CONFLICT", { reason: "key_predecessor_works" });
  }
}

function boundsOfSuccessor(ceiling: Ceiling, old: ApiKeyRow, expiry: ExpiryInput) {
  const { createdAt, expiresAt } = old;
  const sameLifetime = expiresAt && new Date(ceiling.now.getTime() + expiresAt.getTime() - createdAt.getTime());
  return {
    expiresAt: expiryWithin(ceiling, expiry, sameLifetime),
    allowedIps: ipsWithin(ceiling, undefined, old.allowedIps),
    rateLimit: rateLimitWithin(ceiling, undefined, old.rateLimit),
  };
}

async function reportRotation(
  tx: Writer,
  actor: Actor,
  { id, organizationId, name, prefix }: ApiKeyRow,
  details: { successor: string; endsAt: Date },
) {
  await record(tx, actor, {
    action: "api_key.rotated",
    chain: organizationId,
    target: id,
    details: { name, ...details },
  });
  await notifyAdmins(tx, organizationId, {
    template: "key-rotated",
    values: { name, prefix, endsAt: details.endsAt },
  });
}
