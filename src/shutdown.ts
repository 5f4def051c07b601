import type { App } from "./app";
import { closeApp } from "./open-app";

/** Milliseconds that requests under way are given to finish ... */
const requestTimeout = 10_000;
/** ... work beside the requests ... */
const housekeepingTimeout = 3_000;
/** ... and the last uses of API keys and the database. */
const closeTimeout = 5_000;
/** Milliseconds in which a second signal is the first one again: `bun run` passes on a Ctrl-C that its child has already received. */
const sameSignal = 1_000;

/** What listens: it stops accepting at once, and resolves when the requests under way are answered or, if `cut`, closed. */
export interface Listener {
  stop(cut?: boolean): Promise<void>;
}

/**
 * Stops at the first SIGTERM, SIGINT or SIGHUP, and exits with 0. At another one later than a second it waits for nothing more, and exits with 1.
 * Whatever hangs, the uses of keys are saved and the database is closed.
 * @returns a function that stops as the first signal does, with an exit code of its own
 */
export function stopOnSignals(
  app: App,
  listener: Listener,
  stopHousekeeping: () => Promise<unknown>,
): (exitCode: number) => void {
  let stoppingSince: number | undefined;
  const { promise, resolve } = Promise.withResolvers<void>();
  const force: Force = { given: false, promise };
  const stop = (exitCode: number) => {
    const now = app.clock.now();
    if (stoppingSince === undefined) {
      stoppingSince = now;
      void shutDown(app, listener, stopHousekeeping, force).then(() => process.exit(force.given ? 1 : exitCode));
    } else if (exitCode === 0 && now - stoppingSince > sameSignal) {
      force.given = true;
      resolve();
    }
  };
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => stop(0));
  return stop;
}

/** The second signal. */
interface Force {
  given: boolean;
  /** Resolves when it is given. */
  readonly promise: Promise<void>;
}

/** Never rejects. */
async function shutDown(app: App, listener: Listener, stopHousekeeping: () => Promise<unknown>, force: Force) {
  const { log, config } = app;
  /** Whether the work ended in time. */
  const within = async (milliseconds: number, what: string, work: Promise<unknown>, interrupt = force.promise) => {
    const ended = work.then(
      () => true,
      (error) => void log.error({ err: error }, `${what} failed`),
    );
    return (await Promise.race([ended, interrupt, Bun.sleep(milliseconds)])) === true;
  };

  app.stopping = true;
  log.info("stopping when the requests under way are answered");
  if (config.drainSeconds > 0) await Promise.race([Bun.sleep(config.drainSeconds * 1_000), force.promise]);

  if (!(await within(requestTimeout, "the end of requests", listener.stop()))) {
    log.warn(`stopped at the ${force.given ? "second signal" : "time limit"}; requests under way were cut`);
    listener.stop(true).catch(() => {});
  }
  const housekeeping = stopHousekeeping();
  await within(force.given ? 0 : housekeepingTimeout, "the end of housekeeping", housekeeping);
  const never = new Promise<void>(() => {});
  if (!(await within(closeTimeout, "closing", closeApp(app), never)))
    log.error("the database could not be closed in time");
}
