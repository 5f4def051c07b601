import type { Clock } from "../clock";
import type { Change, Database } from "../db/database";
import type { Log } from "../log";
import { followChanges, retention } from "./changes.sql";

/** Milliseconds between polls of what other processes announced ... */
export const interval = 250;
/** ... and the age of the last poll from which caches are not trusted without another. */
const maxAge = 1_000;

/** Keeps the caches of this process true: of its own changes at once, of other processes' within a second. */
export interface InvalidationFeed {
  /** Whether nothing cached is older than a second. @param now milliseconds since 1970 */
  isFresh(now: number): boolean;
  /** Resolves when nothing cached is older than a second; undefined when that is so already. @throws DatabaseUnavailable: then requests are refused */
  fresh(): Promise<void> | undefined;
  /** Polls now. */
  poll(): Promise<void>;
}

/** What changes do to the caches. */
export interface Evictions {
  evict(changes: readonly Change[]): void;
  evictAll(): void;
  /** Asked when the database went back, or is another one. @throws DatabaseUnavailable when this process must not go on with it */
  requireSame(): Promise<void>;
}

export async function openFeed(
  db: Database,
  clock: Clock,
  log: Log,
  { evict, evictAll, requireSame }: Evictions,
): Promise<InvalidationFeed> {
  let lastPolledAt = clock.now();
  await db.wentBack();
  let follow = await followChanges(db.reader, lastPolledAt);
  let underway: Promise<void> | undefined;
  let wentBack = false;
  db.onCommit(evict);

  function poll() {
    underway ??= (async () => {
      const startedAt = clock.now();
      try {
        wentBack ||= await db.wentBack(); // until it was acted on, whatever fails
        const wasAsleep = startedAt - lastPolledAt >= retention / 2;
        const missed = wentBack || wasAsleep ? undefined : await follow(startedAt);
        if (missed === undefined) await startOver(startedAt, wasAsleep);
        else if (missed.length > 0) evict(missed);
        lastPolledAt = startedAt;
      } finally {
        underway = undefined;
      }
    })();
    return underway;
  }

  /** Empties the caches, where it is not known what was announced: after a suspension of this process, or when the database went back. */
  async function startOver(now: number, wasAsleep: boolean) {
    await requireSame();
    follow = await followChanges(db.reader, now);
    evictAll();
    wentBack = false;
    log.warn(
      wasAsleep
        ? "this process did not run for a while; its caches were emptied"
        : "the database is in an earlier state than before, another one, or was started again; the caches of this process were emptied",
    );
  }

  const isFresh = (now: number) => now - lastPolledAt < maxAge;

  /** A poll under way may have looked before what was committed a moment ago; where it took long, one that begins now has to look. */
  async function catchUp() {
    await underway;
    if (!isFresh(clock.now())) await poll();
  }

  return { poll, isFresh, fresh: () => (isFresh(clock.now()) ? undefined : catchUp()) };
}
