import { and, asc, eq, gt, inArray, isNull, or } from "drizzle-orm";
import type { Reader, Writer } from "../db/database";
import { apiKeys, keyTrusts } from "../db/tables";
import type { ApiKeyId, OrganizationId, TrustId, UserId } from "../ids";

/** A key, as far as it matters who knows it. */
export interface KnownKey {
  id: ApiKeyId;
  name: string;
  prefix: string;
  environment: "live" | "test";
  creatorId: UserId;
  revokedAt: Date | null;
  disabledAt: Date | null;
  expiresAt: Date | null;
}

const knownKey = {
  id: apiKeys.id,
  name: apiKeys.name,
  prefix: apiKeys.prefix,
  environment: apiKeys.environment,
  creatorId: apiKeys.creatorId,
  revokedAt: apiKeys.revokedAt,
  disabledAt: apiKeys.disabledAt,
  expiresAt: apiKeys.expiresAt,
};

/** The keys whose secret was shown to a user, and those of which they are the creator, whatever their state. */
export async function listKeysShownTo(db: Reader, organizationId: OrganizationId, userId: UserId): Promise<KnownKey[]> {
  const theirs = or(eq(apiKeys.createdById, userId), eq(apiKeys.creatorId, userId));
  return db
    .select(knownKey)
    .from(apiKeys)
    .where(and(eq(apiKeys.organizationId, organizationId), theirs))
    .orderBy(asc(apiKeys.id));
}

/** The keys that these keys created or rotated, whatever their state. */
export async function listKeysMadeBy(db: Reader, organizationId: OrganizationId, ids: ApiKeyId[]): Promise<KnownKey[]> {
  return db
    .select(knownKey)
    .from(apiKeys)
    .where(and(eq(apiKeys.organizationId, organizationId), inArray(apiKeys.createdByKeyId, ids)))
    .orderBy(asc(apiKeys.id));
}

/** The trusts that a user created on keys that can be used. */
export async function listTrustsOf(db: Reader, organizationId: OrganizationId, userId: UserId, now: Date) {
  return db
    .select({
      id: keyTrusts.id,
      keyId: keyTrusts.keyId,
      keyName: apiKeys.name,
      keyCreatorId: apiKeys.creatorId,
      issuer: keyTrusts.issuer,
      claims: keyTrusts.claims,
      createdAt: keyTrusts.createdAt,
    })
    .from(keyTrusts)
    .innerJoin(apiKeys, eq(apiKeys.id, keyTrusts.keyId))
    .where(
      and(
        eq(apiKeys.organizationId, organizationId),
        eq(keyTrusts.createdById, userId),
        isNull(apiKeys.revokedAt),
        isNull(apiKeys.disabledAt),
        or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, now)),
      ),
    )
    .orderBy(asc(keyTrusts.id));
}

export async function deleteTrusts(tx: Writer, ids: TrustId[]) {
  await tx.delete(keyTrusts).where(inArray(keyTrusts.id, ids));
}
