import type { Actor } from "../access/actor";
import type { Reader } from "../db/database";
import { fieldMessages } from "../field-messages.contract";
import { invalid, Problem } from "../problems";
import { findApiKey } from "./api-keys.sql";

/** When a key ends, as its maker says it. */
export interface ExpiryInput {
  expiresAt?: Date | null | undefined;
  expiresInDays?: number | undefined;
}

/** What a new or changed key may be at most. */
export interface Bounds {
  environment: "live" | "test";
  expiresAt: Date | null;
  allowedIps: string[] | null;
}

/**
 * Brings a key within what its maker is bound by. A key makes keys only downwards: a test key makes test keys, none outlives
 * the one that made it, and all may be used only from where that one may.
 * @throws Problem VALIDATION_ERROR for an expiry in the past, or for more than the making key has
 */
export async function boundedBy(db: Reader, actor: Actor, wanted: Bounds): Promise<Bounds> {
  if (actor.kind === "user") return wanted;
  const maker = await findApiKey(db, actor.organizationId, actor.keyId);
  if (!maker) throw new Problem("INVALID_API_KEY");
  if (maker.environment === "test" && wanted.environment === "live") {
    throw invalid("environment", fieldMessages.liveByTestKey);
  }
  if (maker.expiresAt && wanted.expiresAt && wanted.expiresAt > maker.expiresAt) {
    throw invalid("expiresAt", fieldMessages.beyondKeyEnd);
  }
  if (maker.allowedIps && wanted.allowedIps?.some((ip) => !maker.allowedIps!.includes(ip))) {
    throw invalid("allowedIps", fieldMessages.beyondKeyIps);
  }
  return {
    environment: wanted.environment,
    expiresAt: wanted.expiresAt ?? maker.expiresAt,
    allowedIps: wanted.allowedIps ?? maker.allowedIps,
  };
}

/** @throws Problem VALIDATION_ERROR for a moment in the past */
export function expiryOf({ expiresAt, expiresInDays }: ExpiryInput, now: number): Date | null {
  if (expiresInDays) return new Date(now + expiresInDays * 86_400_000);
  if (expiresAt && expiresAt.getTime() <= now) throw invalid("expiresAt", fieldMessages.inPast);
  return expiresAt ?? null;
}
