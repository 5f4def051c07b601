import type { Origin } from "../access/actor";
import { learnNetworks, mostNetworks, type Sighting } from "../api-keys/networks";
import type { Clock } from "../clock";
import type { Database } from "../db/database";
import type { ApiKeyId } from "../ids";
import { siteOf } from "../limits/network";
import { type Meter, newMeter, type Quota, type Standing, startOf, take } from "../limits/windows";
import { addTallies, addUses, findWindows, type Tally, type Window } from "./usage.sql";

/** What a list shows of a key's use. */
export interface Use {
  usageCount: number;
  lastUsedAt: Date | null;
  lastUsedAddress: string | null;
  lastUsedUserAgent: string | null;
}

/**
 * Counts the requests of keys in memory and writes them behind, once a second: a request never waits for a write.
 * A process that is killed forgets at most its last second. Processes that share a database learn at each write what the
 * others counted: until then each lets a key through as if the others had been silent. The same writes learn the networks that
 * keys are used from.
 */
export interface Usage {
  /** Makes sure that what is stored of a key's present windows is counted; needed before its first `spend`. */
  recall(keyId: ApiKeyId): Promise<void>;
  /** Counts `cost` in every window of a key if all have room. A refusal is counted as limited. */
  spend(keyId: ApiKeyId, quotas: readonly Quota[], now: number, cost?: number): Standing;
  /** Counts how a request ended: let through, or refused because the key may not. With its origin it is also the last use. */
  count(keyId: ApiKeyId, outcome: "ok" | "denied", now: number, origin?: Origin): void;
  /** A row's numbers with what is not stored yet. */
  including<Row extends Use & { id: ApiKeyId }>(row: Row): Row;
  /** Stores what was counted since the last time; what cannot be stored stays counted. */
  save(): Promise<void>;
  /** Lets go of keys that were not used for an hour; the next `recall` finds them again. */
  forgetIdle(): ReadonlySet<ApiKeyId>;
}

interface KeyUse {
  readonly meter: Meter;
  /** Networks it was used from that are stored. */
  readonly networks: Set<string>;
  /** Milliseconds since 1970. */
  usedAt: number;
  /** Not stored yet. */
  counted: Counted;
  /** On its way to the database. */
  saving: Counted;
}

interface Counted {
  readonly byMinute: Map<number, Tally>;
  /** Where the first of these uses came from. */
  from?: { address: string; userAgent: string | null };
  /** Where they all came from, or the first of them. */
  readonly addresses: Set<string>;
}

const nothing = (): Counted => ({ byMinute: new Map(), addresses: new Set() });

/** Addresses of one key that are looked at in one write. */
const mostAddresses = 20;

const windows = [60, 3_600, 86_400] as const;
const idle = 3_600_000;

