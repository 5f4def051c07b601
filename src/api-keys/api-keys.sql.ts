import { and, asc, count, eq, gt, gte, isNotNull, isNull, lte, or, type SQL, sql } from "drizzle-orm";
import type { Reader, Writer } from "../db/database";
import { contains, fold, withFolded } from "../db/search";
import { apiKeys, organizations, type WhyDisabled } from "../db/tables";
import type { ApiKeyId, OrganizationId, UserId } from "../ids";
import type { Entitlements } from "../limits/plans";
import { entitlements } from "../limits/plans.sql";
import type { PageOf } from "../paging";

export type ApiKeyRow = typeof apiKeys.$inferSelect;

export async function insertApiKey(
  tx: Writer,
  key: Omit<typeof apiKeys.$inferInsert, "nameFolded" | "descriptionFolded">,
): Promise<ApiKeyRow> {
  return (
    await tx
      .insert(apiKeys)
      .values(withFolded(key, "name", "description"))
      .returning()
  )[0]!;
}

/** Holds every other writer of this organization's keys until the transaction ends, so that counting and adding are one. */
export async function lockKeys(tx: Writer, organizationId: OrganizationId): Promise<Entitlements | undefined> {
  return (
    await tx
      .update(organizations)
      .set({ createdAt: sql`${organizations.createdAt}` }) // not the id: the tables that refer to it would be looked at
      .where(eq(organizations.id, organizationId))
      .returning(entitlements)
  )[0];
}

/** Keys that live; one that has a successor does not count beside it. */
export async function countActiveKeys(db: Reader, organizationId: OrganizationId, now: Date): Promise<number> {
  const [row] = await db
    .select({ keys: count() })
    .from(apiKeys)
    .where(and(eq(apiKeys.organizationId, organizationId), isLive(now), isNull(apiKeys.replacedBy)));
  return row!.keys;
}

export async function findApiKey(
  db: Reader,
  organizationId: OrganizationId,
  id: ApiKeyId,
): Promise<ApiKeyRow | undefined> {
  return (await db.select().from(apiKeys).where(theKey(organizationId, id)))[0];
}

export type KeyStatus = "active" | "disabled" | "expired" | "revoked";

/** Which keys of a list. */
export interface KeyFilter {
  environment?: "live" | "test" | undefined;
  /** Left out: all that are not revoked. */
  status?: KeyStatus | undefined;
  createdBy?: string | undefined;
  /** A part of the name or the description, or the first characters of the key. */
  search?: string | undefined;
}

/** The keys of an organization that the filter lets through, in the order they were made. */
export async function listApiKeys(
  db: Reader,
  organizationId: OrganizationId,
  { environment, status, createdBy, search }: KeyFilter,
  now: Date,
  { after = "", limit }: PageOf,
): Promise<ApiKeyRow[]> {
  return db
    .select()
    .from(apiKeys)
    .where(
      and(
        eq(apiKeys.organizationId, organizationId),
        gt(apiKeys.id, after as ApiKeyId),
        status ? hasStatus(status, now) : isNull(apiKeys.revokedAt),
        environment && eq(apiKeys.environment, environment),
        createdBy === undefined ? undefined : eq(apiKeys.creatorId, createdBy as UserId),
        search === undefined ? undefined : isNamed(search),
      ),
    )
    .orderBy(asc(apiKeys.id))
    .limit(limit);
}

function hasStatus(status: KeyStatus, now: Date) {
  switch (status) {
    case "active":
      return and(isLive(now), isNull(apiKeys.disabledAt));
    case "disabled":
      return and(isLive(now), isNotNull(apiKeys.disabledAt));
    case "expired":
      return and(isNull(apiKeys.revokedAt), lte(apiKeys.expiresAt, now));
    case "revoked":
      return isNotNull(apiKeys.revokedAt);
  }
}

/** Neither revoked nor expired. */
export const isLive = (now: Date) =>
  and(isNull(apiKeys.revokedAt), or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, now)));

/** Every prefix begins the same, and its random end would be found by any letter. */
function isNamed(search: string) {
  const folded = fold(search);
  return or(
    contains(apiKeys.nameFolded, folded),
    contains(apiKeys.descriptionFolded, folded),
    folded.startsWith("bsk_") ? contains(sql`lower(${apiKeys.prefix})`, folded) : undefined,
  );
}

/** Changes a key that lives; undefined when it does not. */
export async function updateApiKey(
  tx: Writer,
  organizationId: OrganizationId,
  id: ApiKeyId,
  change: Partial<ApiKeyRow>,
): Promise<ApiKeyRow | undefined> {
  return changeKey(tx, change, and(theKey(organizationId, id), isLive(tx.now)));
}

