import type { Origin } from "../access/actor";
import type { Clock } from "../clock";
import type { Database } from "../db/database";
import type { ApiKeyId } from "../ids";
import { type Meter, newMeter, type Quota, type Standing, startOf, take } from "../limits/windows";
import { addTallies, addUses, findWindows, type Tally, type Window } from "./usage.sql";

/** How a request by a key ended: let through, refused by a limit, or refused because the key may not. */
export type Outcome = "ok" | "limited" | "denied";

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
 * others counted: until then each lets a key through as if the others had been silent.
 */
export interface Usage {
  /** Makes sure that what is stored of a key's present windows is counted; needed before its first `spend`. */
  recall(keyId: ApiKeyId): Promise<void>;
  /** Counts `cost` in every window of a key if all have room. A refusal is counted as limited. */
  spend(keyId: ApiKeyId, quotas: readonly Quota[], now: number, cost?: number): Standing;
  /** Counts how a request ended; with its origin it is also the last use. */
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
  /** By minute, not stored yet. */
  tallies: Map<number, Tally>;
  /** On their way to the database. */
  saving: Map<number, Tally>;
  /** Milliseconds since 1970. */
  usedAt: number;
  /** Where the first use since the last write came from. */
  from: { address: string; userAgent: string | null } | undefined;
}

const windows = [60, 3_600, 86_400] as const;
const idle = 3_600_000;

export function openUsage(db: Database, clock: Clock): Usage {
  const known = new Map<ApiKeyId, KeyUse>();
  const unsaved = new Map<ApiKeyId, KeyUse>();
  let last: Promise<void> = Promise.resolve();

  function of(keyId: ApiKeyId): KeyUse {
    let use = known.get(keyId);
    if (!use) {
      use = { meter: newMeter(), tallies: new Map(), saving: new Map(), usedAt: clock.now(), from: undefined };
      known.set(keyId, use);
    }
    return use;
  }

  function tallyOf(keyId: ApiKeyId, use: KeyUse, now: number): Tally {
    const minute = startOf(now, 60);
    let tally = use.tallies.get(minute);
    if (!tally) {
      tally = { minute, spent: 0, ok: 0, limited: 0, denied: 0 };
      use.tallies.set(minute, tally);
      unsaved.set(keyId, use);
    }
    return tally;
  }

  async function saveNow() {
    const batch = [...unsaved];
    if (batch.length === 0) return;
    unsaved.clear();
    for (const [, use] of batch) {
      use.saving = use.tallies;
      use.tallies = new Map();
    }
    const tallies = batch.flatMap(([keyId, { saving }]) => [...saving.values()].map((tally) => ({ keyId, tally })));
    const uses = batch.flatMap(([keyId, use]) =>
      use.from ? [{ keyId, requests: total(use.saving, "ok"), at: use.usedAt, ...use.from }] : [],
    );
    try {
      const stored = await db.write(async (tx) => {
        if (uses.length > 0) await addUses(tx, uses);
        return addTallies(tx, tallies);
      });
      for (const window of stored) learn(of(window.keyId), window);
      for (const [, use] of batch) use.from = undefined;
    } catch (error) {
      for (const [keyId, use] of batch) {
        for (const tally of use.saving.values()) add(tallyOf(keyId, use, tally.minute * 1000), tally);
      }
      throw error;
    } finally {
      for (const [, use] of batch) use.saving = new Map();
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
      use.from ??= { address: origin.address, userAgent: origin.userAgent };
    },

    including(row) {
      const use = known.get(row.id);
      if (!use?.from) return row;
      return {
        ...row,
        usageCount: row.usageCount + total(use.tallies, "ok") + total(use.saving, "ok"),
        lastUsedAt: new Date(use.usedAt),
        lastUsedAddress: use.from.address,
        lastUsedUserAgent: use.from.userAgent,
      };
    },

    save() {
      last = last.then(saveNow, saveNow);
      return last;
    },

    forgetIdle() {
      const forgotten = new Set<ApiKeyId>();
      for (const [keyId, use] of known) {
        if (clock.now() - use.usedAt < idle || unsaved.has(keyId) || use.saving.size > 0) continue;
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
  for (const tally of use.tallies.values()) if (tally.minute >= start) here += tally.spent;
  use.meter.counts[i] = Math.max(use.meter.counts[i]!, here);
}

function add(to: Tally, tally: Tally) {
  to.spent += tally.spent;
  to.ok += tally.ok;
  to.limited += tally.limited;
  to.denied += tally.denied;
}

function total(tallies: ReadonlyMap<number, Tally>, outcome: Outcome): number {
  let sum = 0;
  for (const tally of tallies.values()) sum += tally[outcome];
  return sum;
}
