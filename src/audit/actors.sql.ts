import { and, eq, inArray, isNull } from "drizzle-orm";
import type { Reader } from "../db/database";
import { apiKeys, memberships, personalTokens, users } from "../db/tables";
import type { ApiKeyId, OrganizationId, PersonalTokenId, UserId } from "../ids";

/** A user who did something in an organization. */
export interface UserActorRow {
  id: UserId;
  fullName: string;
  email: string;
  /** Null for someone who is not, or no longer, a member. */
  membershipId: string | null;
  operatorSince: Date | null;
}

/** Users by their ids, as they stand to an organization. Erased users are not among them. */
export async function findUserActors(
  db: Reader,
  organizationId: OrganizationId,
  ids: UserId[],
): Promise<UserActorRow[]> {
  return db
    .select({
      id: users.id,
      fullName: users.fullName,
      email: users.email,
      membershipId: memberships.id,
      operatorSince: users.operatorSince,
    })
    .from(users)
    .leftJoin(memberships, and(eq(memberships.userId, users.id), eq(memberships.organizationId, organizationId)))
    .where(and(inArray(users.id, ids), isNull(users.deletedAt)))
    .orderBy(users.id);
}

/** The names of personal access tokens and their users by the ids of the tokens, revoked ones included. */
export async function findTokenActors(db: Reader, ids: PersonalTokenId[]) {
  return db
    .select({ id: personalTokens.id, name: personalTokens.name, userId: personalTokens.userId })
    .from(personalTokens)
    .where(inArray(personalTokens.id, ids))
    .orderBy(personalTokens.id);
}

/** The names of an organization's API keys by their ids, revoked ones included. */
export async function findKeyActors(db: Reader, organizationId: OrganizationId, ids: ApiKeyId[]) {
  return db
    .select({ id: apiKeys.id, name: apiKeys.name })
    .from(apiKeys)
    .where(and(eq(apiKeys.organizationId, organizationId), inArray(apiKeys.id, ids)))
    .orderBy(apiKeys.id);
}
