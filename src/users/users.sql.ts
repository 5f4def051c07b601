import { and, eq, gt, isNull, notExists, sql } from "drizzle-orm";
import type { Reader, Writer } from "../db/database";
import { prepared } from "../db/prepared";
import { memberships, sessions, tickets, users } from "../db/tables";
import type { UserId } from "../ids";

export type UserRow = typeof users.$inferSelect;

export async function findUser(db: Reader, id: UserId): Promise<UserRow | undefined> {
  return (await db.select().from(users).where(eq(users.id, id)))[0];
}

/**
 * A person, held until the transaction ends, for who changes them or theirs by what is there. First in every unit that opens
 * a session or ends all of them, so that none is opened beside the end of all.
 */
export async function lockUser(tx: Writer, id: UserId): Promise<UserRow | undefined> {
  return (await userLocked(tx, { id }))[0];
}

const userLocked = prepared<{ id: UserId }, Promise<UserRow[]>>("lock_user", (db) =>
  db
    .update(users)
    .set({ createdAt: sql`${users.createdAt}` }) // not the id: the tables that refer to it would be looked at
    .where(eq(users.id, sql.placeholder("id")))
    .returning(),
);

export async function findUserByEmail(db: Reader, email: string): Promise<UserRow | undefined> {
  return (await userByEmail(db, { email }))[0];
}

const userByEmail = prepared<{ email: string }, Promise<UserRow[]>>("user_by_email", (db) =>
  db
    .select()
    .from(users)
    .where(eq(users.email, sql.placeholder("email"))),
);

/** The person who has an address, or can still take it back. */
export async function findEmailOwner(db: Reader, email: string, now: Date): Promise<UserRow | undefined> {
  const undo = and(eq(tickets.kind, "undo-email-change"), isNull(tickets.consumedAt), gt(tickets.expiresAt, now));
  const [held] = await db
    .select({ user: users })
    .from(tickets)
    .innerJoin(users, eq(users.id, tickets.userId))
    .where(and(eq(tickets.email, email), undo))
    .limit(1);
  return (await findUserByEmail(db, email)) ?? held?.user;
}

/** Undefined when the address is taken. */
export async function insertUser(tx: Writer, user: typeof users.$inferInsert): Promise<UserRow | undefined> {
  return (await tx.insert(users).values(user).onConflictDoNothing().returning())[0];
}

/** Notes that the address was proven, if it is still the person's; true also when it was proven before. */
export async function markVerified(tx: Writer, id: UserId, email: string): Promise<boolean> {
  const marked = await tx
    .update(users)
    .set({ emailVerifiedAt: sql`coalesce(${users.emailVerifiedAt}, ${sql.param(tx.now, users.emailVerifiedAt)})` })
    .where(and(eq(users.id, id), eq(users.email, email)))
    .returning({ id: users.id });
  return marked.length > 0;
}

export async function setPassword(tx: Writer, id: UserId, passwordHash: string) {
  await tx.update(users).set({ passwordHash }).where(eq(users.id, id));
}

/** Replaces a password, or the hash of the same one by a stronger; false when it changed meanwhile. */
export async function replacePassword(tx: Writer, id: UserId, from: string, to: string): Promise<boolean> {
  const replaced = await tx
    .update(users)
    .set({ passwordHash: to })
    .where(and(eq(users.id, id), eq(users.passwordHash, from)))
    .returning({ id: users.id });
  return replaced.length > 0;
}

/** Gives a person another address. @throws UniqueViolation when it is another's */
export async function setEmail(tx: Writer, id: UserId, email: string, emailVerifiedAt: Date | null) {
  await tx.update(users).set({ email, emailVerifiedAt }).where(eq(users.id, id));
}

export async function updateProfile(
  tx: Writer,
  id: UserId,
  change: Partial<Pick<UserRow, "fullName" | "avatarUrl" | "preferences">>,
) {
  if (Object.keys(change).length > 0) await tx.update(users).set(change).where(eq(users.id, id));
}

/** Leaves of a person only the id. */
export async function eraseUser(tx: Writer, id: UserId, passwordHash: string) {
  const erased = { fullName: "Deleted user", avatarUrl: null, preferences: null, emailVerifiedAt: null, passwordHash };
  await tx
    .update(users)
    .set({ ...erased, email: `${id}@deleted.invalid`, deletedAt: tx.now })
    .where(eq(users.id, id));
  await tx.invalidate({ topic: "user", subject: id });
}

/** Removes the people of an import who never signed in and belong nowhere; the number that went, and that stayed. */
export async function deleteUntouched(tx: Writer, importRun: string): Promise<{ removed: number; kept: number }> {
  const signedIn = tx.select({ id: sessions.userId }).from(sessions).where(eq(sessions.userId, users.id));
  const belongs = tx.select({ id: memberships.userId }).from(memberships).where(eq(memberships.userId, users.id));
  const removed = await tx
    .delete(users)
    .where(and(eq(users.importRun, importRun), isNull(users.deletedAt), notExists(signedIn), notExists(belongs)))
    .returning({ id: users.id });
  return { removed: removed.length, kept: await tx.$count(users, eq(users.importRun, importRun)) };
}
