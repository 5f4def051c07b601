import type { Origin } from "../access/actor";
import { sharedText } from "../cache/shared";
import type { BatchId, CountedId } from "../ids";
import { beginWindows, Meter, startOf } from "../limits/windows";
import { sizeOf, type Texts, textsIn, withText } from "./texts";
import type { LastUse } from "./usage.sql";
import type { Tally } from "./windows.sql";

/**
 * The counters of one key or personal access token. There is one for each that is remembered, so it has few fields: up to twelve take 112 bytes,
 * one more takes 160.
 */
export class KeyUse extends Meter {
  /** What is not stored yet. */
  counting: Counts | undefined = undefined;
  /** What is being written to the database. */
  saving: Counts | undefined = undefined;
  /** What this process wrote into the journal and is not in its windows yet. */
  journaled: Counts | undefined = undefined;
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
    beginWindows(this, now);
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

/** What was counted of one key in one minute, and in those before it: from the first request after a save until it is in the windows. */
export class Counts implements Tally, LastUse {
  spent = 0;
  ok = 0;
  limited = 0;
  denied = 0;
  /** Uses with an origin. */
  uses = 0;
  /* The last of these whose origin was looked at; at 0 for none. */
  at = 0;
  ip = "";
  userAgent: string | null = null;
  /** IP addresses they came from, of those that were looked at, until they are stored. */
  ips: Texts = undefined;
  /** That whose rows of the journal hold it. */
  batch: Batch | undefined = undefined;

  constructor(
    /** Unix seconds. */
    public minute: number,
    /** What was counted before this minute and has come as far. */
    public earlier: Counts | undefined,
  ) {}
}

/** Of the uses of one key between two writes, the origin is looked at for the first few and then for one in so many ... */
const firstLooks = 5;
const oneLookIn = 10;
/** ... and so many IP addresses are kept. */
const maxIps = 20;

/** Begins to count in the minute of `now`. @returns false if it was counted in already */
export function beginCounts(use: KeyUse, now: number): boolean {
  const minute = startOf(now, 60);
  if (use.counting?.minute === minute) return false;
  use.counting = new Counts(minute, use.counting);
  putOldTogether(use.counting);
  return true;
}

/** Counts a use that came from somewhere. */
export function countUse(counts: Counts, now: number, origin: Origin) {
  if (counts.uses++ >= firstLooks && counts.uses % oneLookIn !== 0) return;
  const { ip } = origin;
  counts.at = now;
  counts.ip = ip;
  counts.userAgent = origin.userAgent;
  if (sizeOf(counts.ips) < maxIps) counts.ips = withText(counts.ips, ip);
}

/** Takes what is not stored out of the counters, to be written. */
export function takeCounts(use: KeyUse): Counts {
  const counts = use.counting!;
  use.counting = undefined;
  use.saving = counts;
  return counts;
}

/** Puts back what could not be stored. */
export function putBack(use: KeyUse) {
  use.counting = joined(use.saving, use.counting);
  use.saving = undefined;
}

/** Minutes that are kept apart while nothing can be stored. */
const maxMinutes = 10;
const hour = 3_600;

/** Has what was counted earlier count in the first minute of its hour, so that a database that is away for long does not fill the memory. */
function putOldTogether(counts: Counts) {
  let last: Counts | undefined = counts;
  for (let i = 1; last && i < maxMinutes; i++) last = last.earlier;
  if (!last?.earlier || last.earlier.minute % hour === 0) return;
  let together: Counts | undefined;
  for (const old of talliesIn(last.earlier)) {
    old.minute -= old.minute % hour;
    old.earlier = undefined;
    together = joined(together, old);
  }
  last.earlier = together;
}

/** What was counted with what was counted later, which is of the same minute or later ones. */
export function joined(before: Counts | undefined, later: Counts | undefined): Counts | undefined {
  if (!before || !later) return before ?? later;
  const head = joined(before, later.earlier)!;
  if (head.minute === later.minute) {
    addTally(head, later);
    head.uses += later.uses;
    if (later.at > 0) ({ at: head.at, ip: head.ip, userAgent: head.userAgent } = later);
    for (const ip of textsIn(later.ips)) if (sizeOf(head.ips) < maxIps) head.ips = withText(head.ips, ip);
    return head;
  }
  later.earlier = head;
  return later;
}

/** Adds what was counted of the same minute. */
export function addTally(sum: Tally, { spent, ok, limited, denied }: Tally) {
  sum.spent += spent;
  sum.ok += ok;
  sum.limited += limited;
  sum.denied += denied;
}

/** What was counted in each minute, the earliest first. */
export function talliesIn(counts: Counts | undefined): Counts[] {
  const tallies: Counts[] = [];
  for (let of = counts; of; of = of.earlier) tallies.unshift(of);
  return tallies;
}

/** The last use whose origin was looked at. */
export function lastUseIn(counts: Counts | undefined): LastUse | undefined {
  for (let of = counts; of; of = of.earlier) if (of.at > 0) return of;
  return undefined;
}

/** Notes what was written into the journal. */
export function noteJournaled(use: KeyUse, counts: Counts, batch: Batch) {
  for (let of: Counts | undefined = counts; of; of = of.earlier) {
    of.ips = undefined;
    of.ip = sharedText(of.ip);
    of.userAgent = of.userAgent && sharedText(of.userAgent);
  }
  use.journaled = joined(use.journaled, counts)!;
  use.journaled.batch = batch;
}

/** What a key has spent since a moment, in Unix seconds, that is not in its windows and not being added to them. */
export const notStoredSince = ({ counting, journaled }: KeyUse, start: number): number =>
  spentSince(counting, start) + spentSince(journaled, start);

function spentSince(counts: Counts | undefined, start: number): number {
  let spent = 0;
  for (let of = counts; of; of = of.earlier) if (of.minute >= start) spent += of.spent;
  return spent;
}

/** Requests that were allowed and are not in the row of the key. */
export const notStoredRequests = ({ counting, saving, journaled }: KeyUse): number =>
  requestsOf(talliesIn(counting)) + requestsOf(talliesIn(saving)) + requestsOf(talliesIn(journaled));

/** Requests that were allowed. */
export function requestsOf(tallies: readonly Tally[]): number {
  let requests = 0;
  for (const { ok } of tallies) requests += ok;
  return requests;
}
