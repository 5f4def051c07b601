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
  /** What is counted of a key, with what is stored of its present windows. */
  recall(keyId: ApiKeyId): Promise<KeyUse>;
  /** Counts `cost` in every window of a key if all have room. A refusal is counted as limited. */
  spend(use: KeyUse, quotas: readonly Quota[], now: number, cost?: number): Standing;
  /** Counts how a request ended: let through, or refused because the key may not. With its origin it is also the last use. */
  count(use: KeyUse, outcome: "ok" | "denied", now: number, origin?: Origin): void;
  /** A row's numbers with what is not stored yet. */
  including<Row extends Use & { id: ApiKeyId }>(row: Row): Row;
  /** Stores what was counted since the last time; what cannot be stored stays counted. */
  save(): Promise<void>;
  /** Lets go of keys that were not used for an hour; the next `recall` finds them again. */
  forgetIdle(): ReadonlySet<ApiKeyId>;
}

/** What is counted of one key. */
export interface KeyUse {
  readonly keyId: ApiKeyId;
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
  /** By the minute, the present one last. */
  tallies: Tally[];
  /** Uses with an origin. */
  uses: number;
  /** Where the first of these uses came from. */
  from: { address: string; userAgent: string | null } | undefined;
  /** Where they came from, as far as was looked. */
  readonly addresses: Set<string>;
}

const nothing = (): Counted => ({ tallies: [], uses: 0, from: undefined, addresses: new Set() });

/** Uses of one key between two writes whose address is looked at: the first few, and then one in so many ... */
const firstLooks = 5;
const oneLookIn = 10;
/** ... and addresses that are kept of them. */
const mostAddresses = 20;

const windows = [60, 3_600, 86_400] as const;
const idle = 3_600_000;
/** Keys whose use is written in one transaction. */
const keysPerSave = 100;

export function openUsage(db: Database, clock: Clock): Usage {
  const known = new Map<ApiKeyId, KeyUse>();
  const unsaved = new Set<KeyUse>();
  let last: Promise<void> = Promise.resolve();

  function of(keyId: ApiKeyId): KeyUse {
    let use = known.get(keyId);
    if (!use) {
      const meter = newMeter();
      use = { keyId, meter, networks: new Set(), usedAt: clock.now(), counted: nothing(), saving: nothing() };
      known.set(keyId, use);
    }
    return use;
  }

  function tallyOf(use: KeyUse, now: number): Tally {
    const minute = startOf(now, 60);
    const { tallies } = use.counted;
    const latest = tallies[tallies.length - 1];
    if (latest?.minute === minute) return latest;
    const tally = newTally(minute);
    tallies.push(tally);
    unsaved.add(use);
    return tally;
  }

  /** In parts, so that no request waits for long. */
  async function saveNow() {
    const due = [...unsaved];
    for (let i = 0; i < due.length; i += keysPerSave) await savePart(due.slice(i, i + keysPerSave));
  }

  async function savePart(batch: KeyUse[]) {
    for (const use of batch) {
      unsaved.delete(use);
      use.saving = use.counted;
      use.counted = nothing();
    }
    const tallies = batch.flatMap(({ keyId, saving }) => saving.tallies.map((tally) => ({ keyId, tally })));
    const uses = batch.flatMap(({ keyId, saving, usedAt }) =>
      saving.from ? [{ keyId, requests: requestsOf(saving), at: usedAt, ...saving.from }] : [],
    );
    const sightings = batch.flatMap(newNetworks);
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
      for (const use of batch) {
        use.counted = together(use.saving, use.counted);
        unsaved.add(use);
      }
      throw error;
    } finally {
      for (const use of batch) use.saving = nothing();
    }
  }

  return {
    async recall(keyId) {
      if (!known.has(keyId)) {
        const now = clock.now();
        const [minute, hour, day] = windows.map((seconds) => startOf(now, seconds)) as [number, number, number];
        for (const window of await findWindows(db.reader, { keyId, minute, hour, day })) learn(of(keyId), window);
      }
      return of(keyId);
    },

    spend(use, quotas, now, cost = 1) {
      const standing = take(use.meter, quotas, now, cost);
      const tally = tallyOf(use, now);
      if (standing.allowed) tally.spent += cost;
      else tally.limited++;
      return standing;
    },

    count(use, outcome, now, origin) {
      tallyOf(use, now)[outcome]++;
      if (!origin) return;
      use.usedAt = now;
      const { counted } = use;
      counted.from ??= { address: origin.address, userAgent: origin.userAgent };
      if (counted.uses++ < firstLooks || counted.uses % oneLookIn === 0) see(counted, origin.address);
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
        if (clock.now() - use.usedAt < idle || unsaved.has(use) || use.saving.tallies.length > 0) continue;
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
  for (const tally of use.counted.tallies) if (tally.minute >= start) here += tally.spent;
  use.meter.counts[i] = Math.max(use.meter.counts[i]!, here);
}

function see({ addresses }: Counted, address: string) {
  if (addresses.size < mostAddresses) addresses.add(address);
}

/** Networks that a key was used from and that are not known to be stored, each once. */
function newNetworks({ keyId, networks, saving }: KeyUse): Sighting[] {
  if (networks.size >= mostNetworks) return [];
  const found = new Map<string, Sighting>();
  for (const address of saving.addresses) {
    const network = siteOf(address);
    if (network && !networks.has(network) && !found.has(network)) found.set(network, { keyId, network, address });
  }
  return [...found.values()];
}

const newTally = (minute: number): Tally => ({ minute, spent: 0, ok: 0, limited: 0, denied: 0 });

/** What was counted first and what was counted then. */
function together(first: Counted, then: Counted): Counted {
  const tallies = new Map<number, Tally>();
  for (const { minute, spent, ok, limited, denied } of [...first.tallies, ...then.tallies]) {
    const tally = tallies.get(minute) ?? newTally(minute);
    tally.spent += spent;
    tally.ok += ok;
    tally.limited += limited;
    tally.denied += denied;
    tallies.set(minute, tally);
  }
  const both: Counted = {
    tallies: [...tallies.values()],
    uses: first.uses + then.uses,
    from: first.from ?? then.from,
    addresses: new Set(first.addresses),
  };
  for (const address of then.addresses) see(both, address);
  return both;
}

function requestsOf({ tallies }: Counted): number {
  let requests = 0;
  for (const { ok } of tallies) requests += ok;
  return requests;
}
