import { availableParallelism } from "node:os";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import { Readable } from "node:stream";
import type { Load, Result } from "./load";
import { onCores, type Subject } from "./subject";

/** One kind of work on one server. */
export interface Work {
  subject: Subject;
  name: string;
  requests: string[];
  connections?: number;
  chain?: boolean;
  /** Whether the load stays awake; it does where it has a core of its own. */
  awake?: boolean;
}

export interface Round extends Result {
  /** Microseconds of the server's CPU for each request. */
  cost: number;
}

export interface Figure {
  subject: string;
  name: string;
  /** All rounds; those of works that were measured together belong together by their position. */
  rounds: Round[];
}

/** A process that sends the requests of a work. */
export interface Generator {
  run(milliseconds: number): Promise<Round>;
  stop(): void;
}

const loadCore = availableParallelism() > 1 ? onCores("1") : [];

export function openGenerator({
  subject,
  requests,
  connections = 50,
  chain = false,
  awake = subject.leavesCore,
}: Work): Generator {
  const child = Bun.spawn([...loadCore, process.execPath, join(import.meta.dir, "load.ts")], {
    stdin: "pipe",
    stdout: "pipe",
    stderr: "inherit",
  });
  const lines = linesOf(child.stdout);
  const load: Load = { port: subject.port, connections, requests, chain, awake };
  child.stdin.write(`${JSON.stringify(load)}\n`);
  return {
    async run(milliseconds) {
      const before = subject.cpu();
      child.stdin.write(`${milliseconds}\n`);
      await child.stdin.flush();
      const { value, done } = await lines.next();
      if (done) throw new Error(`the load on ${subject.name} ended early`);
      const result = JSON.parse(value) as Result;
      return { ...result, cost: ((subject.cpu() - before) * 1e6) / result.requests };
    },
    stop: () => child.kill(),
  };
}

const linesOf = (output: ReadableStream<Uint8Array>) =>
  (createInterface({ input: Readable.fromWeb(output as never) }) as Interface)[Symbol.asyncIterator]();

/** Requests after which the compilers of the runtime have little left to do: the first of them cost several times as much. */
const warmRequests = 200_000;
/** Milliseconds after which a work is warm in any case, and one of which the server does few. */
const longestWarmUp = 20_000;
const shortestWarmUp = 5_000;
const few = 20_000;
/** Milliseconds for which a work is sent before each of its rounds: a server that has waited for its turn has given memory back, and takes it again. */
const leadIn = 300;

async function warmUp(generator: Generator) {
  const slice = 500;
  let requests = 0;
  for (let ms = 0; ms < longestWarmUp && requests < warmRequests; ms += slice) {
    if (ms >= shortestWarmUp && requests < few) return;
    requests += (await generator.run(slice)).requests;
  }
}

/**
 * Runs every work once a round, in the opposite order every other round, so that what disturbs the machine disturbs all of them, after
 * each was warmed up.
 */
export async function measure(works: readonly Work[], rounds: number, milliseconds: number): Promise<Figure[]> {
  const measured = works.map((work) => ({
    figure: { subject: work.subject.name, name: work.name, rounds: [] as Round[] },
    generator: openGenerator(work),
  }));
  try {
    for (const { generator } of measured) await warmUp(generator);
    for (let round = 0; round < rounds; round++) {
      for (const { figure, generator } of round % 2 ? measured.toReversed() : measured) {
        await generator.run(leadIn);
        figure.rounds.push(await generator.run(milliseconds));
      }
    }
  } finally {
    for (const { generator } of measured) generator.stop();
  }
  return measured.map(({ figure }) => figure);
}

/** Runs one work once. */
export async function once(work: Work, milliseconds: number): Promise<Round> {
  const generator = openGenerator(work);
  try {
    return await generator.run(milliseconds);
  } finally {
    generator.stop();
  }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** How far the middle half of some values is apart, as a share of their median. */
export function spreadOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.round((sorted.length - 1) * share)]!;
  return (at(0.75) - at(0.25)) / Math.abs(median(values) || 1);
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
