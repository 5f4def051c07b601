import {
  and,
  asc,
  desc,
  eq,
  getTableColumns,
  gt,
  gte,
  inArray,
  isNotNull,
  isNull,
  lt,
  lte,
  or,
  sql,
} from "drizzle-orm";
import type { Reader, Writer } from "../db/database";
import { deleteSome } from "../db/delete-some";
import { bind, prepared } from "../db/prepared";
import { type EndOfGrant, oauthClients, oauthGrants, organizations, users } from "../db/tables";
import type { GrantId, OrganizationId, UserId } from "../ids";
import { withRotation } from "../sessions/rotation-history.sql";

export type GrantRow = typeof oauthGrants.$inferSelect;

export async function insertGrant(
  tx: Writer,
  grant: Omit<typeof oauthGrants.$inferInsert, "rowId">,
): Promise<GrantRow> {
  return (await tx.insert(oauthGrants).values(grant).returning())[0]!;
}

/**
 * A grant whose code was exchanged, that has not ended, whose user is not suspended and whose client is not blocked. Whether it has expired is for the
 * caller to check.
 */
export async function findOpenGrant(db: Reader, id: GrantId): Promise<GrantRow | undefined> {
  return (await openGrant(db, { id }))[0];
}

const openGrant = prepared<{ id: GrantId }, Promise<GrantRow[]>>("open_grant", (db) =>
  db
    .select(getTableColumns(oauthGrants))
    .from(oauthGrants)
    .innerJoin(users, eq(users.id, oauthGrants.userId))
    .innerJoin(oauthClients, eq(oauthClients.id, oauthGrants.clientId))
    .where(
      and(
        eq(oauthGrants.id, sql.placeholder("id")),
        isNotNull(oauthGrants.redeemedAt),
        isNull(oauthGrants.endedAt),
        isNull(users.suspendedAt),
        isNull(oauthClients.blockedAt),
      ),
    ),
);

/** A grant in any state. */
export async function findGrant(db: Reader, id: GrantId): Promise<GrantRow | undefined> {
  return (await db.select().from(oauthGrants).where(eq(oauthGrants.id, id)))[0];
}

/** What a code must agree with to be exchanged. */
export interface Redemption {
  id: GrantId;
  clientId: string;
  /** Undefined where the client does not repeat it. */
  redirectUri: string | undefined;
  codeChallenge: string;
  ip: string;
  expiresAt: Date;
}

/** Exchanges the code of a grant: the one conditional write. Of concurrent exchanges, one gets the grant. */
export async function redeemCode(tx: Writer, redemption: Redemption): Promise<GrantRow | undefined> {
  const { id, clientId, redirectUri, codeChallenge, ip, expiresAt } = redemption;
  const [grant] = await tx
    .update(oauthGrants)
    .set({ redeemedAt: tx.now, rotatedAt: tx.now, lastUsedAt: tx.now, lastUsedIp: ip, expiresAt })
    .where(
      and(
        eq(oauthGrants.id, id),
        eq(oauthGrants.clientId, clientId),
        redirectUri === undefined ? undefined : eq(oauthGrants.redirectUri, redirectUri),
        eq(oauthGrants.codeChallenge, codeChallenge),
        isNull(oauthGrants.redeemedAt),
        isNull(oauthGrants.endedAt),
        gt(oauthGrants.expiresAt, tx.now),
      ),
    )
    .returning();
  return grant;
}

/** Hands a grant to the device that it was given to. */
export async function redeemGrant(
  tx: Writer,
  { id, ip, expiresAt }: { id: GrantId; ip: string; expiresAt: Date },
): Promise<GrantRow | undefined> {
  const [grant] = await tx
    .update(oauthGrants)
    .set({ redeemedAt: tx.now, rotatedAt: tx.now, lastUsedAt: tx.now, lastUsedIp: ip, expiresAt })
    .where(and(eq(oauthGrants.id, id), isNull(oauthGrants.redeemedAt), isNull(oauthGrants.endedAt)))
    .returning();
  return grant;
}

