import type { Clock } from "./clock";
import { clientError } from "./error";
import type { Signal } from "./platform";

/** The time that a call has, and whether its caller still wants it. */
export interface Deadline {
  /** Aborts with the reason to throw. */
  signal: Signal;
  /** Milliseconds left. */
  remaining(): number;
  /** Waits for something no longer than the deadline. */
  race<T>(work: Promise<T>): Promise<T>;
  sleep(ms: number): Promise<void>;
}

/** Runs something that has so many milliseconds, or until a signal aborts. */
export async function withDeadline<T>(
  clock: Clock,
  timeout: number,
  outer: Signal | undefined,
  run: (deadline: Deadline) => Promise<T>,
): Promise<T> {
  const end = clock.now() + timeout;
  const controller = new AbortController();
  const { signal } = controller;
  const forward = () => controller.abort(outer?.reason);
  const cancel = clock.after(timeout, () => controller.abort(clientError("TIMEOUT")));
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason));
  });
  aborted.catch(() => {});
  outer?.addEventListener("abort", forward);
  if (outer?.aborted) forward();

  const race = <Result>(work: Promise<Result>): Promise<Result> => Promise.race([aborted, work]);
  const sleep = (ms: number) => {
    let stop!: () => void;
    const slept = new Promise<void>((resolve) => {
      stop = clock.after(ms, resolve);
    });
    return race(slept).finally(stop);
  };
  try {
    return await run({ signal, remaining: () => end - clock.now(), race, sleep });
  } finally {
    cancel();
    outer?.removeEventListener("abort", forward);
  }
}
