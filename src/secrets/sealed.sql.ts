import {
  type AnyColumn,
  and,
  asc,
  eq,
  getTableColumns,
  gt,
  isNotNull,
  isNull,
  like,
  notLike,
  type SQL,
  sql,
  type Table,
} from "drizzle-orm";
import type { Reader, Writer } from "../db/database";
import { auditCheckpoints, auditStreams, backupCodes, idempotencyKeys, twoFactors, webhooks } from "../db/tables";

/** A column of values that begin with the key id of the secret they were made with. */
export interface KeyedColumn {
  /** What a person calls the values. */
  what: string;
  table:
    | typeof twoFactors
    | typeof backupCodes
    | typeof webhooks
    | typeof auditStreams
    | typeof idempotencyKeys
    | typeof auditCheckpoints;
  id: AnyColumn;
  /** Whose a value is: what it was sealed for. */
  owner: AnyColumn;
  value: AnyColumn;
  /** Which rows are of use. */
  where?: SQL;
}

/** Every column that is sealed. */
export const sealedColumns: readonly KeyedColumn[] = [
  {
    what: "authenticator apps",
    table: twoFactors,
    id: twoFactors.userId,
    owner: twoFactors.userId,
    value: twoFactors.sealedSecret,
  },
  {
    what: "backup codes",
    table: backupCodes,
    id: backupCodes.id,
    owner: backupCodes.userId,
    value: backupCodes.hash,
    where: isNull(backupCodes.usedAt),
  },
  {
    what: "webhook secrets",
    table: webhooks,
    id: webhooks.id,
    owner: webhooks.id,
    value: webhooks.sealedSecret,
  },
  {
    what: "webhook secrets that were rotated",
    table: webhooks,
    id: webhooks.id,
    owner: webhooks.id,
    value: webhooks.previousSealedSecret,
  },
  {
    what: "tokens of audit streams",
    table: auditStreams,
    id: auditStreams.organizationId,
    owner: auditStreams.organizationId,
    value: auditStreams.sealedToken,
  },
  {
    what: "responses for an Idempotency-Key",
    table: idempotencyKeys,
    id: idempotencyKeys.id,
    owner: idempotencyKeys.id,
    value: idempotencyKeys.sealedResponse,
  },
];

/** The signatures of what retention cut off. */
export const signatureColumn: KeyedColumn = {
  what: "checkpoints of the audit log",
  table: auditCheckpoints,
  id: auditCheckpoints.chain,
  owner: auditCheckpoints.chain,
  value: auditCheckpoints.signature,
};

/** How many values of a column were made with each secret, by key id; under `""` those from before values had one. */
export async function countByKey(db: Reader, { table, value, where }: KeyedColumn): Promise<Map<string, number>> {
  const keyId = sql<string>`case when ${value} like '________.%' then substr(${value}, 1, 8) else '' end`;
  const rows = await db
    .select({ keyId, count: sql<number>`count(*)`.mapWith(Number) })
    .from(table)
    .where(and(isNotNull(value), where))
    .groupBy(sql`1`);
  return new Map(rows.map(({ keyId, count }) => [keyId, count]));
}

/** Some values that were made with another secret than this one, in the order of the ids of their rows, after one of these. */
export async function listOutdated(
  db: Reader,
  { table, id, owner, value, where }: KeyedColumn,
  keyId: string,
  after: string,
  limit: number,
) {
  return db
    .select({ id: sql<string>`${id}`, owner: sql<string>`${owner}`, value: sql<string>`${value}` })
    .from(table)
    .where(and(isNotNull(value), notLike(value, `${keyId}.%`), gt(id, after), where))
    .orderBy(asc(id))
    .limit(limit);
}

/** Replaces a value, unless it changed meanwhile. */
export async function replaceValue(
  tx: Writer,
  { table, id, value }: KeyedColumn,
  of: string,
  from: string,
  to: string,
) {
  const [name] = Object.entries(getTableColumns(table as Table)).find(([, column]) => column === value)!;
  await tx
    .update(table)
    .set({ [name]: to })
    .where(and(eq(id, of), eq(value, from)));
}

/**
 * Removes what is of no use without a secret and can be made anew: backup codes, and enrollments that wait for a first code. Responses stay:
 * without them a repetition would be executed again.
 */
export async function deleteSealedWith(tx: Writer, keyId: string) {
  const sealed = `${keyId}.%`;
  await tx.delete(backupCodes).where(like(backupCodes.hash, sealed));
  await tx.delete(twoFactors).where(and(like(twoFactors.sealedSecret, sealed), isNull(twoFactors.enabledAt)));
}
