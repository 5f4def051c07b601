import { and, desc, eq, inArray, lte, sql } from "drizzle-orm";
import type { Reader, Writer } from "../db/database";
import { prepared } from "../db/prepared";
import { loginFailures } from "../db/tables";

export type LoginFailures = typeof loginFailures.$inferSelect;

/** What was counted for an account, by source. */
export async function findFailures(db: Reader, account: string, sources: string[]): Promise<LoginFailures[]> {
  return db
    .select()
    .from(loginFailures)
    .where(and(eq(loginFailures.account, account), inArray(loginFailures.source, sources)));
}

/** What was counted for an account from a source. The row stays locked until the transaction ends. */
export async function lockFailures(tx: Writer, account: string, source: string): Promise<LoginFailures | undefined> {
  return (await failuresLocked(tx, { account, source }))[0];
}

const isSubject = and(
  eq(loginFailures.account, sql.placeholder("account")),
  eq(loginFailures.source, sql.placeholder("source")),
);

const failuresLocked = prepared<{ account: string; source: string }, Promise<LoginFailures[]>>(
  "lock_login_failures",
  (db) =>
    db
      .update(loginFailures)
      .set({ failures: sql`${loginFailures.failures}` })
      .where(isSubject)
      .returning(),
);

/** As `lockFailures`; the row is created where there is none, so that there is something to lock. */
export async function createFailures(tx: Writer, account: string, source: string): Promise<LoginFailures> {
  const created = await tx
    .insert(loginFailures)
    .values({ account, source, failures: 0, expiresAt: tx.now })
    .onConflictDoUpdate({
      target: [loginFailures.account, loginFailures.source],
      set: { failures: sql`${loginFailures.failures}` },
    })
    .returning();
  return created[0]!;
}

export async function saveFailures(
  tx: Writer,
  { account, source }: LoginFailures,
  counted: Omit<LoginFailures, "account" | "source">,
) {
  await tx
    .update(loginFailures)
    .set(counted)
    .where(and(eq(loginFailures.account, account), eq(loginFailures.source, source)));
}

/** Forgets what was counted for an account, from one source or from all. */
export async function deleteFailures(tx: Writer, account: string, source?: string) {
  await tx
    .delete(loginFailures)
    .where(
      and(eq(loginFailures.account, account), source === undefined ? undefined : eq(loginFailures.source, source)),
    );
}

/**
 * Until when rows expire that need not be kept: those that have expired and, beyond `max` rows, those that expire next. Whether there is an account
 * makes no difference.
 */
export async function failuresToPrune(db: Reader, max: number, now: Date): Promise<Date> {
  const [surplus] = await db
    .select({ expiresAt: loginFailures.expiresAt })
    .from(loginFailures)
    .orderBy(desc(loginFailures.expiresAt))
    .offset(max)
    .limit(1);
  return surplus && surplus.expiresAt > now ? surplus.expiresAt : now;
}

/** Deletes at most `limit` rows that expire until a time; how many there were. */
export async function pruneFailures(tx: Writer, until: Date, limit: number): Promise<number> {
  const { account, source, expiresAt } = loginFailures;
  const some = tx.select({ account, source }).from(loginFailures).where(lte(expiresAt, until)).limit(limit);
  const deleted = await tx.delete(loginFailures).where(sql`(${account}, ${source}) in ${some}`).returning({ account });
  return deleted.length;
}
