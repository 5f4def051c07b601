import { afterAll, beforeAll, expect, test } from "bun:test";
import { type EventRange, listEvents } from "../../src/audit/audit.sql";
import { findEvents } from "../../src/audit/find-events";
import type { EventId } from "../../src/ids";
import { raw } from "../support/raw";
import { openWorld, type World } from "../support/world";

/** A log that retention has cut: its events have the numbers from 2,001 to 14,000, every thousandth is a rare one. */
const chain = "usr_long";
let world: World;
beforeAll(async () => {
  world = await openWorld();
  const isPostgres = world.app.db.dialect === "postgres";
  const numbers = isPostgres
    ? "generate_series(2001, 14000) as n(i)"
    : "(with recursive n(i) as (select 2001 union all select i + 1 from n where i < 14000) select i from n)";
  await raw(
    world,
    `insert into audit_events (id, chain, seq, at, action, actor_type, details, hash)
     select 'evt_' || i, '${chain}', i, ${isPostgres ? "now()" : 0}, case i % 1000 when 0 then 'rare.event' else 'usual.event' end, 'system', '{}', '' from ${numbers}`,
  );
});
afterAll(() => world.close());

const rare = Array.from({ length: 12 }, (_, i) => 14_000 - i * 1_000);

/** Finds events, and the ranges that the queries for it looked at. */
async function find(action: string | undefined, before: EventId | number | undefined, limit: number) {
  const ranges: EventRange[] = [];
  const list: typeof listEvents = (db, chain, filter, range) => {
    ranges.push(range);
    return listEvents(db, chain, filter, range);
  };
  const events = await findEvents(world.app.db.reader, list, chain, { action }, { before, limit });
  return { ranges, seqs: events.map(({ seq }) => seq) };
}

test("what a filter finds is the same page by page, however far apart it lies", async () => {
  const pages: number[][] = [];
  for (let before: EventId | undefined; ; before = `evt_${pages.at(-1)!.at(-1)}`) {
    const { seqs } = await find("rare.*", before, 5);
    if (seqs.length === 0) break;
    pages.push(seqs);
  }
  expect(pages.flat()).toEqual(rare);
  expect(pages.map(({ length }) => length)).toEqual([5, 5, 2]);
});

test("a filter that finds nothing is asked in steps, of which none looks at more than 5,000 events", async () => {
  const { ranges, seqs } = await find("no.event", undefined, 100);
  expect(seqs).toEqual([]);
  expect(ranges.map(({ start, end }) => [start, end])).toEqual([
    [9_001, 14_001],
    [4_001, 9_001],
    [-999, 4_001],
  ]);
});

test("a full page asks no further, and a log without a filter is one query", async () => {
  expect((await find("rare.event", 13_001, 2)).ranges).toHaveLength(1);
  const unfiltered = await find(undefined, "evt_2004", 10);
  expect(unfiltered).toMatchObject({ seqs: [2_003, 2_002, 2_001], ranges: [{ end: 2_004 }] });
});

test("an event that is not in the log is followed by none", async () => {
  expect((await find("rare.event", "evt_1", 5)).seqs).toEqual([]);
  expect((await find(undefined, "evt_1", 5)).seqs).toEqual([]);
});
