import { sqliteCodeOf } from "./sqlite-errors";

/** Milliseconds that a statement waits for a lock of another process. This process stands still meanwhile, so it is short. */
export const busyTimeout = 20;
/** ... as does each try to begin a transaction: while another program writes for long, two thirds of the time are left for everything else. */
export const turnTimeout = 5;

/** Milliseconds between two tries, in which this process does everything else. */
const pause = 10;

/**
 * Tries again while another process has the lock, for about that many seconds, and then throws SQLite's error.
 * @param timeout milliseconds that each try waits
 */
export async function whenUnlocked<T>(seconds: number, work: () => T, timeout = busyTimeout): Promise<T> {
  const attempts = Math.max(1, Math.ceil((seconds * 1000) / (timeout + pause)));
  for (let attempt = 1; ; attempt++) {
    try {
      return work();
    } catch (error) {
      if (!isLocked(error) || attempt === attempts) throw error;
      await Bun.sleep(pause);
    }
  }
}

/** Whether the same could succeed a moment later. */
export const isLocked = (error: unknown): boolean => /^SQLITE_(BUSY|LOCKED|PROTOCOL)/.test(sqliteCodeOf(error));
