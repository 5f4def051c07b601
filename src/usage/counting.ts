import type { Origin } from "../access/actor";
import { maxNetworks, recordNetworks, type Sighting } from "../api-keys/networks";
import type { Clock } from "../clock";
import type { Database } from "../db/database";
import type { ApiKeyId, OrganizationId } from "../ids";
import { siteOf } from "../limits/network";
import type { KeyLimits } from "../limits/plans";
import { type Meter, newMeter, type RateLimitResult, startOf, take } from "../limits/windows";
import { type Counts, countUse, currentTally, emptyCounts, mergeCounts, newTally, requestsOf } from "./counts";
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
  recall(key: CountedKey): Promise<KeyUse>;
  /** Counts `cost` in every window of a key and of its organization if all have room, else counts the request as limited; 0 counts nothing. */
  consume(use: KeyUse, limits: KeyLimits, now: number, cost?: number): RateLimitResult;
  /** As `consume`, for a request that verifies other keys. */
  consumeVerification(use: KeyUse, limits: KeyLimits, now: number): RateLimitResult;
  /** Counts how a request ended: allowed, or denied for lack of a permission. With an origin it becomes the last use. */
  count(use: KeyUse, outcome: "ok" | "denied", now: number, origin?: Origin): void;
  /** The row of a key with what is not stored yet added. */
  including<Row extends UsageFields & { id: ApiKeyId }>(row: Row): Row;
  /** Stores what was counted since the last time; what cannot be stored is kept for the next. */
  save(): Promise<void>;
  /** Evicts the counters of keys that were not used for an hour; the next `recall` loads them again. @returns those keys */
  evictIdle(): ReadonlySet<ApiKeyId>;
}

export interface CountedKey {
  id: ApiKeyId;
  organizationId: OrganizationId;
  environment: "live" | "test";
}

/** The counters of one key. */
export interface KeyUse {
  readonly keyId: ApiKeyId;
  readonly meter: Meter;
  /** What all keys of its environment in its organization count in, in this process. */
  readonly shared: Meter;
  /** Requests that verified other keys, in this process. */
  verifications: Meter | undefined;
  /** Networks it was used from that are stored already. */
  readonly networks: Set<string>;
  /** Milliseconds since 1970. */
  usedAt: number;
  /** Not stored yet. */
  counted: Counts;
  /** Being written to the database. */
  saving: Counts;
}

const windows = [60, 3_600, 86_400] as const;
const idle = 3_600_000;
/** Keys whose usage is written in one transaction. */
const keysPerSave = 100;

export function openUsage(db: Database, clock: Clock): Usage {
  const byKey = new Map<ApiKeyId, KeyUse>();
  const shared = new Map<string, Meter>();
  const unsaved = new Set<KeyUse>();
  let last: Promise<void> = Promise.resolve();

  function usageOf({ id, organizationId, environment }: CountedKey): KeyUse {
    let use = byKey.get(id);
    if (!use) {
      use = {
        keyId: id,
        meter: newMeter(),
        shared: sharedMeter(`${organizationId} ${environment}`),
        verifications: undefined,
        networks: new Set(),
        usedAt: clock.now(),
        counted: emptyCounts(),
        saving: emptyCounts(),
      };
      byKey.set(id, use);
    }
    return use;
  }

  function sharedMeter(name: string): Meter {
    const meter = shared.get(name) ?? newMeter();
    shared.set(name, meter);
    return meter;
  }

  function tallyOf(use: KeyUse, now: number): Tally {
    const current = currentTally(use.counted, now);
    if (current) return current;
    const tally = newTally(startOf(now, 60));
    use.counted.tallies.push(tally);
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
    const uses = batch.flatMap(({ keyId, saving }) =>
      saving.last ? [{ keyId, requests: requestsOf(saving), ...saving.last }] : [],
    );
    const sightings = batch.flatMap(newNetworks);
    try {
      const stored = await db.write(async (tx) => {
        if (uses.length > 0) await addUses(tx, uses);
        const windows = await addTallies(tx, tallies);
        if (sightings.length > 0) await recordNetworks(tx, sightings);
        return windows;
      });
      for (const { keyId, network } of sightings) byKey.get(keyId)?.networks.add(network);
      for (const window of stored) applyStoredWindow(byKey.get(window.keyId), window);
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
    async recall(key) {
      if (!byKey.has(key.id)) {
        const now = clock.now();
        const [minute, hour, day] = windows.map((seconds) => startOf(now, seconds)) as [number, number, number];
        for (const window of await findWindows(db.reader, { keyId: key.id, minute, hour, day }))
          applyStoredWindow(usageOf(key), window);
      }
      return usageOf(key);
    },

    consume(use, { own, organization }, now, cost = 1) {
      const result = take(use.meter, own, now, cost, { meter: use.shared, quotas: organization });
      if (cost === 0) return result;
      const tally = tallyOf(use, now);
      if (result.allowed) tally.spent += cost;
      else tally.limited++;
      return result;
    },

    consumeVerification(use, { verification }, now) {
      use.verifications ??= newMeter();
      const result = take(use.verifications, verification, now);
      if (!result.allowed) tallyOf(use, now).limited++;
      return result;
    },

    count(use, outcome, now, origin) {
      tallyOf(use, now)[outcome]++;
      if (!origin) return;
      use.usedAt = now;
      countUse(use.counted, now, origin);
    },

    including(row) {
      const use = byKey.get(row.id);
      const last = use?.counted.last ?? use?.saving.last;
      if (!use || !last) return row;
      return {
        ...row,
        usageCount: row.usageCount + requestsOf(use.counted) + requestsOf(use.saving),
        lastUsedAt: new Date(last.at),
        lastUsedIp: last.ip,
        lastUsedUserAgent: last.userAgent,
      };
    },

    save() {
      last = last.then(saveNow, saveNow);
      return last;
    },

    evictIdle() {
      const now = clock.now();
      const evicted = new Set<ApiKeyId>();
      const inUse = new Set<Meter>();
      for (const [keyId, use] of byKey) {
        if (now - use.usedAt < idle || unsaved.has(use) || use.saving.tallies.length > 0) {
          inUse.add(use.shared);
          continue;
        }
        byKey.delete(keyId);
        evicted.add(keyId);
      }
      const today = startOf(now, 86_400);
      for (const [name, meter] of shared) if (!inUse.has(meter) && meter.starts[2] !== today) shared.delete(name);
      return evicted;
    },
  };
}

/** Applies what is stored of a window, which includes what other processes counted, to the meter. */
function applyStoredWindow(use: KeyUse | undefined, { seconds, start, spent }: Window) {
  const i = windows.indexOf(seconds as 60);
  if (!use || start < use.meter.starts[i]!) return;
  if (start > use.meter.starts[i]!) use.meter.counts[i] = 0;
  use.meter.starts[i] = start;
  let here = spent;
  for (const tally of use.counted.tallies) if (tally.minute >= start) here += tally.spent;
  use.meter.counts[i] = Math.max(use.meter.counts[i]!, here);
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