export async function findGrantByRowId(db: Reader, rowId: number, id: GrantId) {
  const [found] = await db
    .select({ grant: oauthGrants, suspendedAt: users.suspendedAt })
    .from(oauthGrants)
    .innerJoin(users, eq(users.id, oauthGrants.userId))
    .where(and(eq(oauthGrants.rowId, rowId), eq(oauthGrants.id, id)));
  return found && { ...found.grant, suspendedAt: found.suspendedAt };
}

export interface GrantRotation extends Record<string, unknown> {
  rowId: number;
  id: GrantId;
  clientId: string;
  generation: number;
  now: Date;
  expiresAt: Date;
  /** Rotations before this time are forgotten. */
  horizon: Date;
  /** `,` and the milliseconds of now. */
  rotation: string;
  ip: string;
}

/** Rotates the refresh token if it is the current one of a live grant of this client: the one conditional write of a refresh. */
export async function rotateGrant(tx: Writer, rotation: GrantRotation): Promise<GrantRow | undefined> {
  return (await rotateRow(tx, rotation))[0];
}

const rotateRow = prepared<GrantRotation, Promise<GrantRow[]>>("rotate_grant", (db) =>
  db
    .update(oauthGrants)
    .set({
      generation: sql`${oauthGrants.generation} + 1`,
      rotatedAt: sql`${bind(oauthGrants.rotatedAt, "now")}`,
      rotations: withRotation(oauthGrants),
      lastUsedAt: sql`${bind(oauthGrants.lastUsedAt, "now")}`,
      lastUsedIp: sql`${bind(oauthGrants.lastUsedIp, "ip")}`,
      expiresAt: sql`${bind(oauthGrants.expiresAt, "expiresAt")}`,
    })
    .where(
      and(
        eq(oauthGrants.rowId, sql.placeholder("rowId")),
        eq(oauthGrants.id, sql.placeholder("id")),
        eq(oauthGrants.clientId, sql.placeholder("clientId")),
        eq(oauthGrants.generation, sql.placeholder("generation")),
        isNotNull(oauthGrants.redeemedAt),
        isNull(oauthGrants.endedAt),
        gt(oauthGrants.expiresAt, bind(oauthGrants.expiresAt, "now")),
        gt(oauthGrants.endsAt, bind(oauthGrants.endsAt, "now")),
        sql`not exists (select 1 from ${users} where ${users.id} = ${oauthGrants.userId} and ${users.suspendedAt} is not null)`,
      ),
    )
    .returning(),
);

/** Which grants to end: those that meet all that is given. */
export interface GrantsToEnd {
  id?: GrantId;
  userId?: UserId;
  organizationId?: OrganizationId;
  clientId?: string;
  /** Only those that were given at this time or later. */
  since?: Date;
}

/** Ends grants with all of their tokens; those that ended. */
export async function endGrants(tx: Writer, which: GrantsToEnd, because: EndOfGrant): Promise<GrantRow[]> {
  const { id, userId, organizationId, clientId, since } = which;
  const ended = await tx
    .update(oauthGrants)
    .set({ endedAt: tx.now, endedBecause: because })
    .where(
      and(
        id && eq(oauthGrants.id, id),
        userId && eq(oauthGrants.userId, userId),
        organizationId && eq(oauthGrants.organizationId, organizationId),
        clientId !== undefined ? eq(oauthGrants.clientId, clientId) : undefined,
        since && gte(oauthGrants.createdAt, since),
        isNull(oauthGrants.endedAt),
      ),
    )
    .returning();
  for (const grant of ended) await tx.invalidate({ topic: "session", subject: grant.id });
  return ended;
}

/** Whether a grant can be used at a time. */
export const isLive = (now: Date) =>
  and(
    isNotNull(oauthGrants.redeemedAt),
    isNull(oauthGrants.endedAt),
    gt(oauthGrants.expiresAt, now),
    gt(oauthGrants.endsAt, now),
  );

