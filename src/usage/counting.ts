import type { Origin } from "../access/actor";
import { maxNetworks, recordNetworks, type Sighting } from "../api-keys/networks";
import type { Clock } from "../clock";
import type { Database } from "../db/database";
import type { ApiKeyId } from "../ids";
import { siteOf } from "../limits/network";
import { type Meter, newMeter, type Quota, type RateLimitResult, startOf, take } from "../limits/windows";
import { addTallies, addUses, findWindows, type Tally, type Window } from "./usage.sql";

/** The part of a key that shows how it was used. */
export interface UsageFields {
  usageCount: number;
  lastUsedAt: Date | null;
  lastUsedIp: string | null;
  lastUsedUserAgent: string | null;
}

/**
 * Counts the requests of keys in memory and stores them once a second, so that no request waits for a write. A process that is killed loses
 * at most its last second. Each write returns what other processes counted; until then each process allows a key as much as if the others
 * had counted nothing. The same writes record the networks that keys are used from.
 */
export interface Usage {
  /** The counters of a key, loaded with what is stored of its current windows. */
  recall(keyId: ApiKeyId): Promise<KeyUse>;
  /** Counts `cost` in every window of a key if all have room, else counts the request as limited. */
  consume(use: KeyUse, quotas: readonly Quota[], now: number, cost?: number): RateLimitResult;
  /** Counts how a request ended: allowed, or denied for lack of a permission. With an origin it becomes the last use. */
  count(use: KeyUse, outcome: "ok" | "denied", now: number, origin?: Origin): void;
  /** The row of a key with what is not stored yet added. */
  including<Row extends UsageFields & { id: ApiKeyId }>(row: Row): Row;
  /** Stores what was counted since the last time; what cannot be stored is kept for the next. */
  save(): Promise<void>;
  /** Evicts the counters of keys that were not used for an hour; the next `recall` loads them again. @returns those keys */
  evictIdle(): ReadonlySet<ApiKeyId>;
}

/** The counters of one key. */
export interface KeyUse {
  readonly keyId: ApiKeyId;
  readonly meter: Meter;
  /** Networks it was used from that are stored already. */
  readonly networks: Set<string>;
  /** Milliseconds since 1970. */
  usedAt: number;
  /** Not stored yet. */
  counted: Counted;
  /** Being written to the database. */
  saving: Counted;
}

interface Counted {
  /** By minute, the current one last. */
  tallies: Tally[];
  /** Uses with an origin. */
  uses: number;
  /** Where the first of these uses came from. */
  from: { ip: string; userAgent: string | null } | undefined;
  /** IP addresses they came from, of those that were looked at. */
  readonly ips: Set<string>;
}

const emptyCounts = (): Counted => ({ tallies: [], uses: 0, from: undefined, ips: new Set() });

/** Of the uses of one key between two writes, the IP address is looked at for the first few and then for one in so many ... */
const firstLooks = 5;
const oneLookIn = 10;
/** ... and so many addresses are kept. */
const maxIps = 20;

const windows = [60, 3_600, 86_400] as const;
const idle = 3_600_000;
/** Keys whose usage is written in one transaction. */
const keysPerSave = 100;

