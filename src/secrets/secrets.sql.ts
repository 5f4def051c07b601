import { type AnyColumn, and, asc, eq, gt, gte, inArray, isNull, lt, lte, max, sql } from "drizzle-orm";
import type { Reader, Writer } from "../db/database";
import {
  consumedIdentities,
  invitations,
  oauthGrants,
  processes,
  secrets,
  sessions,
  tickets,
  trustedDevices,
} from "../db/tables";

export type SecretRow = typeof secrets.$inferSelect;
export type ProcessRow = typeof processes.$inferSelect;

/** The secrets on which data may depend, the one that signed first ahead. */
export async function listSecrets(db: Reader): Promise<SecretRow[]> {
  return db.select().from(secrets).orderBy(asc(secrets.signsSince), asc(secrets.id));
}

/** Adds secrets that are not known yet. */
export async function insertSecrets(tx: Writer, rows: readonly SecretRow[]) {
  if (rows.length > 0)
    await tx
      .insert(secrets)
      .values([...rows])
      .onConflictDoNothing();
}

/** Notes that a secret signed until a time. */
export async function noteSigning(tx: Writer, id: string, at: Date) {
  const signsSince = sql`coalesce(${secrets.signsSince}, excluded.signs_since)`;
  const signedAt = sql`case when ${secrets.signedAt} > excluded.signed_at then ${secrets.signedAt} else excluded.signed_at end`;
  await tx
    .insert(secrets)
    .values({ id, signsSince: at, signedAt: at })
    .onConflictDoUpdate({ target: secrets.id, set: { signsSince, signedAt } });
}

export async function deleteSecrets(tx: Writer, ids: readonly string[]) {
  if (ids.length > 0) await tx.delete(secrets).where(inArray(secrets.id, [...ids]));
}

/** The processes that were seen since a time. */
export async function listProcesses(db: Reader, since: Date): Promise<ProcessRow[]> {
  return db.select().from(processes).where(gte(processes.seenAt, since)).orderBy(asc(processes.id));
}

export async function upsertProcess(tx: Writer, { id, ...row }: ProcessRow) {
  await tx
    .insert(processes)
    .values({ id, ...row })
    .onConflictDoUpdate({ target: processes.id, set: row });
}

export async function deleteProcess(tx: Writer, id: ProcessRow["id"]) {
  await tx.delete(processes).where(eq(processes.id, id));
}

/** Removes the processes that were not seen since a time, and gives them. */
export async function takeLostProcesses(tx: Writer, since: Date): Promise<ProcessRow[]> {
  return tx.delete(processes).where(lt(processes.seenAt, since)).returning();
}

/** Something that ceases to work without a secret: how much of it, and until when it needs the secret at most. */
export interface Computed {
  what: string;
  count: number;
  until: Date;
}

/** Milliseconds for which an access token is valid. */
const accessTokenLife = 15 * 60_000;

const count = sql<number>`count(*)`.mapWith(Number);

/**
 * The tokens that were computed in a time, both ends included, and still work. They are not stored; the rows that they stand for are. A trusted
 * device gets a new token when it is used.
 */
export async function countTokens(db: Reader, from: Date, through: Date, now: Date): Promise<Computed[]> {
  const made = (at: AnyColumn) => and(gte(at, from), lte(at, through));
  const openSessions = await db
    .select({ count, until: max(sessions.expiresAt) })
    .from(sessions)
    .where(
      and(isNull(sessions.endedAt), gt(sessions.expiresAt, now), gt(sessions.endsAt, now), made(sessions.rotatedAt)),
    );
  const devices = await db
    .select({ count, until: max(trustedDevices.expiresAt) })
    .from(trustedDevices)
    .where(and(gt(trustedDevices.expiresAt, now), made(trustedDevices.lastUsedAt)));
  const links = await db
    .select({ count, until: max(tickets.expiresAt) })
    .from(tickets)
    .where(and(isNull(tickets.endedAt), gt(tickets.expiresAt, now), made(tickets.createdAt)));
  const pending = await db
    .select({ count, until: max(invitations.expiresAt) })
    .from(invitations)
    .where(and(eq(invitations.state, "open"), gt(invitations.expiresAt, now), made(invitations.emailedAt)));
  const lastTokens = new Date(through.getTime() - accessTokenLife);
  const recent = await db
    .select({ count, until: max(sessions.lastUsedAt) })
    .from(sessions)
    .where(
      and(
        isNull(sessions.endedAt),
        gt(sessions.expiresAt, now),
        lte(sessions.createdAt, through),
        gte(sessions.lastUsedAt, lastTokens),
      ),
    );
  const accessTokens = through.getTime() + accessTokenLife > now.getTime() ? recent : [];
  const workloads = await db
    .select({ count, until: max(consumedIdentities.tokenExpiresAt) })
    .from(consumedIdentities)
    .where(and(gt(consumedIdentities.tokenExpiresAt, now), made(consumedIdentities.consumedAt)));
  const apps = await db
    .select({ count, until: max(oauthGrants.expiresAt) })
    .from(oauthGrants)
    .where(
      and(
        isNull(oauthGrants.endedAt),
        gt(oauthGrants.expiresAt, now),
        gt(oauthGrants.endsAt, now),
        made(oauthGrants.rotatedAt),
      ),
    );
  const found = {
    sessions: openSessions,
    "connected apps": apps,
    "trusted devices": devices,
    "links in emails": links,
    invitations: pending,
    "access tokens": accessTokens.map(({ count, until }) => ({
      count,
      until: until && new Date(through.getTime() + accessTokenLife),
    })),
    "workload tokens": workloads,
  };
  return Object.entries(found).flatMap(([what, [row]]) =>
    row?.until ? [{ what, count: row.count, until: row.until }] : [],
  );
}
