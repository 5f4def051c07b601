import { and, asc, eq, isNull, or, sql } from "drizzle-orm";
import type { Reader } from "../db/database";
import { prepared } from "../db/prepared";
import { memberships, organizations, personalTokens, roles, tokenDecisions, users } from "../db/tables";
import type { OrganizationId, PersonalTokenId } from "../ids";
import { entitlements } from "../limits/plans.sql";
import { roleOfMember } from "../members/members.sql";
import { twoFactorSince } from "../two-factor/two-factor.sql";
import type { MembershipFacts, TokenFacts } from "./token-standing";

export type PersonalTokenRow = typeof personalTokens.$inferSelect;

/** A personal access token with everything that decides whether it works, and what it may do where. */
export interface TokenWithFacts extends TokenFacts {
  token: PersonalTokenRow;
  ownerSuspendedAt: Date | null;
  /** Where its user belongs to, as far as the token reaches. */
  memberships: MembershipFacts[];
}

/** A row for each membership that a token reaches; one without an organization where there is none. */
type JoinedRow = Omit<TokenWithFacts, "memberships"> &
  ({ organizationId: null } | (MembershipFacts & { organizationId: OrganizationId }));

/** Personal access tokens with their facts, one row for each organization they reach. */
export const selectTokens = (db: Reader) =>
  db
    .select({
      token: personalTokens,
      ownerSuspendedAt: users.suspendedAt,
      ownerTwoFactorSince: twoFactorSince(personalTokens.userId),
      organizationId: memberships.organizationId,
      role: memberships.role,
      grants: roles.permissions,
      policy: organizations.policy,
      organizationSuspendedAt: organizations.suspendedAt,
      organizationDeletedAt: organizations.deletedAt,
      ...entitlements,
      approvedAt: tokenDecisions.approvedAt,
      endedAt: tokenDecisions.endedAt,
    })
    .from(personalTokens)
    .innerJoin(users, eq(users.id, personalTokens.userId))
    .leftJoin(
      memberships,
      and(
        eq(memberships.userId, personalTokens.userId),
        or(isNull(personalTokens.organizationId), eq(memberships.organizationId, personalTokens.organizationId)),
      ),
    )
    .leftJoin(organizations, eq(organizations.id, memberships.organizationId))
    .leftJoin(roles, roleOfMember)
    .leftJoin(
      tokenDecisions,
      and(eq(tokenDecisions.tokenId, personalTokens.id), eq(tokenDecisions.organizationId, memberships.organizationId)),
    );

/** A token by the hash of its text, whether it works or not. */
export const findTokenByHash = async (db: Reader, hash: string) => gather(await tokenByHash(db, { hash }))[0];

export const findTokenById = async (db: Reader, id: PersonalTokenId) => gather(await tokenById(db, { id }))[0];

const tokenByHash = prepared<{ hash: string }, Promise<JoinedRow[]>>(
  "token_by_hash",
  (db) => selectTokens(db).where(eq(personalTokens.hash, sql.placeholder("hash"))) as never,
);

const tokenById = prepared<{ id: PersonalTokenId }, Promise<JoinedRow[]>>(
  "token_by_id",
  (db) => selectTokens(db).where(eq(personalTokens.id, sql.placeholder("id"))) as never,
);

/** What a token may do in one organization, read at this moment. */
export const findTokenIn = async (db: Reader, id: PersonalTokenId, organizationId: OrganizationId) =>
  gather(await tokenIn(db, { id, organizationId }))[0];

const tokenIn = prepared<{ id: PersonalTokenId; organizationId: OrganizationId }, Promise<JoinedRow[]>>(
  "token_in",
  (db) =>
    selectTokens(db).where(
      and(
        eq(personalTokens.id, sql.placeholder("id")),
        eq(memberships.organizationId, sql.placeholder("organizationId")),
      ),
    ) as never,
);

/** One object for each token, in the order of the rows. */
export function gather(rows: JoinedRow[]): TokenWithFacts[] {
  const found = new Map<PersonalTokenId, TokenWithFacts>();
  for (const row of rows) {
    const { token, ownerSuspendedAt, ownerTwoFactorSince } = row;
    const facts = found.get(token.id) ?? { token, ownerSuspendedAt, ownerTwoFactorSince, memberships: [] };
    found.set(token.id, facts);
    if (row.organizationId !== null) facts.memberships.push(row);
  }
  return [...found.values()];
}

/** The tokens that a condition selects, in the order they were created. */
export const orderedTokens = (query: ReturnType<typeof selectTokens>) => query.orderBy(asc(personalTokens.id));
