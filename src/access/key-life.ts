import { latestEnd, type Policy } from "./policy";

/**
 * - `active`: works
 * - `disabled`: switched off, can be enabled
 * - `blocked`: refused for a reason outside of the key, until that is gone
 * - `expired`: at its own end, or at the end the organization's policy sets
 * - `revoked`: for good
 */
export const keyStatuses = ["active", "disabled", "blocked", "expired", "revoked"] as const;
export type KeyStatus = (typeof keyStatuses)[number];

/** What blocks a key. */
export const keyBlocks = [
  "organization_deleted",
  "organization_suspended",
  "creator_left",
  "creator_suspended",
  "creator_without_two_factor",
  "environment_not_accepted",
] as const;
export type KeyBlock = (typeof keyBlocks)[number];

/** Everything that decides whether a key works, as `key-life.sql.ts` reads it. */
export interface KeyFacts {
  key: {
    environment: "live" | "test";
    createdAt: Date;
    expiresAt: Date | null;
    disabledAt: Date | null;
    revokedAt: Date | null;
  };
  policy: Policy | null;
  organizationDeletedAt: Date | null;
  organizationSuspendedAt: Date | null;
  /** The role of its creator; null for one who is not a member. */
  role: string | null;
  creatorSuspendedAt: Date | null;
  creatorTwoFactorSince: Date | null;
}

/** What a key's status is at any time, as far as nothing is changed. Times are milliseconds since 1970; Infinity is never. */
export interface KeyLife {
  readonly isRevoked: boolean;
  readonly isDisabled: boolean;
  readonly endsAt: number;
  readonly blockedFrom: number;
  readonly blockedBecause: KeyBlock | null;
}

/**
 * The one place that decides whether a key works. `hasStatus` in `key-life.sql.ts` says the same in SQL, and a property test holds both
 * against each other.
 * @param environments those this deployment accepts
 */
export function lifeOf(facts: KeyFacts, environments: readonly string[]): KeyLife {
  const { key, policy } = facts;
  const blockedBecause = blockOf(facts, environments);
  const requiredFrom = Date.parse(policy?.require2fa ?? "");
  return {
    isRevoked: key.revokedAt !== null,
    isDisabled: key.disabledAt !== null,
    endsAt: Math.min(key.expiresAt?.getTime() ?? never, latestEnd(policy, key.createdAt)),
    blockedFrom:
      blockedBecause === null ? never : blockedBecause === "creator_without_two_factor" ? requiredFrom : always,
    blockedBecause,
  };
}

/** The same of a personal access token, wherever it is used; `standingOf` decides about each organization. */
export function tokenLifeOf({
  token,
  ownerSuspendedAt,
}: {
  token: { expiresAt: Date | null; revokedAt: Date | null };
  ownerSuspendedAt: Date | null;
}): KeyLife {
  return {
    isRevoked: token.revokedAt !== null,
    isDisabled: false,
    endsAt: token.expiresAt?.getTime() ?? never,
    blockedFrom: ownerSuspendedAt ? always : never,
    blockedBecause: ownerSuspendedAt ? "creator_suspended" : null,
  };
}

const never = Number.POSITIVE_INFINITY;
const always = Number.NEGATIVE_INFINITY;

/** What blocks a key now or, for a second factor that is required from a later time, then. */
function blockOf(facts: KeyFacts, environments: readonly string[]): KeyBlock | null {
  if (facts.organizationDeletedAt) return "organization_deleted";
  if (facts.organizationSuspendedAt) return "organization_suspended";
  if (facts.role === null) return "creator_left";
  if (facts.creatorSuspendedAt) return "creator_suspended";
  if (!environments.includes(facts.key.environment)) return "environment_not_accepted";
  return facts.policy?.require2fa && !facts.creatorTwoFactorSince ? "creator_without_two_factor" : null;
}

export function statusAt(life: KeyLife, now: number): KeyStatus {
  if (life.isRevoked) return "revoked";
  if (life.endsAt <= now) return "expired";
  if (life.isDisabled) return "disabled";
  return life.blockedFrom <= now ? "blocked" : "active";
}

/** When a key stops working, in milliseconds since 1970; in the past for one that does not work. */
export const worksUntil = (life: KeyLife): number =>
  life.isRevoked || life.isDisabled ? always : Math.min(life.endsAt, life.blockedFrom);
