import { and, eq, isNotNull, isNull, lte, not, notInArray, or, type SQL, sql, type Table } from "drizzle-orm";
import { jsonField, timestampFromMs } from "../db/columns";
import type { Reader } from "../db/database";
import { apiKeys, memberships, organizations, roles, users } from "../db/tables";
import type { Entitlements } from "../limits/plans";
import { entitlements } from "../limits/plans.sql";
import { roleOfMember } from "../members/members.sql";
import { twoFactorSince } from "../two-factor/two-factor.sql";
import type { KeyFacts, KeyStatus } from "./key-life";
import type { Grant } from "./permissions";

export type ApiKeyRow = typeof apiKeys.$inferSelect;

/** A key with everything that decides whether it works and what it may do: its organization's plan and policy, its creator's role. */
export interface KeyWithFacts extends KeyFacts, Entitlements {
  key: ApiKeyRow;
  grants: Grant[] | null;
}

/** Keys with their facts. */
export const selectKeys = (db: Reader) =>
  db
    .select({
      key: apiKeys,
      ...entitlements,
      policy: organizations.policy,
      organizationDeletedAt: organizations.deletedAt,
      organizationSuspendedAt: organizations.suspendedAt,
      role: memberships.role,
      grants: roles.permissions,
      creatorSuspendedAt: users.suspendedAt,
      creatorTwoFactorSince: twoFactorSince(apiKeys.creatorId),
    })
    .from(apiKeys)
    .innerJoin(organizations, eq(organizations.id, apiKeys.organizationId))
    .innerJoin(users, eq(users.id, apiKeys.creatorId))
    .leftJoin(
      memberships,
      and(eq(memberships.organizationId, apiKeys.organizationId), eq(memberships.userId, apiKeys.creatorId)),
    )
    .leftJoin(roles, roleOfMember);

/** What the status of a key is asked for: a moment, and the environments that this deployment accepts. */
export interface StatusContext {
  now: Date;
  environments: readonly ("live" | "test")[];
}

/** Whether a key has a status, in a query of `apiKeys`: `statusAt` of `key-life.ts` in SQL. */
export function hasStatus(status: KeyStatus, context: StatusContext): SQL | undefined {
  if (status === "revoked") return isNotNull(apiKeys.revokedAt);
  if (status === "expired") return and(isNull(apiKeys.revokedAt), hasEnded(context.now));
  const lives = isUnended(context.now);
  if (status === "disabled") return and(lives, isNotNull(apiKeys.disabledAt));
  const blocked = isBlocked(context);
  return and(lives, isNull(apiKeys.disabledAt), status === "blocked" ? blocked : not(blocked));
}

/** Whether a key is neither revoked nor expired. */
export const isUnended = (now: Date) => and(isNull(apiKeys.revokedAt), not(hasEnded(now)));

/** Whether a key's own end, or the one its organization's policy sets, is not later than a moment. */
const hasEnded = (moment: Date) =>
  any(lte(apiKeys.expiresAt, moment), inOrganization(lte(apiKeys.createdAt, latestCreation(moment))));

/** The creation of a key that ends at a moment by its organization's policy; null without a maximum lifetime. */
export const latestCreation = (moment: Date): SQL =>
  timestampFromMs(sql`(cast(${moment.getTime()} as bigint) - ${lifetimeDays} * 86400000)`);

const lifetimeDays = sql`cast(${jsonField(organizations.policy, "maxKeyLifetimeDays")} as bigint)`;

const isBlocked = ({ now, environments }: StatusContext) =>
  any(
    inOrganization(or(isNotNull(organizations.deletedAt), isNotNull(organizations.suspendedAt))),
    not(
      exists(
        memberships,
        and(eq(memberships.organizationId, apiKeys.organizationId), eq(memberships.userId, apiKeys.creatorId)),
      ),
    ),
    exists(users, and(eq(users.id, apiKeys.creatorId), isNotNull(users.suspendedAt))),
    notInArray(apiKeys.environment, [...environments]),
    and(
      inOrganization(lte(jsonField(organizations.policy, "require2fa"), now.toISOString())),
      isNull(twoFactorSince(apiKeys.creatorId)),
    ),
  );

const inOrganization = (condition: SQL | undefined) =>
  exists(organizations, and(eq(organizations.id, apiKeys.organizationId), condition));

const exists = (table: Table, condition: SQL | undefined) => sql`exists (select 1 from ${table} where ${condition})`;

/** False where no condition is true, also when some are null. */
const any = (...conditions: (SQL | undefined)[]) => sql`coalesce(${or(...conditions)}, false)`;
