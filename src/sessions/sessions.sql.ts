import { and, desc, eq, getTableColumns, gt, isNull, lt, lte, ne, sql } from "drizzle-orm";
import type { Reader, Writer } from "../db/database";
import { deleteSome } from "../db/delete-some";
import { bind, bindRow, prepared, rowOf } from "../db/prepared";
import { type EndOfSession, sessions } from "../db/tables";
import type { SessionId, UserId } from "../ids";
import { lockUser } from "../users/users.sql";

export type SessionRow = typeof sessions.$inferSelect;
export type NewSession = Omit<typeof sessions.$inferInsert, "rowId">;

export async function insertSession(tx: Writer, session: NewSession): Promise<SessionRow> {
  return (await newSession(tx, rowOf(written, session)))[0]!;
}

const { rowId: _, ...written } = getTableColumns(sessions);

const newSession = prepared<Record<string, unknown>, Promise<SessionRow[]>>("new_session", (db) =>
  db.insert(sessions).values(bindRow(written)).returning(),
);

export async function findSessionByRowId(db: Reader, rowId: number, id: SessionId): Promise<SessionRow | undefined> {
  return (
    await db
      .select()
      .from(sessions)
      .where(and(eq(sessions.rowId, rowId), eq(sessions.id, id)))
  )[0];
}

/** A session that has not ended and is not suspended. Whether it has expired is for the caller to check. */
export async function findOpenSession(db: Reader, id: SessionId): Promise<SessionRow | undefined> {
  return (await openSession(db, { id }))[0];
}

const openSession = prepared<{ id: SessionId }, Promise<SessionRow[]>>("open_session", (db) =>
  db
    .select()
    .from(sessions)
    .where(and(eq(sessions.id, sql.placeholder("id")), isNull(sessions.endedAt), isNull(sessions.suspendedAt))),
);

export async function listOpenSessions(db: Reader, userId: UserId, now: Date): Promise<SessionRow[]> {
  return db
    .select()
    .from(sessions)
    .where(and(eq(sessions.userId, userId), ...open(now)))
    .orderBy(desc(sessions.rowId));
}

/** The IPs that the latest sessions were opened from. */
export async function latestSessionIps(db: Reader, limit: number): Promise<string[]> {
  const rows = await db.select({ ip: sessions.ip }).from(sessions).orderBy(desc(sessions.rowId)).limit(limit);
  return rows.map(({ ip }) => ip);
}

const open = (now: Date) => [isNull(sessions.endedAt), gt(sessions.expiresAt, now), gt(sessions.endsAt, now)];

/** Binds a live session to the key of a device, if it is not bound. */
export async function bindSession(
  tx: Writer,
  { rowId, session: id }: { rowId: number; session: SessionId },
  deviceKey: JsonWebKey,
): Promise<boolean> {
  const bound = await tx
    .update(sessions)
    .set({ deviceKey })
    .where(and(eq(sessions.rowId, rowId), eq(sessions.id, id), isNull(sessions.deviceKey), isNull(sessions.endedAt)))
    .returning({ id: sessions.id });
  return bound.length > 0;
}

/** Ends one session, of this user where one is given; false when no such session was live. */
export async function endSession(tx: Writer, id: SessionId, because: EndOfSession, userId?: UserId): Promise<boolean> {
  return (await endWhere(tx, because, and(eq(sessions.id, id), userId && eq(sessions.userId, userId)))) > 0;
}

/** Ends the oldest of a user's live sessions and keeps so many. */
export async function endOldestSessions(tx: Writer, userId: UserId, keep: number) {
  const [tooMany] = await openSessionBefore(tx, { userId, now: tx.now, keep });
  if (!tooMany) return;
  await endWhere(tx, "too_many", and(eq(sessions.userId, userId), lte(sessions.rowId, tooMany.rowId)));
}

const openSessionBefore = prepared<{ userId: UserId; now: Date; keep: number }, Promise<{ rowId: number }[]>>(
  "open_session_before",
  (db) =>
    db
      .select({ rowId: sessions.rowId })
      .from(sessions)
      .where(
        and(
          eq(sessions.userId, sql.placeholder("userId")),
          isNull(sessions.endedAt),
          gt(sessions.expiresAt, bind(sessions.expiresAt, "now")),
          gt(sessions.endsAt, bind(sessions.endsAt, "now")),
        ),
      )
      .orderBy(desc(sessions.rowId))
      .offset(sql.placeholder("keep"))
      .limit(1),
);

/** Ends all of a user's sessions, or all except one; how many ended. */
export async function endSessionsOf(
  tx: Writer,
  userId: UserId,
  because: EndOfSession,
  except?: SessionId,
): Promise<number> {
  await lockUser(tx, userId);
  return endWhere(tx, because, and(eq(sessions.userId, userId), except && ne(sessions.id, except)));
}

async function endWhere(tx: Writer, because: EndOfSession, where: ReturnType<typeof and>): Promise<number> {
  const ended = await tx
    .update(sessions)
    .set({ endedAt: tx.now, endedBecause: because })
    .where(and(where, isNull(sessions.endedAt)))
    .returning({ id: sessions.id });
  for (const { id } of ended) await tx.invalidate({ topic: "session", subject: id });
  return ended.length;
}

/** Suspends all sessions of a user, or resumes them (null). */
export async function suspendSessions(tx: Writer, userId: UserId, suspendedAt: Date | null) {
  await tx
    .update(sessions)
    .set({ suspendedAt })
    .where(and(eq(sessions.userId, userId), isNull(sessions.endedAt)));
  await tx.invalidate({ topic: "user", subject: userId });
}

export async function markTwoFactor(tx: Writer, id: SessionId) {
  await tx.update(sessions).set({ twoFactor: true }).where(eq(sessions.id, id));
}

/** Notes that a user has confirmed their identity in a live session, and whether by a second factor too. */
export async function markConfirmed(tx: Writer, id: SessionId, twoFactor: boolean): Promise<boolean> {
  const marked = await tx
    .update(sessions)
    .set({ confirmedAt: tx.now, ...(twoFactor && { twoFactor }) })
    .where(and(eq(sessions.id, id), isNull(sessions.endedAt)))
    .returning({ id: sessions.id });
  return marked.length > 0;
}

/** Deletes sessions that ended before a time. */
export const pruneSessions = (tx: Writer, before: Date, max: number) =>
  deleteSome(tx, sessions, lt(sessions.endsAt, before), max);
