import { and, asc, count, desc, eq, getTableColumns, gt, gte, like, lt, lte, or, sql } from "drizzle-orm";
import type { Checkpoint } from "../crypto/checkpoints";
import type { Reader, Writer } from "../db/database";
import { bind, bindRow, prepared, rowOf } from "../db/prepared";
import { auditChains, auditCheckpoints, auditEvents, organizations } from "../db/tables";
import type { EventId } from "../ids";
import { entitlements } from "../limits/plans.sql";

/** The first of the next numbers of a chain. Other transactions that append to it wait here until this one ends. */
export async function nextInChain(tx: Writer, chain: string, count: number): Promise<number> {
  return (await longerChain(tx, { chain, count }))[0]!.length - count + 1;
}

const longerChain = prepared<{ chain: string; count: number }, Promise<{ length: number }[]>>("longer_chain", (db) => {
  const count = sql`${bind(auditChains.length, "count")}`;
  return db
    .insert(auditChains)
    .values({ chain: sql`${sql.placeholder("chain")}`, length: count })
    .onConflictDoUpdate({ target: auditChains.chain, set: { length: sql`${auditChains.length} + ${count}` } })
    .returning({ length: auditChains.length });
});

export async function eventHash(db: Reader, chain: string, seq: number): Promise<string | undefined> {
  return (await hashOfEvent(db, { chain, seq }))[0]?.hash;
}

const hashOfEvent = prepared<{ chain: string; seq: number }, Promise<{ hash: string }[]>>("hash_of_event", (db) =>
  db
    .select({ hash: auditEvents.hash })
    .from(auditEvents)
    .where(and(eq(auditEvents.chain, sql.placeholder("chain")), eq(auditEvents.seq, sql.placeholder("seq")))),
);

const eventColumns = getTableColumns(auditEvents);

export async function appendEvent(tx: Writer, event: typeof auditEvents.$inferInsert) {
  await newEvent(tx, rowOf(eventColumns, event));
}

const newEvent = prepared<Record<string, unknown>, Promise<unknown>>("new_event", (db) =>
  db.insert(auditEvents).values(bindRow(eventColumns)),
);

export type EventRow = typeof auditEvents.$inferSelect;

export interface EventFilter {
  actor?: string | undefined;
  /** An action, or all of a noun: `session.*`. */
  action?: string | undefined;
  target?: string | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
}

/** Events of a chain by their numbers: `start` included, `end` excluded. */
export interface EventRange {
  start?: number;
  end: number | undefined;
  limit: number;
}

/** A chain's events that pass a filter, newest first. */
export async function listEvents(
  db: Reader,
  chain: string,
  filter: EventFilter,
  range: EventRange,
): Promise<EventRow[]> {
  return db
    .select()
    .from(auditEvents)
    .where(isListed(chain, filter, range))
    .orderBy(desc(auditEvents.seq))
    .limit(range.limit);
}

/** What a chain says of operators and of the installation, newest first, of events whose id is smaller than one. */
export async function listOperatorEvents(
  db: Reader,
  chain: string,
  { before, limit }: { before: EventId | undefined; limit: number },
): Promise<EventRow[]> {
  return db
    .select()
    .from(auditEvents)
    .where(
      and(
        eq(auditEvents.chain, chain),
        or(like(auditEvents.action, "operator.%"), like(auditEvents.action, "installation.%")),
        before && lt(auditEvents.id, before),
      ),
    )
    .orderBy(desc(auditEvents.id))
    .limit(limit);
}

/** The ids of the events that `listEvents` lists. */
export async function listEventIds(
  db: Reader,
  chain: string,
  filter: EventFilter,
  range: EventRange,
): Promise<{ id: EventId }[]> {
  return db
    .select({ id: auditEvents.id })
    .from(auditEvents)
    .where(isListed(chain, filter, range))
    .orderBy(desc(auditEvents.seq))
    .limit(range.limit);
}

function isListed(chain: string, { actor, action, target, from, to }: EventFilter, { start, end }: EventRange) {
  return and(
    eq(auditEvents.chain, chain),
    start === undefined ? undefined : gte(auditEvents.seq, start),
    end === undefined ? undefined : lt(auditEvents.seq, end),
    actor === undefined ? undefined : eq(auditEvents.actorId, actor),
    action === undefined ? undefined : like(auditEvents.action, action.replace("*", "%")),
    target === undefined ? undefined : eq(auditEvents.targetId, target),
    from && gte(auditEvents.at, from),
    to && lt(auditEvents.at, to),
  );
}

/** The number of an event in a chain. */
export async function numberOfEvent(db: Reader, chain: string, id: EventId): Promise<number | undefined> {
  const [found] = await db
    .select({ seq: auditEvents.seq })
    .from(auditEvents)
    .where(and(eq(auditEvents.chain, chain), eq(auditEvents.id, id)));
  return found?.seq;
}

/** The number of the oldest or newest event of a chain that is left. */
export async function endOfChain(db: Reader, chain: string, end: "oldest" | "newest"): Promise<number | undefined> {
  const [found] = await db
    .select({ seq: auditEvents.seq })
    .from(auditEvents)
    .where(eq(auditEvents.chain, chain))
    .orderBy((end === "oldest" ? asc : desc)(auditEvents.seq))
    .limit(1);
  return found?.seq;
}