/** The live grants that a user has given beyond the latest so many. */
export async function listOldestGrants(db: Reader, userId: UserId, now: Date, keep: number): Promise<GrantId[]> {
  const rows = await db
    .select({ id: oauthGrants.id })
    .from(oauthGrants)
    .where(and(eq(oauthGrants.userId, userId), isNull(oauthGrants.endedAt), gt(oauthGrants.expiresAt, now)))
    .orderBy(desc(oauthGrants.rowId))
    .offset(keep)
    .limit(100);
  return rows.map(({ id }) => id);
}

/** The live grants of a user in an organization for a client, the latest first. */
export async function listGrantsFor(
  db: Reader,
  { userId, clientId, now }: { userId: UserId; clientId: string; now: Date },
): Promise<GrantRow[]> {
  return db
    .select()
    .from(oauthGrants)
    .where(and(eq(oauthGrants.userId, userId), eq(oauthGrants.clientId, clientId), isLive(now)))
    .orderBy(desc(oauthGrants.rowId));
}

/** A live grant as people see it. */
const shown = {
  id: oauthGrants.id,
  clientId: oauthGrants.clientId,
  clientName: oauthClients.name,
  clientKind: oauthClients.kind,
  clientUri: oauthClients.uri,
  clientBlockedAt: oauthClients.blockedAt,
  userId: oauthGrants.userId,
  userName: users.fullName,
  organizationId: oauthGrants.organizationId,
  organizationName: organizations.name,
  policy: organizations.policy,
  scopes: oauthGrants.scopes,
  resource: oauthGrants.resource,
  redirectUri: oauthGrants.redirectUri,
  createdAt: oauthGrants.createdAt,
  lastUsedAt: oauthGrants.lastUsedAt,
  lastUsedIp: oauthGrants.lastUsedIp,
  expiresAt: oauthGrants.expiresAt,
};

/** The live grants of a user, or in an organization, the latest first. */
export async function listLiveGrants(
  db: Reader,
  { userId, organizationId }: { userId?: UserId; organizationId?: OrganizationId },
  now: Date,
  limit: number,
) {
  return db
    .select(shown)
    .from(oauthGrants)
    .innerJoin(oauthClients, eq(oauthClients.id, oauthGrants.clientId))
    .innerJoin(users, eq(users.id, oauthGrants.userId))
    .innerJoin(organizations, eq(organizations.id, oauthGrants.organizationId))
    .where(
      and(
        userId && eq(oauthGrants.userId, userId),
        organizationId && eq(oauthGrants.organizationId, organizationId),
        isLive(now),
      ),
    )
    .orderBy(desc(oauthGrants.rowId))
    .limit(limit);
}

/** What apps that acted in an organization are called, and the user of each. */
export async function findGrantActors(db: Reader, organizationId: OrganizationId, ids: GrantId[]) {
  return db
    .select({ id: oauthGrants.id, clientName: oauthClients.name, userName: users.fullName })
    .from(oauthGrants)
    .innerJoin(oauthClients, eq(oauthClients.id, oauthGrants.clientId))
    .innerJoin(users, eq(users.id, oauthGrants.userId))
    .where(and(eq(oauthGrants.organizationId, organizationId), inArray(oauthGrants.id, ids), isNull(users.deletedAt)))
    .orderBy(asc(oauthGrants.id));
}

/** Deletes grants that nothing can be done with: codes that were never exchanged, and those that ended or expired before a time. */
export const pruneGrants = (tx: Writer, before: Date, max: number) =>
  deleteSome(
    tx,
    oauthGrants,
    or(
      lt(oauthGrants.expiresAt, before),
      and(isNull(oauthGrants.redeemedAt), lte(oauthGrants.expiresAt, new Date(tx.now.getTime() - codeKept))),
    ),
    max,
  );

/** Milliseconds for which a code that was not exchanged is kept after its end. */
const codeKept = 3_600_000;
