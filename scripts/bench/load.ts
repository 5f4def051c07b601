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
  /** With this, each connection sends its own request, in which {token} is the refreshToken of the answer before. */
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
  token: string;
}

if (import.meta.main) console.log(JSON.stringify(await run(JSON.parse(await Bun.stdin.text()))));

async function run({ port, connections, seconds, requests, chain }: Load): Promise<Result> {
  const latencies = new Uint32Array(1_000_000); // by 10 microseconds, up to 10 seconds
  let done = 0;
  let failures = 0;
  let stopped = false;
  const send = (socket: Bun.Socket<Connection>) => {
    const { data } = socket;
    const text = requests[data.at % requests.length]!;
    if (!chain) data.at++;
    data.sentAt = performance.now();
    socket.write(chain ? withToken(text, data.token) : text);
  };
  const sockets = await Promise.all(
    Array.from({ length: connections }, (_, i) =>
      Bun.connect<Connection>({
        hostname: "127.0.0.1",
        port,
        data: { at: chain ? i : i * 7919, sentAt: 0, buffer: "", token: "" },
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
            if (chain) data.token = /"refreshToken":"([^"]+)"/.exec(data.buffer)?.[1] ?? data.token;
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
  stopped = true;
  const elapsed = (performance.now() - started) / 1000;
  for (const socket of sockets) socket.end();
  const next = chain ? requests.map((text, i) => withToken(text, sockets[i]?.data.token ?? "")) : undefined;
  return {
    ...(next && { next }),
    requests: done,
    failures,
    seconds: elapsed,
    p50: percentile(latencies, done, 0.5),
    p99: percentile(latencies, done, 0.99),
  };
}

/** The first request of a chain carries its token already; later ones get the one before's answer. */
function withToken(text: string, token: string): string {
  if (!token) return text;
  const [head, body] = text.split("\r\n\r\n") as [string, string];
  const next = body.replace(/("refreshToken":")[^"]*/, `$1${token}`);
  return `${head.replace(/Content-Length: \d+/, `Content-Length: ${next.length}`)}\r\n\r\n${next}`;
}

function percentile(latencies: Uint32Array, total: number, share: number): number {
  let seen = 0;
  for (let i = 0; i < latencies.length; i++) {
    seen += latencies[i]!;
    if (seen >= total * share) return i / 100;
  }
  return Number.NaN;
}
