import { and, desc, eq, gt, isNull, notExists, sql } from "drizzle-orm";
import type { Reader, Writer } from "../db/database";
import { prepared } from "../db/prepared";
import { withFolded } from "../db/search";
import { externalIds, memberships, sessions, tickets, users } from "../db/tables";
import type { UserId } from "../ids";

export type UserRow = typeof users.$inferSelect;

export async function findUser(db: Reader, id: UserId): Promise<UserRow | undefined> {
  return (await db.select().from(users).where(eq(users.id, id)))[0];
}

/**
 * A user whose row stays locked until the transaction ends. Every transaction that opens a session or ends all of them calls this first, so
 * that no session is opened while all are being ended.
 */
export async function lockUser(tx: Writer, id: UserId): Promise<UserRow | undefined> {
  return (await userLocked(tx, { id }))[0];
}

const userLocked = prepared<{ id: UserId }, Promise<UserRow[]>>("lock_user", (db) =>
  db
    .update(users)
    .set({ createdAt: sql`${users.createdAt}` }) // not the id: the database would check every table that references it
    .where(eq(users.id, sql.placeholder("id")))
    .returning(),
);

export async function hasUsers(db: Reader): Promise<boolean> {
  return (await db.select({ id: users.id }).from(users).limit(1)).length > 0;
}

export async function findUserByEmail(db: Reader, email: string): Promise<UserRow | undefined> {
  return (await userByEmail(db, { email }))[0];
}

const userByEmail = prepared<{ email: string }, Promise<UserRow[]>>("user_by_email", (db) =>
  db
    .select()
    .from(users)
    .where(eq(users.email, sql.placeholder("email"))),
);

/** The user who has an email, or who can still get it back by undoing a change, and until when. */
export async function findEmailOwner(
  db: Reader,
  email: string,
  now: Date,
): Promise<{ user: UserRow; reservedUntil?: Date } | undefined> {
  const undo = and(eq(tickets.kind, "undo-email-change"), isNull(tickets.endedAt), gt(tickets.expiresAt, now));
  const [reserved] = await db
    .select({ user: users, reservedUntil: tickets.expiresAt })
    .from(tickets)
    .innerJoin(users, eq(users.id, tickets.userId))
    .where(and(eq(tickets.email, email), undo))
    .orderBy(desc(tickets.expiresAt))
    .limit(1);
  const user = await findUserByEmail(db, email);
  return user ? { user } : reserved;
}

/** Undefined when the email is taken. */
export async function insertUser(
  tx: Writer,
  user: Omit<typeof users.$inferInsert, "fullNameFolded">,
): Promise<UserRow | undefined> {
  const row = withFolded(user, "fullName");
  return (await tx.insert(users).values(row).onConflictDoNothing().returning())[0];
}

/** Marks an email as verified, if it is still the user's, and the account as active; true also when it was verified before. */
export async function markVerified(tx: Writer, id: UserId, email: string): Promise<boolean> {
  const marked = await tx
    .update(users)
    .set({
      emailVerifiedAt: sql`coalesce(${users.emailVerifiedAt}, ${sql.param(tx.now, users.emailVerifiedAt)})`,
      activatedAt: sql`coalesce(${users.activatedAt}, ${sql.param(tx.now, users.activatedAt)})`,
    })
    .where(and(eq(users.id, id), eq(users.email, email)))
    .returning({ id: users.id });
  return marked.length > 0;
}

/** Sets a password hash, or removes it, and sets the one before it; false when it is no longer the one that was read. */
export async function replacePassword(
  tx: Writer,
  { id, passwordHash: from }: UserRow,
  passwordHash: string | null,
  previousPasswordHash: string | null,
): Promise<boolean> {
  const replaced = await tx
    .update(users)
    .set({ passwordHash, previousPasswordHash })
    .where(and(eq(users.id, id), from === null ? isNull(users.passwordHash) : eq(users.passwordHash, from)))
    .returning({ id: users.id });
  return replaced.length > 0;
}

/** Sets a user's email. @throws UniqueViolation when another user has it */
export async function setEmail(tx: Writer, id: UserId, email: string, emailVerifiedAt: Date | null) {
  await tx.update(users).set({ email, emailVerifiedAt }).where(eq(users.id, id));
}

export async function updateProfile(
  tx: Writer,
  id: UserId,
  change: Partial<Pick<UserRow, "fullName" | "avatarUrl" | "preferences">>,
) {
  if (Object.keys(change).length === 0) return;
  await tx.update(users).set(withFolded(change, "fullName")).where(eq(users.id, id));
}

/**
 * Erases everything about a user but the id. What replaces the email is not an email, so that it cannot be registered first to keep the user
 * from deleting the account.
 */
export async function eraseUser(tx: Writer, id: UserId) {
  await tx
    .update(users)
    .set({
      email: `deleted:${id}`,
      ...withFolded({ fullName: "Deleted user" }, "fullName"),
      passwordHash: null,
      previousPasswordHash: null,
      emailVerifiedAt: null,
      avatarUrl: null,
      preferences: null,
      deletedAt: tx.now,
    })
    .where(eq(users.id, id));
  await tx.delete(externalIds).where(eq(externalIds.userId, id));
  await tx.invalidate({ topic: "user", subject: id });
}

/** Deletes the users of an import who never signed in and belong to no organization. */
export async function deleteUntouched(tx: Writer, importRun: string): Promise<{ removed: number; kept: number }> {
  const signedIn = tx.select({ id: sessions.userId }).from(sessions).where(eq(sessions.userId, users.id));
  const belongs = tx.select({ id: memberships.userId }).from(memberships).where(eq(memberships.userId, users.id));
  const removed = await tx
    .delete(users)
    .where(and(eq(users.importRun, importRun), isNull(users.deletedAt), notExists(signedIn), notExists(belongs)))
    .returning({ id: users.id });
  return { removed: removed.length, kept: await tx.$count(users, eq(users.importRun, importRun)) };
}