/** A chain's events, oldest first, after number `seq`. */
export async function eventsAfter(db: Reader, chain: string, seq: number, limit: number): Promise<EventRow[]> {
  return db
    .select()
    .from(auditEvents)
    .where(and(eq(auditEvents.chain, chain), gt(auditEvents.seq, seq)))
    .orderBy(asc(auditEvents.seq))
    .limit(limit);
}

/** Rows that are read at once. */
const chainsAtOnce = 1_000;

/** Every chain that has events or a length, with the length it should have; 0 where that is unknown. In queries none of which is long. */
export async function listChains(db: Reader): Promise<{ chain: string; length: number }[]> {
  const lengths = new Map<string, number>();
  for (let page: (typeof auditChains.$inferSelect)[] | undefined; page === undefined || page.length > 0; ) {
    page = await db
      .select()
      .from(auditChains)
      .where(gt(auditChains.chain, page?.at(-1)?.chain ?? ""))
      .orderBy(asc(auditChains.chain))
      .limit(chainsAtOnce);
    for (const { chain, length } of page) lengths.set(chain, length);
  }
  for (let chain = await nextWithEvents(db, ""); chain !== undefined; chain = await nextWithEvents(db, chain))
    if (!lengths.has(chain)) lengths.set(chain, 0);
  return [...lengths].map(([chain, length]) => ({ chain, length })).sort((a, b) => (a.chain < b.chain ? -1 : 1));
}

/** The chain of an event that follows in the order of their names: to list all of them at once, the database would read every event. */
async function nextWithEvents(db: Reader, after: string): Promise<string | undefined> {
  const [next] = await db
    .select({ chain: auditEvents.chain })
    .from(auditEvents)
    .where(gt(auditEvents.chain, after))
    .orderBy(asc(auditEvents.chain), asc(auditEvents.seq))
    .limit(1);
  return next?.chain;
}

/** The ends of chains, in the order of their names, after one. */
export async function listChainEnds(db: Reader, after: string, limit: number): Promise<Checkpoint[]> {
  return db
    .select({ chain: auditChains.chain, seq: auditChains.length, hash: auditEvents.hash })
    .from(auditChains)
    .innerJoin(auditEvents, and(eq(auditEvents.chain, auditChains.chain), eq(auditEvents.seq, auditChains.length)))
    .where(gt(auditChains.chain, after))
    .orderBy(asc(auditChains.chain))
    .limit(limit);
}

/** How many events of each type were recorded after a time. */
export async function countEventsAfter(db: Reader, time: Date): Promise<{ action: string; events: number }[]> {
  return db
    .select({ action: auditEvents.action, events: count() })
    .from(auditEvents)
    .where(gt(auditEvents.at, time))
    .groupBy(auditEvents.action)
    .orderBy(asc(auditEvents.action));
}

export async function chainLength(db: Reader, chain: string): Promise<number> {
  return (await db.select().from(auditChains).where(eq(auditChains.chain, chain)))[0]?.length ?? 0;
}

export async function findCheckpoint(db: Reader, chain: string) {
  return (await db.select().from(auditCheckpoints).where(eq(auditCheckpoints.chain, chain)))[0];
}

/** A page of chains, with when the first event that is left happened; the entitlements of its organization, undefined for a chain that has none. */
export async function listChainHeads(db: Reader, after: string, limit: number) {
  const page = db
    .select({ chain: auditChains.chain })
    .from(auditChains)
    .where(gt(auditChains.chain, after))
    .orderBy(asc(auditChains.chain))
    .limit(limit)
    .as("page");
  const firstAt = sql<Date | null>`(select ${auditEvents.at} from ${auditEvents} where ${auditEvents.chain} = ${page.chain} order by ${auditEvents.seq} limit 1)`;
  const rows = await db
    .select({ chain: page.chain, firstAt: firstAt.mapWith(auditEvents.at), entitlements })
    .from(page)
    .leftJoin(organizations, eq(organizations.id, sql`${page.chain}`))
    .orderBy(asc(page.chain));
  return rows.map(({ entitlements, ...row }) => ({
    ...row,
    entitlements: entitlements?.plan ? entitlements : undefined,
  }));
}

/** The first events of a chain that are left. */
export async function firstEvents(db: Reader, chain: string, limit: number) {
  return db
    .select({ seq: auditEvents.seq, at: auditEvents.at, hash: auditEvents.hash })
    .from(auditEvents)
    .where(eq(auditEvents.chain, chain))
    .orderBy(asc(auditEvents.seq))
    .limit(limit);
}

/** Removes a chain's events up to a checkpoint, which stays in their place. */
export async function cutChain(tx: Writer, checkpoint: Checkpoint & { signature: string }) {
  const { chain, ...place } = checkpoint;
  await tx
    .insert(auditCheckpoints)
    .values(checkpoint)
    .onConflictDoUpdate({ target: auditCheckpoints.chain, set: place, setWhere: lt(auditCheckpoints.seq, place.seq) });
  await tx.delete(auditEvents).where(and(eq(auditEvents.chain, chain), lte(auditEvents.seq, place.seq)));
}
