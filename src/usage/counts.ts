import type { Origin } from "../access/actor";
import type { CountedId } from "../ids";
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
  /** Of the database when its windows were read last, as `StoredWindows` has it. */
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
  use.earlier = mergeTallies([...counts.tallies, ...(use.earlier ?? [])]);
  use.uses += counts.uses;
  use.last ??= counts.last;
  for (const ip of textsIn(counts.ips)) keepIp(use, ip);
}

/** One tally a minute. */
function mergeTallies(all: readonly Tally[]): Tally[] {
  const tallies = new Map<number, Tally>();
  for (const { minute, spent, ok, limited, denied } of all) {
    const tally = tallies.get(minute) ?? { minute, spent: 0, ok: 0, limited: 0, denied: 0 };
    tally.spent += spent;
    tally.ok += ok;
    tally.limited += limited;
    tally.denied += denied;
    tallies.set(minute, tally);
  }
  return [...tallies.values()];
}

/** What a key has spent since a moment, in Unix seconds, that is neither stored nor being stored. */
export function unsavedSince(use: KeyUse, start: number): number {
  let spent = use.since >= start ? use.spent : 0;
  for (const tally of use.earlier ?? []) if (tally.minute >= start) spent += tally.spent;
  return spent;
}

/** Requests that were allowed and are not stored. */
export function unsavedRequests(use: KeyUse): number {
  return use.ok + requestsOf(use.earlier ?? []) + requestsOf(use.saving?.tallies ?? []);
}

/** Requests that were allowed. */
export function requestsOf(tallies: readonly Tally[]): number {
  let requests = 0;
  for (const { ok } of tallies) requests += ok;
  return requests;
}
