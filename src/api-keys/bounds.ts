import { lifeOf } from "../access/key-life";
import type { KeyWithFacts } from "../access/key-life.sql";
import { intersectNetworks, isWithinNetworks } from "../access/networks";
import { latestEnd, type Policy } from "../access/policy";
import { fieldMessages } from "../field-messages.contract";
import { limitsOf, type Plan } from "../limits/plans";
import { invalid, Problem } from "../problems";
import { maxTimestamp } from "../shapes/timestamp.contract";

/** A request for the end of a key. Null asks for none, undefined for nothing. */
export interface ExpiryInput {
  expiresAt?: Date | null | undefined;
  expiresInDays?: number | undefined;
}

/** What the bounds of a key must be within. */
export interface Ceiling {
  plan: Plan;
  policy: Policy | null;
  environment: "live" | "test";
  /** When the key was created; now for a new one. */
  createdAt: Date;
  now: Date;
  /** The key that asks, if a key does. It gives no other key more than it has itself. */
  asking: KeyWithFacts | undefined;
}

/**
 * The end of a key: the one that is asked for, or the one it inherits as far as the policy and the asking key allow.
 * @throws Problem VALIDATION_ERROR for an end in the past, or later than allowed
 */
export function expiryWithin(ceiling: Ceiling, asked: ExpiryInput, inherited: Date | null = null): Date | null {
  const { policy, asking, createdAt, now } = ceiling;
  const byKey = asking ? lifeOf(asking, []).endsAt : Number.POSITIVE_INFINITY;
  return endWithin({ byPolicy: latestEnd(policy, createdAt), byKey }, asked, inherited, now);
}

/** @param latest in milliseconds since 1970 @throws Problem as `expiryWithin` */
export function endWithin(
  { byPolicy, byKey = Number.POSITIVE_INFINITY }: { byPolicy: number; byKey?: number },
  asked: ExpiryInput,
  inherited: Date | null,
  now: Date,
): Date | null {
  const end = requestedEnd(asked, now.getTime());
  if (end === undefined) return earliest(inherited?.getTime() ?? Number.POSITIVE_INFINITY, byPolicy, byKey);
  const path = asked.expiresInDays ? "expiresInDays" : "expiresAt";
  if (end !== null && end > byPolicy) throw invalid(path, fieldMessages.beyondPolicyLifetime);
  if (end !== null && end > byKey) throw invalid(path, fieldMessages.beyondKeyEnd);
  return earliest(end ?? Number.POSITIVE_INFINITY, byPolicy, byKey);
}

function requestedEnd({ expiresAt, expiresInDays }: ExpiryInput, now: number): number | null | undefined {
  if (expiresInDays) return now + expiresInDays * 86_400_000;
  if (expiresAt && expiresAt.getTime() <= now) throw invalid("expiresAt", fieldMessages.inPast);
  return expiresAt === null ? null : expiresAt?.getTime();
}

function earliest(...ends: number[]): Date | null {
  const end = Math.min(...ends);
  return Number.isFinite(end) ? new Date(Math.min(end, maxTimestamp)) : null;
}

/**
 * Where a key may be used from: the networks that are asked for, or those it inherits as far as the asking key may be used from them.
 * @throws Problem VALIDATION_ERROR for a network beyond the asking key's, FORBIDDEN where it shares none with what is inherited
 */
export function ipsWithin(
  { asking }: Ceiling,
  asked: string[] | null | undefined,
  inherited: string[] | null = null,
): string[] | null {
  const limit = asking?.key.allowedIps;
  const wanted = asked === undefined ? inherited : asked;
  if (!limit || !wanted) return wanted ?? limit ?? null;
  if (asked === undefined) {
    const shared = intersectNetworks(wanted, limit);
    if (shared.length === 0) throw new Problem("FORBIDDEN", { reason: "key_beyond_ips" });
    return shared;
  }
  const beyond = wanted.findIndex((network) => !isWithinNetworks(network, limit));
  if (beyond >= 0) throw invalid(`allowedIps.${beyond}`, fieldMessages.beyondKeyIps);
  return wanted;
}

/**
 * The requests a minute of a key, where it has a limit of its own: the one that is asked for, or the one it inherits, never above the asking key's.
 * @throws Problem VALIDATION_ERROR for more than the plan or the asking key allow
 */
export function rateLimitWithin(
  { plan, environment, asking }: Ceiling,
  asked: number | null | undefined,
  inherited: number | null = null,
): number | null {
  const byPlan = limitsOf(plan, environment, null).own[0]!.limit;
  const byKey = asking?.key.rateLimit ?? Number.POSITIVE_INFINITY;
  if (asked && asked > byPlan) throw invalid("rateLimit", fieldMessages.beyondPlan(byPlan, environment));
  if (asked && asked > byKey) throw invalid("rateLimit", fieldMessages.beyondKeyRate(byKey));
  const limit = Math.min((asked === undefined ? inherited : asked) ?? Number.POSITIVE_INFINITY, byKey);
  return Number.isFinite(limit) ? limit : null;
}
