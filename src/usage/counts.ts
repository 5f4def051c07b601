import type { Origin } from "../access/actor";
import type { BatchId, CountedId } from "../ids";
import { Meter, startOf } from "../limits/windows";
import { sizeOf, type Texts, textsIn, withText } from "./texts";
import type { LastUse } from "./usage.sql";
import type { Tally } from "./windows.sql";

/** The counters of one key or personal access token. What every request touches are fields of the one object. */
export class KeyUse extends Meter {
  /* What was counted in the minute that began at `since`, in Unix seconds, and is not stored yet; 0 for nothing. */
  since = 0;
  spent = 0;
  ok = 0;
  limited = 0;
  denied = 0;
  /** Uses with an origin that are not stored yet. */
  uses = 0;
  /** Milliseconds since 1970. */
  usedAt: number;
  /** The last of these uses whose origin was looked at. */
  last: LastUse | undefined = undefined;
  /** IP addresses they came from, of those that were looked at. */
  ips: Texts = undefined;
  /** What is not stored yet of earlier minutes. */
  earlier: Tally[] | undefined = undefined;
  /** What is being written to the database. */
  saving: Counts | undefined = undefined;
  /** What this process wrote into the journal and is not in its windows yet. */
  journaled: Counts | undefined = undefined;
  /** That whose rows of the journal hold it. */
  batch: Batch | undefined = undefined;
  /** Of the database when its windows were read last, as `dataVersion` has it. */
  version: number | undefined = undefined;
  /** Requests that verified other keys, in this process. */
  verifications: Meter | undefined = undefined;
  /** Networks it was used from that are stored already. */
  networks: Texts = undefined;

  constructor(
    readonly keyId: CountedId,
    /** What all keys of its environment in its organization, or all tokens of its user, count in, in this process. */
    readonly shared: Meter,
    now: number,
  ) {
    super();
    this.usedAt = now;
  }
}

/** Keys whose rows of the journal go into their windows together. */
export interface Batch {
  readonly id: BatchId;
  /** Milliseconds since 1970. */
  readonly begunAt: number;
  /** Rows it has in the journal. */
  rows: number;
  readonly uses: KeyUse[];
}

/** What was counted of one key between two writes. */
export interface Counts {
  tallies: Tally[];
  uses: number;
  last: LastUse | undefined;
  ips: Texts;
}

/** Of the uses of one key between two writes, the origin is looked at for the first few and then for one in so many ... */
const firstLooks = 5;
const oneLookIn = 10;
/** ... and so many IP addresses are kept. */
const maxIps = 20;

/** Counts a use that came from somewhere. */
export function countUse(use: KeyUse, now: number, origin: Origin) {
  use.usedAt = now;
  if (use.uses++ >= firstLooks && use.uses % oneLookIn !== 0) return;
  const { ip, userAgent } = origin;
  use.last = { at: now, ip, userAgent };
  keepIp(use, ip);
}

function keepIp(use: KeyUse, ip: string) {
  if (sizeOf(use.ips) < maxIps) use.ips = withText(use.ips, ip);
}

/** Begins to count in the minute of `now`. @returns false if it was counted in already */
export function beginTally(use: KeyUse, now: number): boolean {
  const minute = startOf(now, 60);
  if (use.since === minute) return false;
  endTally(use);
  use.since = minute;
  return true;
}

/** Puts what was counted in the current minute with what is not stored of earlier ones. */
function endTally(use: KeyUse) {
  const { since: minute, spent, ok, limited, denied } = use;
  if (minute === 0) return;
  use.earlier ??= [];
  use.earlier.push({ minute, spent, ok, limited, denied });
  use.since = use.spent = use.ok = use.limited = use.denied = 0;
}

/** Takes what is not stored out of the counters. */
export function takeCounts(use: KeyUse): Counts {
  endTally(use);
  const { earlier: tallies = [], uses, last, ips } = use;
  use.uses = 0;
  use.earlier = use.last = use.ips = undefined;
  return { tallies, uses, last, ips };
}

/** Puts back what could not be stored. */
export function putBack(use: KeyUse, counts: Counts) {
  endTally(use);
  use.earlier = addTallies(counts.tallies, use.earlier ?? []);
  use.uses += counts.uses;
  use.last ??= counts.last;
  for (const ip of textsIn(counts.ips)) keepIp(use, ip);
}

/** Notes what was written into the journal. */
export function noteJournaled(use: KeyUse, { tallies, uses, last, ips }: Counts) {
  const before = use.journaled;
  use.journaled = {
    tallies: before ? addTallies(before.tallies, tallies) : tallies,
    uses: uses + (before?.uses ?? 0),
    last: last ?? before?.last,
    ips,
  };
}

/** Adds later tallies to some, and keeps one a minute. @returns the latter */
export function addTallies(tallies: Tally[], later: readonly Tally[]): Tally[] {
  for (const tally of later) {
    const same = tallies.findLast(({ minute }) => minute === tally.minute);
    if (!same) {
      tallies.push(tally);
      continue;
    }
    same.spent += tally.spent;
    same.ok += tally.ok;
    same.limited += tally.limited;
    same.denied += tally.denied;
  }
  return tallies;
}

/** What a key has spent since a moment, in Unix seconds, that is not in its windows and not being added to them. */
export function notStoredSince(use: KeyUse, start: number): number {
  let spent = use.since >= start ? use.spent : 0;
  for (const tally of use.earlier ?? []) if (tally.minute >= start) spent += tally.spent;
  for (const tally of use.journaled?.tallies ?? []) if (tally.minute >= start) spent += tally.spent;
  return spent;
}

/** Requests that were allowed and are not in the row of the key. */
export function notStoredRequests({ ok, earlier = [], saving, journaled }: KeyUse): number {
  return ok + requestsOf(earlier) + requestsOf(saving?.tallies ?? []) + requestsOf(journaled?.tallies ?? []);
}

/** Requests that were allowed. */
export function requestsOf(tallies: readonly Tally[]): number {
  let requests = 0;
  for (const { ok } of tallies) requests += ok;
  return requests;
}
