#!/usr/bin/env bun
/**
 * Sends requests over keep-alive connections, one at a time on each, for so many seconds, and prints a Result as JSON.
 * Reads its Load as JSON from standard input. A process of its own, so that it can have a core of its own.
 */
export interface Load {
  port: number;
  connections: number;
  seconds: number;
  /** Whole requests as text, sent in rotation; each connection begins at another one. */
  requests: string[];
  /** With this, each connection has requests of its own, and puts the refreshToken of an answer into its request's next turn. */
  chain?: boolean;
}

export interface Result {
  requests: number;
  failures: number;
  seconds: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
  /** Of a chain: the requests with which the next run goes on. */
  next?: string[];
}

interface Connection {
  at: number;
  sentAt: number;
  buffer: string;
}

if (import.meta.main) console.log(JSON.stringify(await run(JSON.parse(await Bun.stdin.text()))));

async function run({ port, connections, seconds, requests, chain }: Load): Promise<Result> {
  const latencies = new Uint32Array(1_000_000); // by 10 microseconds, up to 10 seconds
  let done = 0;
  let failures = 0;
  let stopped = false;
  const send = (socket: Bun.Socket<Connection>) => {
    const { data } = socket;
    data.at = (data.at + (chain ? connections : 1)) % requests.length;
    data.sentAt = performance.now();
    socket.write(requests[data.at]!);
  };
  const sockets = await Promise.all(
    Array.from({ length: connections }, (_, i) =>
      Bun.connect<Connection>({
        hostname: "127.0.0.1",
        port,
        data: { at: chain ? i : i * 7919, sentAt: 0, buffer: "" },
        socket: {
          data(socket, bytes) {
            const { data } = socket;
            data.buffer += bytes.toString("latin1");
            const head = data.buffer.indexOf("\r\n\r\n");
            if (head < 0) return;
            const length = Number(/\r\ncontent-length: *(\d+)/i.exec(data.buffer.slice(0, head))?.[1] ?? 0);
            if (data.buffer.length < head + 4 + length) return;
            const status = data.buffer.charCodeAt(9);
            if (status !== 50) failures++;
            if (chain) requests[data.at] = withToken(requests[data.at]!, data.buffer);
            data.buffer = "";
            latencies[Math.min(latencies.length - 1, Math.round((performance.now() - data.sentAt) * 100))]!++;
            done++;
            if (!stopped) send(socket);
          },
        },
      }),
    ),
  );
  const started = performance.now();
  for (const socket of sockets) send(socket);
  await Bun.sleep(seconds * 1000);
  const result = {
    requests: done,
    failures,
    seconds: (performance.now() - started) / 1000,
    p50: percentile(latencies, done, 0.5),
    p99: percentile(latencies, done, 0.99),
  };
  stopped = true;
  await Bun.sleep(500); // what is under way may bring the tokens of the next run
  for (const socket of sockets) socket.end();
  return { ...result, ...(chain && { next: requests }) };
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
