import type { Clock } from "../clock";
import type { Change, Database } from "../db/database";
import { followChanges } from "./changes.sql";

/** Milliseconds between looks at what other processes announced ... */
export const interval = 250;
/** ... and the age from which what is remembered may not be trusted without one. */
const stale = 1_000;

/** Keeps what this process remembers true: of its own changes at once, of other processes' within a second. */
export interface InvalidationFeed {
  /** Resolves when nothing remembered is older than a second. @throws DatabaseUnavailable: then nobody is let in */
  fresh(): Promise<void> | undefined;
  /** Looks at once. */
  poll(): Promise<void>;
}

export async function openFeed(
  db: Database,
  clock: Clock,
  evictWhere: (change: Change) => void,
): Promise<InvalidationFeed> {
  let lastPolledAt = clock.now();
  const follow = await followChanges(db.reader, lastPolledAt);
  let underway: Promise<void> | undefined;
  db.onCommit((changes) => changes.forEach(evictWhere));

  function poll() {
    underway ??= (async () => {
      const asked = clock.now();
      try {
        (await follow(asked)).forEach(evictWhere);
        lastPolledAt = asked;
      } finally {
        underway = undefined;
      }
    })();
    return underway;
  }

  return { poll, fresh: () => (clock.now() - lastPolledAt < stale ? undefined : poll()) };
}
