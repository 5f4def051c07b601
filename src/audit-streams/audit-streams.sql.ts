import { and, asc, eq, gte, isNull, lt, lte, sql } from "drizzle-orm";
import type { Reader, Writer } from "../db/database";
import { auditChains, auditStreams, organizations } from "../db/tables";
import type { OrganizationId, UserId } from "../ids";

export type AuditStreamRow = typeof auditStreams.$inferSelect;

const of = (organizationId: OrganizationId) => eq(auditStreams.organizationId, organizationId);

export async function findAuditStream(db: Reader, organizationId: OrganizationId): Promise<AuditStreamRow | undefined> {
  return (await db.select().from(auditStreams).where(of(organizationId)))[0];
}

export async function insertAuditStream(tx: Writer, row: AuditStreamRow): Promise<AuditStreamRow> {
  return (await tx.insert(auditStreams).values(row).returning())[0]!;
}

/** Undefined when there is none. */
export async function updateAuditStream(
  tx: Writer,
  organizationId: OrganizationId,
  change: Partial<Omit<AuditStreamRow, "organizationId">>,
): Promise<AuditStreamRow | undefined> {
  return (await tx.update(auditStreams).set(change).where(of(organizationId)).returning())[0];
}

/** Disables the audit streams that a user set up at this time or later. */
export async function disableStreamsSince(tx: Writer, setUpById: UserId, since: Date): Promise<AuditStreamRow[]> {
  return tx
    .update(auditStreams)
    .set({ disabledAt: tx.now, disabledBecause: "account_reset" })
    .where(
      and(eq(auditStreams.setUpById, setUpById), gte(auditStreams.createdAt, since), isNull(auditStreams.disabledAt)),
    )
    .returning();
}

export async function deleteAuditStream(
  tx: Writer,
  organizationId: OrganizationId,
): Promise<AuditStreamRow | undefined> {
  return (await tx.delete(auditStreams).where(of(organizationId)).returning())[0];
}

const isIdle = (now: Date) => and(isNull(auditStreams.disabledAt), lte(auditStreams.dueAt, now));

/** Streams with events that their receiver has not accepted, those that wait longest first. Those of suspended organizations wait. */
export async function listDueStreams(db: Reader, now: Date, max: number): Promise<AuditStreamRow[]> {
  const rows = await db
    .select({ stream: auditStreams })
    .from(auditStreams)
    .innerJoin(auditChains, eq(auditChains.chain, auditStreams.organizationId))
    .innerJoin(organizations, eq(organizations.id, auditStreams.organizationId))
    .where(and(isIdle(now), lt(auditStreams.position, auditChains.length), isNull(organizations.suspendedAt)))
    .orderBy(asc(auditStreams.dueAt), asc(auditStreams.organizationId))
    .limit(max);
  return rows.map(({ stream }) => stream);
}

/** Takes a stream for this process until `leaseEnd`; undefined when another took it or it was changed. */
export async function leaseStream(
  tx: Writer,
  { organizationId, turn }: AuditStreamRow,
  leaseEnd: Date,
): Promise<AuditStreamRow | undefined> {
  const [leased] = await tx
    .update(auditStreams)
    .set({ dueAt: leaseEnd, turn: sql`${auditStreams.turn} + 1` })
    .where(and(of(organizationId), eq(auditStreams.turn, turn), isIdle(tx.now)))
    .returning();
  return leased;
}

/** Changes a stream as long as the lease that was taken in this turn is the latest; undefined otherwise. */
export async function updateLeased(
  tx: Writer,
  { organizationId, turn }: AuditStreamRow,
  change: Partial<Omit<AuditStreamRow, "organizationId">>,
): Promise<AuditStreamRow | undefined> {
  const [changed] = await tx
    .update(auditStreams)
    .set(change)
    .where(and(of(organizationId), eq(auditStreams.turn, turn)))
    .returning();
  return changed;
}
