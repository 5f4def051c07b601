import type { Origin } from "../access/actor";
import { startOf } from "../limits/windows";
import type { LastUse, Tally } from "./usage.sql";

/** What was counted of one key and is not stored yet. */
export interface Counts {
  /** By minute, the current one last. */
  tallies: Tally[];
  /** Uses with an origin. */
  uses: number;
  /** The last of these uses whose origin was looked at. */
  last: LastUse | undefined;
  /** IP addresses they came from, of those that were looked at. */
  readonly ips: Set<string>;
}

export const emptyCounts = (): Counts => ({ tallies: [], uses: 0, last: undefined, ips: new Set() });

/** Of the uses of one key between two writes, the origin is looked at for the first few and then for one in so many ... */
const firstLooks = 5;
const oneLookIn = 10;
/** ... and so many IP addresses are kept. */
const maxIps = 20;

/** Counts a use that came from somewhere. */
export function countUse(counts: Counts, now: number, origin: Origin) {
  if (counts.uses++ >= firstLooks && counts.uses % oneLookIn !== 0) return;
  const { ip, userAgent } = origin;
  counts.last = { at: now, ip, userAgent };
  keepIp(counts, ip);
}

function keepIp({ ips }: Counts, ip: string) {
  if (ips.size < maxIps) ips.add(ip);
}

/** The tally of the current minute, if there is one. */
export function currentTally({ tallies }: Counts, now: number): Tally | undefined {
  const latest = tallies[tallies.length - 1];
  return latest?.minute === startOf(now, 60) ? latest : undefined;
}

export const newTally = (minute: number): Tally => ({ minute, spent: 0, ok: 0, limited: 0, denied: 0 });

/** Adds what was counted later to what was counted first. */
export function mergeCounts(first: Counts, then: Counts): Counts {
  const tallies = new Map<number, Tally>();
  for (const { minute, spent, ok, limited, denied } of [...first.tallies, ...then.tallies]) {
    const tally = tallies.get(minute) ?? newTally(minute);
    tally.spent += spent;
    tally.ok += ok;
    tally.limited += limited;
    tally.denied += denied;
    tallies.set(minute, tally);
  }
  const both: Counts = {
    tallies: [...tallies.values()],
    uses: first.uses + then.uses,
    last: then.last ?? first.last,
    ips: new Set(first.ips),
  };
  for (const ip of then.ips) keepIp(both, ip);
  return both;
}

/** Requests that were allowed. */
export function requestsOf({ tallies }: Counts): number {
  let requests = 0;
  for (const { ok } of tallies) requests += ok;
  return requests;
}
