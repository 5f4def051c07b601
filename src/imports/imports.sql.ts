import { and, asc, eq } from "drizzle-orm";
import type { Reader, Writer } from "../db/database";
import { externalIds, users } from "../db/tables";
import type { UserId } from "../ids";

/** The user whom an id of another system leads to. */
export async function findByExternalId(db: Reader, source: string, externalId: string) {
  const [found] = await db
    .select({ id: users.id })
    .from(externalIds)
    .innerJoin(users, eq(users.id, externalIds.userId))
    .where(and(eq(externalIds.source, source), eq(externalIds.externalId, externalId)));
  return found;
}

/** Whether a user was imported from a system. */
export async function isFrom(db: Reader, source: string, userId: UserId): Promise<boolean> {
  const of = and(eq(externalIds.userId, userId), eq(externalIds.source, source));
  return (await db.$count(externalIds, of)) > 0;
}

/** Keeps the id that a user has in another system. One that leads to a user already stays as it is. */
export async function addExternalId(tx: Writer, source: string, externalId: string, userId: UserId) {
  await tx.insert(externalIds).values({ source, externalId, userId }).onConflictDoNothing();
}

export async function externalIdsOf(db: Reader, userId: UserId) {
  return db
    .select({ source: externalIds.source, externalId: externalIds.externalId })
    .from(externalIds)
    .where(eq(externalIds.userId, userId))
    .orderBy(asc(externalIds.source), asc(externalIds.externalId));
}
