#!/usr/bin/env bun
/**
 * Sends requests over keep-alive connections, one at a time on each. Reads a Load as JSON from the first line of standard input,
 * then a number of milliseconds from each further line, for which it sends, and prints a Result as JSON. A process of its own, so
 * that it can have a core of its own.
 */
import { createInterface } from "node:readline";

export interface Load {
  port: number;
  connections: number;
  /** Whole requests as text, sent in rotation; the connections begin evenly apart. */
  requests: string[];
  /** Each connection has requests of its own, and puts the refreshToken of an answer into its request's next turn. */
  chain: boolean;
  /** Never sleeps while it sends: the system charges the one who writes to a socket with waking the one who waits for it. */
  awake: boolean;
}

export interface Result {
  /** All of them are answered. */
  requests: number;
  /** Answers that are not 2xx. */
  failures: number;
  seconds: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
}

interface Connection {
  /** Which of them it is: no two send the same requests of a chain. */
  readonly place: number;
  at: number;
  sentAt: number;
  /** What has come of an answer. */
  received: string;
}

if (import.meta.main) {
  let run: ((milliseconds: number) => Promise<Result>) | undefined;
  for await (const line of createInterface({ input: process.stdin })) {
    if (run) console.log(JSON.stringify(await run(Number(line))));
    else run = openLoad(JSON.parse(line));
  }
}

function openLoad({ port, connections, requests, chain, awake }: Load) {
  const latencies = new Uint32Array(1_000_000); // by 10 microseconds, up to 10 seconds
  const sockets = new Set<Bun.Socket<Connection>>();
  let done = 0;
  let failures = 0;
  let sending = false;
  let waiting = 0;
  let allAnswered = () => {};

  function send(socket: Bun.Socket<Connection>) {
    const { data } = socket;
    data.at += chain ? connections : 1;
    if (data.at >= requests.length) data.at = chain ? data.place : 0;
    data.sentAt = performance.now();
    socket.write(requests[data.at]!);
  }

  function receive(socket: Bun.Socket<Connection>, bytes: Buffer) {
    const { data } = socket;
    data.received += bytes.toString("latin1");
    const text = data.received;
    const head = text.indexOf("\r\n\r\n");
    if (head < 0) return;
    const length = /\r\ncontent-length: *(\d+)/i.exec(text)?.[1];
    if (text.length < head + 4 + Number(length ?? 0)) return;
    data.received = "";
    if (text[9] !== "2") failures++;
    if (chain) requests[data.at] = withToken(requests[data.at]!, text);
    latencies[Math.min(latencies.length - 1, Math.round((performance.now() - data.sentAt) * 100))]!++;
    done++;
    if (sending) send(socket);
    else if (--waiting === 0) allAnswered();
  }

  function stayAwake() {
    if (sending) setImmediate(stayAwake);
  }

  /** Connections that the server closed for having been idle are opened again. */
  async function connectAll() {
    const open = new Set([...sockets].map(({ data }) => data.place));
    const missing = Array.from({ length: connections }, (_, place) => place).filter((place) => !open.has(place));
    const opened = missing.map((place) =>
      Bun.connect<Connection>({
        hostname: "127.0.0.1",
        port,
        data: {
          place,
          at: chain ? place : Math.floor((place * requests.length) / connections),
          sentAt: 0,
          received: "",
        },
        socket: { data: receive, close: (socket) => void sockets.delete(socket) },
      }),
    );
    for (const socket of await Promise.all(opened)) sockets.add(socket);
  }

  return async (milliseconds: number): Promise<Result> => {
    await connectAll();
    latencies.fill(0);
    done = failures = 0;
    sending = true;
    waiting = sockets.size;
    const answered = new Promise<void>((resolve) => {
      allAnswered = resolve;
    });
    const started = performance.now();
    for (const socket of sockets) send(socket);
    if (awake) stayAwake();
    await Bun.sleep(milliseconds);
    sending = false;
    await answered;
    return {
      requests: done,
      failures,
      seconds: (performance.now() - started) / 1000,
      p50: percentile(latencies, done, 0.5),
      p99: percentile(latencies, done, 0.99),
    };
  };
}

/** A request with the token that an answer holds in the place of its own, which is as long. */
function withToken(text: string, answer: string): string {
  const token = /"refreshToken":"[^"]+"/.exec(answer)?.[0];
  return token ? text.replace(/"refreshToken":"[^"]+"/, token) : text;
}

function percentile(latencies: Uint32Array, total: number, share: number): number {
  let seen = 0;
  for (let i = 0; i < latencies.length; i++) {
    seen += latencies[i]!;
    if (seen >= total * share) return i / 100;
  }
  return Number.NaN;
}
