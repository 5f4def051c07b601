import { fieldMessages } from "../field-messages.contract";
import { invalid, Problem } from "../problems";
import type { Origin } from "./actor";
import { openNetworks } from "./networks";
import { expandAll, type Grant, type Permission } from "./permissions";

/** What an organization requires of its members and keys. Null where it requires nothing. */
export interface Policy {
  /** ISO 8601: from this time on members without a second factor have no access. */
  require2fa: string | null;
  /** Days after its creation that a key works at most, whatever its own expiry. */
  maxKeyLifetimeDays: number | null;
  /** IP addresses and CIDRs that keys and members other than the owner may use. */
  allowedIps: string[] | null;
  /** The most that keys may do. */
  allowedScopes: Grant[] | null;
  /** The roles whose members may create keys. Keys then create none. */
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
 * Requires that a member meets the policy of the organization. IP addresses do not bind its owner, so that no admin can lock the owner out.
 * @throws Problem FORBIDDEN for their IP address, TWO_FACTOR_SETUP_REQUIRED
 */
export function requirePolicy(
  policy: Policy | null,
  member: { role: string; origin: Origin; twoFactor: boolean },
  now: number,
) {
  if (!policy) return;
  if (policy.allowedIps && member.role !== "owner" && !openNetworks(policy.allowedIps)(member.origin.ip)) {
    throw new Problem("FORBIDDEN", { reason: "ip_not_allowed" });
  }
  if (policy.require2fa && Date.parse(policy.require2fa) <= now && !member.twoFactor) {
    throw new Problem("TWO_FACTOR_SETUP_REQUIRED", {
      reason: "policy",
    });
  }
}

/** Those of some permissions that the policy allows keys to have. */
export function allowedScopes(policy: Policy | null, of: ReadonlySet<Permission>): ReadonlySet<Permission> {
  return policy?.allowedScopes ? of.intersection(expandAll(policy.allowedScopes)) : of;
}

const day = 86_400_000;

/** When the policy ends a key, in milliseconds since 1970. */
export const latestEnd = (policy: Policy | null, createdAt: Date): number =>
  policy?.maxKeyLifetimeDays ? createdAt.getTime() + policy.maxKeyLifetimeDays * day : Number.POSITIVE_INFINITY;

/** The expiry of a new key: the one asked for, or the latest that the policy allows. @throws Problem VALIDATION_ERROR for a later one */
export function expiryWithin(policy: Policy | null, asked: Date | null, now: number): Date | null {
  const latest = latestEnd(policy, new Date(now));
  if (latest === Number.POSITIVE_INFINITY) return asked;
  if (asked && asked.getTime() > latest) throw invalid("expiresAt", fieldMessages.beyondPolicyLifetime);
  return asked ?? new Date(latest);
}

/** Requires that the policy lets this role create keys. @param role null for a key @throws Problem FORBIDDEN */
export function requireKeyCreator(policy: Policy | null, role: string | null) {
  if (policy?.keyCreators && !(role && policy.keyCreators.includes(role))) {
    throw new Problem("FORBIDDEN", { reason: "key_creation_not_allowed" });
  }
}