/** Undefined when the key does not live or is switched off already. */
export async function disableApiKey(
  tx: Writer,
  organizationId: OrganizationId,
  id: ApiKeyId,
  because: WhyDisabled,
): Promise<ApiKeyRow | undefined> {
  return changeKey(
    tx,
    { disabledAt: tx.now, disabledBecause: because },
    and(theKey(organizationId, id), isLive(tx.now), isNull(apiKeys.disabledAt)),
  );
}

/** Undefined when the key does not live or is not switched off. */
export async function enableApiKey(
  tx: Writer,
  organizationId: OrganizationId,
  id: ApiKeyId,
): Promise<ApiKeyRow | undefined> {
  return changeKey(
    tx,
    { disabledAt: null, disabledBecause: null },
    and(theKey(organizationId, id), isLive(tx.now), isNotNull(apiKeys.disabledAt)),
  );
}

/** Revokes for good; undefined when there is no such key, or it was revoked before. */
export async function revokeApiKey(
  tx: Writer,
  organizationId: OrganizationId,
  id: ApiKeyId,
): Promise<ApiKeyRow | undefined> {
  return changeKey(tx, { revokedAt: tx.now }, and(theKey(organizationId, id), isNull(apiKeys.revokedAt)));
}

/** Ends a key that a successor takes the place of; undefined when it does not live, is switched off or has a successor. */
export async function retireApiKey(
  tx: Writer,
  organizationId: OrganizationId,
  id: ApiKeyId,
  successor: ApiKeyId,
  endsAt: Date,
): Promise<ApiKeyRow | undefined> {
  return changeKey(
    tx,
    { replacedBy: successor, expiresAt: endsAt },
    and(theKey(organizationId, id), isLive(tx.now), isNull(apiKeys.disabledAt), isNull(apiKeys.replacedBy)),
  );
}

/** The number of living keys that this one took the place of. */
export async function countOverlaps(
  db: Reader,
  organizationId: OrganizationId,
  id: ApiKeyId,
  now: Date,
): Promise<number> {
  const [row] = await db
    .select({ keys: count() })
    .from(apiKeys)
    .where(and(eq(apiKeys.organizationId, organizationId), eq(apiKeys.replacedBy, id), isLive(now)));
  return row!.keys;
}

/** Switches every living key of a person off; those that were off already stay as they were. */
export async function disableKeysOf(
  tx: Writer,
  organizationId: OrganizationId,
  creatorId: UserId,
  because: WhyDisabled,
): Promise<ApiKeyRow[]> {
  return changeKeys(
    tx,
    { disabledAt: tx.now, disabledBecause: because },
    and(
      eq(apiKeys.organizationId, organizationId),
      eq(apiKeys.creatorId, creatorId),
      isLive(tx.now),
      isNull(apiKeys.disabledAt),
    ),
  );
}

/** Disables every active key that a user created at this time or later, in all organizations. */
export async function disableKeysEverywhere(
  tx: Writer,
  creatorId: UserId,
  since: Date,
  because: WhyDisabled,
): Promise<ApiKeyRow[]> {
  return changeKeys(
    tx,
    { disabledAt: tx.now, disabledBecause: because },
    and(eq(apiKeys.creatorId, creatorId), gte(apiKeys.createdAt, since), isLive(tx.now), isNull(apiKeys.disabledAt)),
  );
}

/** Makes every living key of a person another's. */
export async function moveKeys(
  tx: Writer,
  organizationId: OrganizationId,
  from: UserId,
  to: UserId,
): Promise<ApiKeyRow[]> {
  return changeKeys(
    tx,
    { creatorId: to },
    and(eq(apiKeys.organizationId, organizationId), eq(apiKeys.creatorId, from), isLive(tx.now)),
  );
}

const theKey = (organizationId: OrganizationId, id: ApiKeyId) =>
  and(eq(apiKeys.organizationId, organizationId), eq(apiKeys.id, id));

async function changeKey(tx: Writer, change: Partial<ApiKeyRow>, which: SQL | undefined) {
  return (await changeKeys(tx, change, which))[0];
}

/** Changes keys and has every process forget what it remembers of them. */
async function changeKeys(tx: Writer, change: Partial<ApiKeyRow>, which: SQL | undefined): Promise<ApiKeyRow[]> {
  const row = withFolded(change, "name", "description");
  const changed = await tx.update(apiKeys).set(row).where(which).returning();
  for (const { id } of changed) await tx.invalidate({ topic: "api-key", subject: id });
  return changed;
}

/** Whatever bounds it: a key that is neither revoked nor expired, by its hash. */
export async function findLivingKeyByHash(db: Reader, hash: string, now: Date): Promise<ApiKeyRow | undefined> {
  return (
    await db
      .select()
      .from(apiKeys)
      .where(and(eq(apiKeys.hash, hash), isLive(now)))
  )[0];
}
