import type { App } from "./app";
import { pruneChanges } from "./db/changes";
import { pruneAttempts } from "./limits/attempts.sql";
import { interval } from "./news";
import { pruneSessions } from "./sessions/sessions.sql";
import { pruneUsage } from "./usage/usage";

const hour = 3_600_000;

/** What runs beside the requests, until the function it gives is called. */
export function startHousekeeping(app: App): () => void {
  const every = (milliseconds: number, what: string, work: () => Promise<unknown>) => {
    let working = false;
    const timer = setInterval(async () => {
      if (working) return;
      working = true;
      await work().catch((error) => app.log.error({ err: error }, `${what} failed`));
      working = false;
    }, milliseconds);
    timer.unref();
    return timer;
  };
  const timers = [
    every(interval, "hearing of other processes' changes", () => app.news.poll()),
    every(1_000, "saving the uses of API keys", () => app.usage.save()),
    every(hour, "pruning", () => prune(app)),
  ];
  return () => timers.forEach(clearInterval);
}

/** Removes rows that can have no effect any more, and lets go of keys that were not used for long. */
export async function prune(app: App) {
  const idle = app.usage.forgetIdle();
  app.principals.forget(({ keyId }) => idle.has(keyId));
  await app.db.write(async (tx) => {
    const ago = (milliseconds: number) => new Date(tx.now.getTime() - milliseconds);
    await pruneChanges(tx, ago(hour));
    await pruneAttempts(tx, ago(24 * hour));
    await pruneSessions(tx, ago(30 * 24 * hour));
    await pruneUsage(tx);
  });
}
