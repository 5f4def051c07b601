import type { Clock } from "../../src/sdk/clock";
import type { FetchInit, KeyValueStorage } from "../../src/sdk/platform";

/** A clock of which short waits are over at once, and that notes them. Deadlines pass when a test says so. */
export interface ClientClock extends Clock {
  /** The waits that were over at once, in milliseconds. */
  waits: number[];
  /** Lets time pass. */
  pass(ms: number): void;
}

/** Waits that are shorter than this are retries; longer ones are deadlines. */
const deadline = 9_000;

export function clientClock(random = 0): ClientClock {
  let now = Date.parse("2026-03-02T09:00:00Z");
  const timers = new Set<{ at: number; run: () => void }>();
  const waits: number[] = [];
  return {
    waits,
    now: () => now,
    random: () => random,
    after(ms, run) {
      const timer = { at: now + ms, run };
      if (ms >= deadline) {
        timers.add(timer);
        return () => void timers.delete(timer);
      }
      let isCanceled = false;
      waits.push(ms);
      now += ms;
      queueMicrotask(() => isCanceled || run());
      return () => {
        isCanceled = true;
      };
    },
    pass(ms) {
      now += ms;
      for (const timer of timers) if (timer.at <= now && timers.delete(timer)) timer.run();
    },
  };
}

export interface Sent {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: unknown;
}

type Answer = Response | Error | Promise<Response>;

/** Stands for the network: answers each request as a test says, and keeps what was sent. */
export function network(answer: (request: Sent, index: number) => Answer) {
  const sent: Sent[] = [];
  return {
    sent,
    async fetch(url: string, { method, headers, body }: FetchInit): Promise<Response> {
      const { pathname, search } = new URL(url);
      const request = {
        method,
        path: pathname.slice("/api/v1".length) + search,
        headers,
        body: body && JSON.parse(body),
      };
      sent.push(request);
      const given = await answer(request, sent.length - 1);
      if (given instanceof Error) throw given;
      return given;
    },
  };
}

export const json = (value: unknown, init?: ResponseInit) => Response.json(value, init);
export const failure = (status: number, code: string, more: object = {}, headers: HeadersInit = {}) =>
  Response.json({ error: { code, message: code, requestId: "req_1", ...more } }, { status, headers });

/** A storage in memory, as tabs of one page share it. */
export function memoryStorage(): KeyValueStorage & { values: Map<string, string> } {
  const values = new Map<string, string>();
  return {
    values,
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
    removeItem: (key) => void values.delete(key),
  };
}
