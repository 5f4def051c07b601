import { and, asc, eq, getTableColumns, inArray, ne, or, type SQL, type SQLWrapper, sql } from "drizzle-orm";
import { isUnended } from "../access/key-life.sql";
import type { Reader, Writer } from "../db/database";
import { apiKeys, auditStreams, keyTrusts, webhooks } from "../db/tables";
import type { ApiKeyId, OrganizationId, TrustId, UserId } from "../ids";
import type { WebhookRow } from "../webhooks/webhooks.sql";

/** Members of an organization, or who were: their ids, or a query of them. */
export interface People {
  organizationId: OrganizationId;
  userIds: UserId[] | SQLWrapper;
}

/** A key that has not ended, as far as it matters who knows it. */
export interface KnownKey {
  id: ApiKeyId;
  name: string;
  prefix: string;
  environment: "live" | "test";
  creatorId: UserId;
  scopes: string[];
  disabledAt: Date | null;
}

const knownKey = () => {
  const { id, name, prefix, environment, creatorId, scopes, disabledAt } = apiKeys;
  return { id, name, prefix, environment, creatorId, scopes, disabledAt };
};

const keysIn = (organizationId: OrganizationId) => eq(apiKeys.organizationId, organizationId);

/**
 * The beginning of a query that has `known`: each key whose secret one of these people saw, or of which they are the creator, or that such a key
 * created; with that person.
 */
const withKnown = ({ organizationId, userIds }: People): SQL => {
  const by = (person: typeof apiKeys.creatorId | typeof apiKeys.createdById) =>
    sql`select ${apiKeys.id}, ${person} from ${apiKeys} where ${and(keysIn(organizationId), inArray(person, userIds))}`;
  return sql`with recursive known(id, person) as (
    ${by(apiKeys.creatorId)} union ${by(apiKeys.createdById)}
    union select ${apiKeys.id}, known.person from known join ${apiKeys} on ${apiKeys.createdByKeyId} = known.id
  )`;
};

/** Whether a column names a key that one of these people knows; one that has ended too, for it may have been used before. */
const namesKeyOf = (column: SQLWrapper, people: People) =>
  sql`${column} in (${withKnown(people)} select id from known)`;

/** The keys that a person is the creator of and that have not ended. */
export async function listOwnKeys(
  db: Reader,
  { organizationId, userId }: { organizationId: OrganizationId; userId: UserId },
  now: Date,
): Promise<KnownKey[]> {
  return db
    .select(knownKey())
    .from(apiKeys)
    .where(and(keysIn(organizationId), isUnended(now), eq(apiKeys.creatorId, userId)))
    .orderBy(asc(apiKeys.id));
}

/**
 * The keys that one of these people knows, that are someone else's and that have not ended; disabled ones too, for they may be enabled
 * again.
 */
export async function listKnownKeys(db: Reader, people: People, now: Date): Promise<KnownKey[]> {
  const ofOthers = sql`${apiKeys.id} in (${withKnown(people)}
    select known.id from known join ${apiKeys} on ${apiKeys.id} = known.id where ${apiKeys.creatorId} <> known.person)`;
  return db
    .select(knownKey())
    .from(apiKeys)
    .where(and(keysIn(people.organizationId), isUnended(now), ofOthers))
    .orderBy(asc(apiKeys.id));
}

/** The trusts that one of these people, or a key that they know, created on keys that are someone else's and have not ended. */
export async function listTrustsOf(db: Reader, people: People, now: Date) {
  const { id, keyId, issuer, claims, createdAt } = getTableColumns(keyTrusts);
  const { name: keyName, creatorId: keyCreatorId, scopes: keyScopes } = apiKeys;
  const byThem = and(inArray(keyTrusts.createdById, people.userIds), ne(keyTrusts.createdById, keyCreatorId));
  const byTheirKeys = sql`${id} in (${withKnown(people)}
    select ${id} from known join ${keyTrusts} on ${keyTrusts.createdByKeyId} = known.id
    join ${apiKeys} on ${apiKeys.id} = ${keyId} where ${keysIn(people.organizationId)} and ${keyCreatorId} <> known.person)`;
  return db
    .select({ id, keyId, issuer, claims, createdAt, keyName, keyScopes })
    .from(keyTrusts)
    .innerJoin(apiKeys, eq(apiKeys.id, keyId))
    .where(and(keysIn(people.organizationId), isUnended(now), or(byThem, byTheirKeys)))
    .orderBy(asc(id));
}

export async function deleteTrusts(tx: Writer, ids: TrustId[]) {
  await tx.delete(keyTrusts).where(inArray(keyTrusts.id, ids));
}

/** The webhooks, disabled ones too, whose URL one of these people or a key that they know chose, or whose secret they saw. */
export async function listWebhooksSetUpBy(db: Reader, people: People): Promise<WebhookRow[]> {
  const theirs = or(inArray(webhooks.setUpById, people.userIds), namesKeyOf(webhooks.setUpByKeyId, people));
  return db
    .select()
    .from(webhooks)
    .where(and(eq(webhooks.organizationId, people.organizationId), theirs))
    .orderBy(asc(webhooks.id));
}

/** As for webhooks, the audit stream. */
export async function findStreamSetUpBy(db: Reader, people: People) {
  const theirs = or(inArray(auditStreams.setUpById, people.userIds), namesKeyOf(auditStreams.setUpByKeyId, people));
  const [stream] = await db
    .select()
    .from(auditStreams)
    .where(and(eq(auditStreams.organizationId, people.organizationId), theirs));
  return stream;
}
