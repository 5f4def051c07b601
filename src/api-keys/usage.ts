import type { Database } from "../db/database";
import type { ApiKeyId } from "../ids";
import { type Meter, newMeter } from "../limits/windows";
import { addUsage } from "./api-keys.sql";

/** What was counted of a key in this process. */
export interface KeyUsage {
  readonly keyId: ApiKeyId;
  readonly meter: Meter;
  /** Requests that are not in the database yet. */
  unsaved: number;
  /** Milliseconds since 1970. */
  lastUsedAt: number;
}

/** Counts uses in memory; a request never waits for a write. */
export interface Usage {
  of(keyId: ApiKeyId): KeyUsage;
  count(usage: KeyUsage, now: number): void;
  /** A row's numbers with what is not saved yet. */
  including(row: { id: ApiKeyId; usageCount: number; lastUsedAt: Date | null }): {
    usageCount: number;
    lastUsedAt: Date | null;
  };
  /** Writes what was counted since the last time; what cannot be written stays counted. */
  save(): Promise<void>;
}

/** A key that was not used for so long, in milliseconds, leaves the memory. */
const idle = 86_400_000;

export function openUsage(db: Database): Usage {
  const known = new Map<ApiKeyId, KeyUsage>();
  const unsaved = new Set<KeyUsage>();

  return {
    of(keyId) {
      let usage = known.get(keyId);
      if (!usage) {
        usage = { keyId, meter: newMeter(), unsaved: 0, lastUsedAt: 0 };
        known.set(keyId, usage);
      }
      return usage;
    },
    count(usage, now) {
      usage.unsaved++;
      usage.lastUsedAt = now;
      unsaved.add(usage);
    },
    including(row) {
      const usage = known.get(row.id);
      if (!usage?.unsaved) return row;
      return { usageCount: row.usageCount + usage.unsaved, lastUsedAt: new Date(usage.lastUsedAt) };
    },
    async save() {
      const batch = [...unsaved].map((usage) => ({
        usage,
        requests: usage.unsaved,
        lastUsedAt: new Date(usage.lastUsedAt),
      }));
      if (batch.length === 0) return;
      unsaved.clear();
      try {
        await db.write(async (tx) => {
          for (const { usage, requests, lastUsedAt } of batch) await addUsage(tx, usage.keyId, requests, lastUsedAt);
          for (const [keyId, usage] of known) if (tx.now.getTime() - usage.lastUsedAt > idle) known.delete(keyId);
        });
        for (const { usage, requests } of batch) usage.unsaved -= requests;
      } catch (error) {
        for (const { usage } of batch) unsaved.add(usage);
        throw error;
      }
    },
  };
}
