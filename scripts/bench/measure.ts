import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { Load, Result } from "./load";
import { onCore, type Subject } from "./subject";
import { runWrk } from "./wrk";

/** One kind of work on one server. */
export interface Work {
  subject: Subject;
  name: string;
  requests: string[];
  connections?: number;
  chain?: boolean;
}

export interface Figure {
  subject: string;
  name: string;
  /** Medians over the rounds; spread is (highest - lowest) / median. */
  perCpuSecond: number;
  perSecond: number;
  p50: number;
  p99: number;
  spread: number;
  failures: number;
  /** Requests per CPU-second of each round. */
  rounds: number[];
}

const wrk = Bun.which("wrk");
/** Its script holds every request. */
const maxForWrk = 30_000;
const loadCore = availableParallelism() > 1 ? onCore(1) : [];

/** Runs every work once a round, so that what disturbs the machine disturbs all of them, after one round to warm up. */
export async function measure(works: Work[], rounds: number, seconds: number): Promise<Figure[]> {
  const results = new Map<Work, (Result & { cpu: number })[]>(works.map((work) => [work, []]));
  for (const work of works) await once(work, Math.min(2, seconds));
  for (let round = 0; round < rounds; round++) {
    for (const work of works) {
      const before = work.subject.cpu();
      const result = await once(work, seconds);
      results.get(work)!.push({ ...result, cpu: work.subject.cpu() - before });
    }
  }
  return works.map((work) => {
    const runs = results.get(work)!;
    const perCpu = runs.map(({ requests, cpu }) => requests / cpu);
    return {
      subject: work.subject.name,
      name: work.name,
      perCpuSecond: median(perCpu),
      perSecond: median(runs.map((run) => run.requests / run.seconds)),
      p50: median(runs.map(({ p50 }) => p50)),
      p99: median(runs.map(({ p99 }) => p99)),
      spread: (Math.max(...perCpu) - Math.min(...perCpu)) / median(perCpu),
      failures: runs.reduce((sum, { failures }) => sum + failures, 0),
      rounds: perCpu,
    };
  });
}

/** Runs a work for so long; a chain goes on where its last run ended. */
export async function once(work: Work, seconds: number): Promise<Result> {
  const { subject, requests, connections = 50, chain = false } = work;
  const load: Load = { port: subject.port, connections, seconds, requests, chain };
  const result = await (wrk && !chain && requests.length <= maxForWrk ? runWrk(wrk, loadCore, load) : runOwn(load));
  if (result.next) work.requests = result.next;
  return result;
}

async function runOwn(load: Load): Promise<Result> {
  const child = Bun.spawn([...loadCore, process.execPath, join(import.meta.dir, "load.ts")], {
    stdin: "pipe",
    stdout: "pipe",
  });
  child.stdin.write(JSON.stringify(load));
  await child.stdin.end();
  return JSON.parse(await new Response(child.stdout).text());
}

export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}

/** A request as it goes over the wire. */
export function request(method: string, path: string, headers: Record<string, string> = {}, body?: unknown): string {
  const text = body === undefined ? "" : JSON.stringify(body);
  const lines = Object.entries({
    Host: "127.0.0.1",
    ...headers,
    ...(text && { "Content-Type": "application/json", "Content-Length": String(text.length) }),
  });
  return `${method} ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n${text}`;
}
