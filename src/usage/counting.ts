import type { Origin } from "../access/actor";
import type { Clock } from "../clock";
import type { Database, Reader } from "../db/database";
import type { ApiKeyId, CountedId, OrganizationId, PersonalTokenId, UserId } from "../ids";
import type { KeyLimits } from "../limits/plans";
import { beginWindows, Meter, type RateLimitResult, startOf, take, windowStart } from "../limits/windows";
import {
  beginCounts,
  type Counts,
  countUse,
  KeyUse,
  lastUseIn,
  notStoredRequests,
  notStoredSince,
  talliesIn,
} from "./counts";
import { openSaver } from "./saving";
import { keyWindows, type Tally, tokenWindows, type Window } from "./windows.sql";

/** The part of a key that shows how it was used. */
export interface UsageFields {
  usageCount: number;
  lastUsedAt: Date | null;
  lastUsedIp: string | null;
  lastUsedUserAgent: string | null;
}

/**
 * Counts the requests of keys and personal access tokens in memory and stores them once a second, so that no request waits for a write. A process that is killed loses
 * at most its last second. Each write returns what other processes counted; until then each process allows a key as much as if the others
 * had counted nothing. The same writes record the networks that keys are used from.
 */
export interface Usage {
  /** The counters of a key, loaded with what is stored of its current windows. */
  recall(key: CountedKey): Promise<KeyUse>;
  /** As `recall`, of a personal access token. */
  recallToken(token: { id: PersonalTokenId; userId: UserId }): Promise<KeyUse>;
  /** Counts `cost` in every window of a key and of its organization if all have room, else counts the request as limited; 0 counts nothing. */
  consume(use: KeyUse, limits: KeyLimits, now: number, cost?: number): RateLimitResult;
  /** As `consume`, for a request that verifies other keys. */
  consumeVerification(use: KeyUse, limits: KeyLimits, now: number): RateLimitResult;
  /** Counts how a request ended: allowed, or denied for lack of a permission. With an origin it becomes the last use. */
  count(use: KeyUse, outcome: "ok" | "denied", now: number, origin?: Origin): void;
  /** The row of a key with what is not stored yet added. */
  including<Row extends UsageFields & { id: CountedId }>(row: Row): Row;
  /** What this process has stored of a key and not yet added to its windows. */
  journaled(id: CountedId): readonly Tally[];
  /** Stores what was counted since the last time; what cannot be stored is kept for the next. */
  save(): Promise<void>;
  /** Adds what is stored, also by other processes, to the windows of its keys. */
  fold(): Promise<void>;
  /** Stores what was counted and adds it to the windows; what other processes have in the journal stays there. */
  close(): Promise<void>;
  /** Evicts the counters of keys that were not used for an hour; the next `recall` loads them again. @returns those keys */
  evictIdle(): ReadonlySet<CountedId>;
}

export interface CountedKey {
  id: ApiKeyId;
  organizationId: OrganizationId;
  environment: "live" | "test";
}

const idle = 3_600_000;

export function openUsage(db: Database, clock: Clock): Usage {
  const byKey = new Map<CountedId, KeyUse>();
  const shared = new Map<string, Meter>();
  const unsaved = new Set<KeyUse>();
  const saver = openSaver(db, clock, unsaved, (stored) => {
    for (const { keyId, windows } of stored) {
      const use = byKey.get(keyId);
      for (const window of use ? windows : []) applyStoredWindow(use!, window);
    }
  });

  function useOf(id: CountedId, sharedBy: string): KeyUse {
    let use = byKey.get(id);
    if (!use) {
      use = new KeyUse(id, sharedMeter(sharedBy), clock.now());
      byKey.set(id, use);
    }
    return use;
  }

  /** The counters of what may not be counted here yet, loaded with what is stored of its current windows. */
  async function recallFrom<Id extends CountedId>(
    windows: { find(db: Reader, keyId: Id, at: number): Promise<Window[]> },
    id: Id,
    sharedBy: string,
  ): Promise<KeyUse> {
    if (!byKey.has(id)) {
      const stored = await windows.find(db.reader, id, startOf(clock.now(), 1));
      for (const window of stored) applyStoredWindow(useOf(id, sharedBy), window);
    }
    return useOf(id, sharedBy);
  }

  function sharedMeter(name: string): Meter {
    const meter = shared.get(name) ?? new Meter();
    shared.set(name, meter);
    return meter;
  }

  /** What is counted now; it is stored with the next write. */
  function countsOf(use: KeyUse, now: number): Counts {
    if (beginCounts(use, now)) unsaved.add(use);
    return use.counting!;
  }

  return {
    recall: ({ id, organizationId, environment }) => recallFrom(keyWindows, id, `${organizationId} ${environment}`),

    recallToken: ({ id, userId }) => recallFrom(tokenWindows, id, userId),

    consume(use, { own, organization }, now, cost = 1) {
      const result = take(use, own, now, cost, use.shared, organization);
      if (cost === 0) return result;
      const counts = countsOf(use, now);
      if (result.allowed) counts.spent += cost;
      else counts.limited++;
      return result;
    },

    consumeVerification(use, { verification }, now) {
      use.verifications ??= new Meter();
      const result = take(use.verifications, verification, now);
      if (!result.allowed) countsOf(use, now).limited++;
      return result;
    },

    count(use, outcome, now, origin) {
      const counts = countsOf(use, now);
      if (outcome === "ok") counts.ok++;
      else counts.denied++;
      if (origin) countUse(counts, now, origin);
    },

    including(row) {
      const use = byKey.get(row.id);
      if (!use) return row;
      const last = lastUseIn(use.counting) ?? lastUseIn(use.saving) ?? lastUseIn(use.journaled);
      if (!last) return row;
      return {
        ...row,
        usageCount: row.usageCount + notStoredRequests(use),
        lastUsedAt: new Date(last.at),
        lastUsedIp: last.ip,
        lastUsedUserAgent: last.userAgent,
      };
    },

    journaled: (id) => talliesIn(byKey.get(id)?.journaled),

    save: saver.save,
    fold: saver.fold,
    close: saver.close,

    evictIdle() {
      const now = clock.now();
      const evicted = new Set<CountedId>();
      const inUse = new Set<Meter>();
      for (const [keyId, use] of byKey) {
        if (now - lastMinuteOf(use) < idle || use.counting || use.saving || use.journaled) {
          inUse.add(use.shared);
          continue;
        }
        byKey.delete(keyId);
        evicted.add(keyId);
      }
      const today = startOf(now, 86_400);
      for (const [name, meter] of shared)
        if (!inUse.has(meter) && windowStart(meter, 86_400) !== today) shared.delete(name);
      return evicted;
    },
  };
}

/** When the last minute ended in which a key was asked for, in milliseconds since 1970. */
const lastMinuteOf = ({ endsAt, verifications }: KeyUse): number => Math.max(endsAt, verifications?.endsAt ?? 0);

/** Applies what is stored of a window, which includes what other processes counted, to the counters. */
function applyStoredWindow(use: KeyUse, { seconds, start, spent }: Window) {
  beginWindows(use, start * 1000);
  if (start !== windowStart(use, seconds)) return;
  const here = spent + notStoredSince(use, start);
  if (seconds === 60) use.minute = Math.max(use.minute, here);
  else if (seconds === 3_600) use.hour = Math.max(use.hour, here);
  else use.day = Math.max(use.day, here);
}
