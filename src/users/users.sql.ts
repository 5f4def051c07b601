import { and, eq, sql } from "drizzle-orm";
import type { Reader, Writer } from "../db/database";
import { users } from "../db/tables";
import type { UserId } from "../ids";

export type UserRow = typeof users.$inferSelect;

export async function findUser(db: Reader, id: UserId): Promise<UserRow | undefined> {
  return (await db.select().from(users).where(eq(users.id, id)))[0];
}

export async function findUserByEmail(db: Reader, email: string): Promise<UserRow | undefined> {
  return (await db.select().from(users).where(eq(users.email, email)))[0];
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

/** Replaces a hash by a stronger one of the same password, unless the password changed meanwhile. */
export async function rehash(tx: Writer, id: UserId, from: string, to: string) {
  await tx
    .update(users)
    .set({ passwordHash: to })
    .where(and(eq(users.id, id), eq(users.passwordHash, from)));
}
