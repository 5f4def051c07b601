import { and, eq, isNull, type SQL, sql } from "drizzle-orm";
import type { ApiKeyRow } from "../api-keys/api-keys.sql";
import type { Reader } from "../db/database";
import { prepared } from "../db/prepared";
import { apiKeys, memberships, organizations, roles, users } from "../db/tables";
import type { ApiKeyId } from "../ids";
import type { Entitlements } from "../limits/plans";
import { entitlements } from "../limits/plans.sql";
import { roleOfMember } from "../members/members.sql";
import type { Grant } from "./permissions";
import type { Policy } from "./policy";

/** A key that is neither revoked nor disabled, with what bounds it: the plan and policy of its organization, the role of its creator. */
export interface BoundedKey extends Entitlements {
  key: ApiKeyRow;
  policy: Policy | null;
  role: string;
  grants: Grant[] | null;
}

/** Undefined also when its creator is no longer a member, and while its creator or its organization is suspended. */
export async function findKeyByHash(db: Reader, hash: string): Promise<BoundedKey | undefined> {
  return (await keyByHash(db, { hash }))[0];
}

/** As `findKeyByHash`. */
export async function findKeyById(db: Reader, id: ApiKeyId): Promise<BoundedKey | undefined> {
  return (await keyById(db, { id }))[0];
}

const boundedKey = (db: Reader, which: SQL) =>
  db
    .select({
      key: apiKeys,
      ...entitlements,
      policy: organizations.policy,
      role: memberships.role,
      grants: roles.permissions,
    })
    .from(apiKeys)
    .innerJoin(organizations, eq(organizations.id, apiKeys.organizationId))
    .innerJoin(
      memberships,
      and(eq(memberships.organizationId, apiKeys.organizationId), eq(memberships.userId, apiKeys.creatorId)),
    )
    .innerJoin(users, eq(users.id, apiKeys.creatorId))
    .leftJoin(roles, roleOfMember)
    .where(
      and(
        which,
        isNull(apiKeys.revokedAt),
        isNull(apiKeys.disabledAt),
        isNull(organizations.deletedAt),
        isNull(organizations.suspendedAt),
        isNull(users.suspendedAt),
      ),
    );

const keyByHash = prepared<{ hash: string }, Promise<BoundedKey[]>>("key_by_hash", (db) =>
  boundedKey(db, eq(apiKeys.hash, sql.placeholder("hash"))),
);

const keyById = prepared<{ id: ApiKeyId }, Promise<BoundedKey[]>>("key_by_id", (db) =>
  boundedKey(db, eq(apiKeys.id, sql.placeholder("id"))),
);
