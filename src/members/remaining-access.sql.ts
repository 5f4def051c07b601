import { and, asc, eq, getTableColumns, inArray, or, type SQL, sql } from "drizzle-orm";
import { isUnended } from "../access/key-life.sql";
import { isOrDescendsFrom } from "../api-keys/api-keys.sql";
import type { Reader, Writer } from "../db/database";
import { apiKeys, auditStreams, keyTrusts, webhooks } from "../db/tables";
import type { ApiKeyId, OrganizationId, TrustId, UserId } from "../ids";
import type { WebhookRow } from "../webhooks/webhooks.sql";

/** A member of an organization, or who was one. */
export interface Person {
  organizationId: OrganizationId;
  userId: UserId;
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

/** Whether a key is one whose secret a person saw, one of which they are the creator, or one that such a key created. */
const isKnownTo = ({ organizationId, userId }: Person) =>
  isOrDescendsFrom(organizationId, or(eq(apiKeys.createdById, userId), eq(apiKeys.creatorId, userId)));

/** Whether a column names a key that a person knows; one that has ended too, for it may have been used before. */
const namesKeyOf = (column: SQL, person: Person) =>
  sql`${column} in (select ${apiKeys.id} from ${apiKeys} where ${isKnownTo(person)})`;

/** The keys that a person knows and that have not ended; disabled ones too, for they may be enabled again. */
export async function listKnownKeys(db: Reader, person: Person, now: Date): Promise<KnownKey[]> {
  const { id, name, prefix, environment, creatorId, scopes, disabledAt } = apiKeys;
  return db
    .select({ id, name, prefix, environment, creatorId, scopes, disabledAt })
    .from(apiKeys)
    .where(and(eq(apiKeys.organizationId, person.organizationId), isUnended(now), isKnownTo(person)))
    .orderBy(asc(apiKeys.id));
}

/** The trusts that a person, or a key that they know, created on keys that have not ended. */
export async function listTrustsOf(db: Reader, person: Person, now: Date) {
  const { id, keyId, issuer, claims, createdAt } = getTableColumns(keyTrusts);
  const { name: keyName, creatorId: keyCreatorId, scopes: keyScopes } = apiKeys;
  const theirs = or(eq(keyTrusts.createdById, person.userId), namesKeyOf(sql`${keyTrusts.createdByKeyId}`, person));
  const unended = db
    .select({ id: apiKeys.id })
    .from(apiKeys)
    .where(and(eq(apiKeys.organizationId, person.organizationId), isUnended(now)));
  return db
    .select({ id, keyId, issuer, claims, createdAt, keyName, keyCreatorId, keyScopes })
    .from(keyTrusts)
    .innerJoin(apiKeys, eq(apiKeys.id, keyTrusts.keyId))
    .where(and(inArray(keyTrusts.keyId, unended), theirs))
    .orderBy(asc(keyTrusts.id));
}

export async function deleteTrusts(tx: Writer, ids: TrustId[]) {
  await tx.delete(keyTrusts).where(inArray(keyTrusts.id, ids));
}

/** The webhooks, disabled ones too, whose URL a person or a key that they know chose, or whose secret they saw. */
export async function listWebhooksSetUpBy(db: Reader, person: Person): Promise<WebhookRow[]> {
  const theirs = or(eq(webhooks.setUpById, person.userId), namesKeyOf(sql`${webhooks.setUpByKeyId}`, person));
  return db
    .select()
    .from(webhooks)
    .where(and(eq(webhooks.organizationId, person.organizationId), theirs))
    .orderBy(asc(webhooks.id));
}

/** As for webhooks, the audit stream. */
export async function findStreamSetUpBy(db: Reader, person: Person) {
  const theirs = or(eq(auditStreams.setUpById, person.userId), namesKeyOf(sql`${auditStreams.setUpByKeyId}`, person));
  const [stream] = await db
    .select()
    .from(auditStreams)
    .where(and(eq(auditStreams.organizationId, person.organizationId), theirs));
  return stream;
}