export function openUsage(db: Database, clock: Clock): Usage {
  const byKey = new Map<ApiKeyId, KeyUse>();
  const unsaved = new Set<KeyUse>();
  let last: Promise<void> = Promise.resolve();

  function usageOf(keyId: ApiKeyId): KeyUse {
    let use = byKey.get(keyId);
    if (!use) {
      const meter = newMeter();
      use = { keyId, meter, networks: new Set(), usedAt: clock.now(), counted: emptyCounts(), saving: emptyCounts() };
      byKey.set(keyId, use);
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

  /** In batches, so that no request waits long for the database. */
  async function saveNow() {
    const due = [...unsaved];
    for (let i = 0; i < due.length; i += keysPerSave) await saveBatch(due.slice(i, i + keysPerSave));
  }

  async function saveBatch(batch: KeyUse[]) {
    for (const use of batch) {
      unsaved.delete(use);
      use.saving = use.counted;
      use.counted = emptyCounts();
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
        if (sightings.length > 0) await recordNetworks(tx, sightings);
        return windows;
      });
      for (const { keyId, network } of sightings) usageOf(keyId).networks.add(network);
      for (const window of stored) applyStoredWindow(usageOf(window.keyId), window);
    } catch (error) {
      for (const use of batch) {
        use.counted = mergeCounts(use.saving, use.counted);
        unsaved.add(use);
      }
      throw error;
    } finally {
      for (const use of batch) use.saving = emptyCounts();
    }
  }

  return {
    async recall(keyId) {
      if (!byKey.has(keyId)) {
        const now = clock.now();
        const [minute, hour, day] = windows.map((seconds) => startOf(now, seconds)) as [number, number, number];
        for (const window of await findWindows(db.reader, { keyId, minute, hour, day }))
          applyStoredWindow(usageOf(keyId), window);
      }
      return usageOf(keyId);
    },

    consume(use, quotas, now, cost = 1) {
      const result = take(use.meter, quotas, now, cost);
      const tally = tallyOf(use, now);
      if (result.allowed) tally.spent += cost;
      else tally.limited++;
      return result;
    },

    count(use, outcome, now, origin) {
      tallyOf(use, now)[outcome]++;
      if (!origin) return;
      use.usedAt = now;
      const { counted } = use;
      counted.from ??= { ip: origin.ip, userAgent: origin.userAgent };
      if (counted.uses++ < firstLooks || counted.uses % oneLookIn === 0) noteIp(counted, origin.ip);
    },

    including(row) {
      const use = byKey.get(row.id);
      const from = use?.counted.from ?? use?.saving.from;
      if (!use || !from) return row;
      return {
        ...row,
        usageCount: row.usageCount + requestsOf(use.counted) + requestsOf(use.saving),
        lastUsedAt: new Date(use.usedAt),
        lastUsedIp: from.ip,
        lastUsedUserAgent: from.userAgent,
      };
    },

    save() {
      last = last.then(saveNow, saveNow);
      return last;
    },

    evictIdle() {
      const evicted = new Set<ApiKeyId>();
      for (const [keyId, use] of byKey) {
        if (clock.now() - use.usedAt < idle || unsaved.has(use) || use.saving.tallies.length > 0) continue;
        byKey.delete(keyId);
        evicted.add(keyId);
      }
      return evicted;
    },
  };
}

/** Applies what is stored of a window, which includes what other processes counted, to the meter. */
function applyStoredWindow(use: KeyUse, { seconds, start, spent }: Window) {
  const i = windows.indexOf(seconds as 60);
  if (start < use.meter.starts[i]!) return;
  if (start > use.meter.starts[i]!) use.meter.counts[i] = 0;
  use.meter.starts[i] = start;
  let here = spent;
  for (const tally of use.counted.tallies) if (tally.minute >= start) here += tally.spent;
  use.meter.counts[i] = Math.max(use.meter.counts[i]!, here);
}

function noteIp({ ips }: Counted, ip: string) {
  if (ips.size < maxIps) ips.add(ip);
}

/** Networks that a key was used from and that are not stored as far as this process knows, each once. */
function newNetworks({ keyId, networks, saving }: KeyUse): Sighting[] {
  if (networks.size >= maxNetworks) return [];
  const found = new Map<string, Sighting>();
  for (const ip of saving.ips) {
    const network = siteOf(ip);
    if (network && !networks.has(network) && !found.has(network)) found.set(network, { keyId, network, ip });
  }
  return [...found.values()];
}

const newTally = (minute: number): Tally => ({ minute, spent: 0, ok: 0, limited: 0, denied: 0 });

/** Adds what was counted later to what was counted first. */
function mergeCounts(first: Counted, then: Counted): Counted {
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
    ips: new Set(first.ips),
  };
  for (const ip of then.ips) noteIp(both, ip);
  return both;
}

function requestsOf({ tallies }: Counted): number {
  let requests = 0;
  for (const { ok } of tallies) requests += ok;
  return requests;
}
