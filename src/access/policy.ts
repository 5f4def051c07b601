import { fieldMessages } from "../field-messages.contract";
import { invalid, Problem } from "../problems";
import type { Origin } from "./actor";
import { openNetworks } from "./networks";
import { expandAll, type Grant, type Permission } from "./permissions";

/** What an organization asks of its members and keys. Null where it asks nothing. */
export interface Policy {
  /** ISO 8601: from then on members without a second factor are kept out. */
  require2fa: string | null;
  /** Days a key lives at most, whatever its own expiry. */
  maxKeyLifetimeDays: number | null;
  /** Addresses and CIDRs that keys and people may come from, all but the owner. */
  allowedIps: string[] | null;
  /** What keys may be given at most. */
  allowedScopes: Grant[] | null;
  /** The roles whose members may make keys. Keys then make none. */
  keyCreators: string[] | null;
}

export const openPolicy: Policy = {
  require2fa: null,
  maxKeyLifetimeDays: null,
  allowedIps: null,
  allowedScopes: null,
  keyCreators: null,
};

/**
 * Keeps out who does not meet what the organization asks of people. Its owner may come from everywhere: no admin can
 * lock them out.
 * @throws Problem FORBIDDEN for where they come from, TWO_FACTOR_SETUP_REQUIRED
 */
export function requirePolicy(
  policy: Policy | null,
  person: { role: string; origin: Origin; twoFactor: boolean },
  now: number,
) {
  if (!policy) return;
  if (policy.allowedIps && person.role !== "owner" && !openNetworks(policy.allowedIps)(person.origin.ip)) {
    throw new Problem("FORBIDDEN", { reason: "ip_not_allowed" });
  }
  if (policy.require2fa && Date.parse(policy.require2fa) <= now && !person.twoFactor) {
    throw new Problem("TWO_FACTOR_SETUP_REQUIRED", {
      reason: "policy",
    });
  }
}

/** Of some permissions, those that keys may have. */
export function allowedScopes(policy: Policy | null, of: ReadonlySet<Permission>): ReadonlySet<Permission> {
  return policy?.allowedScopes ? of.intersection(expandAll(policy.allowedScopes)) : of;
}

const day = 86_400_000;

/** When a key ends at the latest, in milliseconds since 1970. */
export const latestEnd = (policy: Policy | null, createdAt: Date): number =>
  policy?.maxKeyLifetimeDays ? createdAt.getTime() + policy.maxKeyLifetimeDays * day : Number.POSITIVE_INFINITY;

/** The expiry of a new key: the one asked for, or the latest there may be. @throws Problem VALIDATION_ERROR for a later one */
export function expiryWithin(policy: Policy | null, asked: Date | null, now: number): Date | null {
  const latest = latestEnd(policy, new Date(now));
  if (latest === Number.POSITIVE_INFINITY) return asked;
  if (asked && asked.getTime() > latest) throw invalid("expiresAt", fieldMessages.beyondPolicyLifetime);
  return asked ?? new Date(latest);
}

/** @param role null for a key @throws Problem FORBIDDEN for who may not make keys */
export function requireKeyCreator(policy: Policy | null, role: string | null) {
  if (policy?.keyCreators && !(role && policy.keyCreators.includes(role))) {
    throw new Problem("FORBIDDEN", { reason: "key_creation_not_allowed" });
  }
}
