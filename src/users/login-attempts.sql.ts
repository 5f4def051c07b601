import { and, eq, inArray, lte, sql } from "drizzle-orm";
import type { Reader, Writer } from "../db/database";
import { deleteSome } from "../db/delete-some";
import { prepared } from "../db/prepared";
import { loginFailures } from "../db/tables";

export type LoginFailures = typeof loginFailures.$inferSelect;

/** What was counted for an account, by source, of which there are one or two. */
export async function findFailures(db: Reader, account: string, sources: string[]): Promise<LoginFailures[]> {
  const [first = "", second = first] = sources;
  return failuresOf(db, { account, first, second });
}

const failuresOf = prepared<{ account: string; first: string; second: string }, Promise<LoginFailures[]>>(
  "login_failures_of",
  (db) =>
    db
      .select()
      .from(loginFailures)
      .where(
        and(
          eq(loginFailures.account, sql.placeholder("account")),
          inArray(loginFailures.source, [sql.placeholder("first"), sql.placeholder("second")]),
        ),
      ),
);

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

/** Deletes what has expired. */
export const pruneFailures = (tx: Writer, max: number) =>
  deleteSome(tx, loginFailures, lte(loginFailures.expiresAt, tx.now), max);

export const countFailures = (db: Reader): Promise<number> => db.$count(loginFailures);

/** Deletes at most `max` of those that expire next. Whether there is an account makes no difference. */
export async function deleteOldestFailures(tx: Writer, max: number): Promise<number> {
  const [last] = await tx
    .select({ expiresAt: loginFailures.expiresAt })
    .from(loginFailures)
    .orderBy(loginFailures.expiresAt)
    .offset(max - 1)
    .limit(1);
  return last ? deleteSome(tx, loginFailures, lte(loginFailures.expiresAt, last.expiresAt), max) : 0;
}