export function openUsage(db: Database, clock: Clock): Usage {
  const known = new Map<ApiKeyId, KeyUse>();
  const unsaved = new Map<ApiKeyId, KeyUse>();
  let last: Promise<void> = Promise.resolve();

  function of(keyId: ApiKeyId): KeyUse {
    let use = known.get(keyId);
    if (!use) {
      use = { meter: newMeter(), networks: new Set(), usedAt: clock.now(), counted: nothing(), saving: nothing() };
      known.set(keyId, use);
    }
    return use;
  }

  function tallyOf(keyId: ApiKeyId, use: KeyUse, now: number): Tally {
    const minute = startOf(now, 60);
    let tally = use.counted.byMinute.get(minute);
    if (!tally) {
      tally = { minute, spent: 0, ok: 0, limited: 0, denied: 0 };
      use.counted.byMinute.set(minute, tally);
      unsaved.set(keyId, use);
    }
    return tally;
  }

  async function saveNow() {
    const batch = [...unsaved];
    if (batch.length === 0) return;
    unsaved.clear();
    for (const [, use] of batch) {
      use.saving = use.counted;
      use.counted = nothing();
    }
    const tallies = batch.flatMap(([keyId, { saving }]) =>
      [...saving.byMinute.values()].map((tally) => ({ keyId, tally })),
    );
    const uses = batch.flatMap(([keyId, { saving, usedAt }]) =>
      saving.from ? [{ keyId, requests: requestsOf(saving), at: usedAt, ...saving.from }] : [],
    );
    const sightings = batch.flatMap(([keyId, use]) => newNetworks(keyId, use));
    try {
      const stored = await db.write(async (tx) => {
        if (uses.length > 0) await addUses(tx, uses);
        const windows = await addTallies(tx, tallies);
        if (sightings.length > 0) await learnNetworks(tx, sightings);
        return windows;
      });
      for (const { keyId, network } of sightings) of(keyId).networks.add(network);
      for (const window of stored) learn(of(window.keyId), window);
    } catch (error) {
      for (const [keyId, use] of batch) {
        for (const tally of use.saving.byMinute.values()) add(tallyOf(keyId, use, tally.minute * 1000), tally);
        if (use.saving.from) use.counted.from ??= use.saving.from;
        for (const address of use.saving.addresses) see(use.counted, address);
      }
      throw error;
    } finally {
      for (const [, use] of batch) use.saving = nothing();
    }
  }

  return {
    async recall(keyId) {
      if (known.has(keyId)) return;
      const now = clock.now();
      const stored = await findWindows(
        db.reader,
        keyId,
        windows.map((seconds) => ({ seconds, start: startOf(now, seconds) })),
      );
      for (const window of stored) learn(of(keyId), window);
    },

    spend(keyId, quotas, now, cost = 1) {
      const use = of(keyId);
      const standing = take(use.meter, quotas, now, cost);
      const tally = tallyOf(keyId, use, now);
      if (standing.allowed) tally.spent += cost;
      else tally.limited++;
      return standing;
    },

    count(keyId, outcome, now, origin) {
      const use = of(keyId);
      tallyOf(keyId, use, now)[outcome]++;
      if (!origin) return;
      use.usedAt = now;
      use.counted.from ??= { address: origin.address, userAgent: origin.userAgent };
      see(use.counted, origin.address);
    },

    including(row) {
      const use = known.get(row.id);
      const from = use?.counted.from ?? use?.saving.from;
      if (!use || !from) return row;
      return {
        ...row,
        usageCount: row.usageCount + requestsOf(use.counted) + requestsOf(use.saving),
        lastUsedAt: new Date(use.usedAt),
        lastUsedAddress: from.address,
        lastUsedUserAgent: from.userAgent,
      };
    },

    save() {
      last = last.then(saveNow, saveNow);
      return last;
    },

    forgetIdle() {
      const forgotten = new Set<ApiKeyId>();
      for (const [keyId, use] of known) {
        if (clock.now() - use.usedAt < idle || unsaved.has(keyId) || use.saving.byMinute.size > 0) continue;
        known.delete(keyId);
        forgotten.add(keyId);
      }
      return forgotten;
    },
  };
}

/** Takes over what is stored of a window, with what was counted since: other processes' requests among it. */
function learn(use: KeyUse, { seconds, start, spent }: Window) {
  const i = windows.indexOf(seconds as 60);
  if (start < use.meter.starts[i]!) return;
  if (start > use.meter.starts[i]!) use.meter.counts[i] = 0;
  use.meter.starts[i] = start;
  let here = spent;
  for (const tally of use.counted.byMinute.values()) if (tally.minute >= start) here += tally.spent;
  use.meter.counts[i] = Math.max(use.meter.counts[i]!, here);
}

function see({ addresses }: Counted, address: string) {
  if (addresses.size < mostAddresses) addresses.add(address);
}

/** Networks that a key was used from and that are not known to be stored, each once. */
function newNetworks(keyId: ApiKeyId, { networks, saving }: KeyUse): Sighting[] {
  if (networks.size >= mostNetworks) return [];
  const found = new Map<string, Sighting>();
  for (const address of saving.addresses) {
    const network = siteOf(address);
    if (network && !networks.has(network) && !found.has(network)) found.set(network, { keyId, network, address });
  }
  return [...found.values()];
}

function add(to: Tally, tally: Tally) {
  to.spent += tally.spent;
  to.ok += tally.ok;
  to.limited += tally.limited;
  to.denied += tally.denied;
}

function requestsOf({ byMinute }: Counted): number {
  let requests = 0;
  for (const { ok } of byMinute.values()) requests += ok;
  return requests;
}
