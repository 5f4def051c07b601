import { createHash } from "node:crypto";
import { Webhook } from "standardwebhooks";

/** How an endpoint behaves until it is healed: well, or in one of the ways in which endpoints do not. */
export type Conduct = "steady" | "failing" | "hanging" | "redirecting" | "gone";

/** A receiver of webhooks, which verifies each request with the library that receivers use, and keeps what came. */
export interface Endpoint {
  url: string;
  conduct: Conduct;
  /** What it was told to verify with: each request must be signed with each of them. */
  secrets: string[];
  /** The body that came with each id, and whether one of its requests was answered by 204. */
  arrivals: Map<string, { body: string; isAccepted: boolean }>;
  /** What no receiver should see. */
  faults: Set<string>;
  close(): Promise<void>;
}

export function openEndpoint(conduct: Conduct): Endpoint {
  let underway = 0;
  let requests = 0;
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.2",
    idleTimeout: 60,
    async fetch(request) {
      if (new URL(request.url).pathname !== "/") endpoint.faults.add("a redirect was followed");
      const body = await request.text();
      const arrival = note(body, Object.fromEntries(request.headers));
      if (++underway > 1) endpoint.faults.add("two attempts were under way at once");
      try {
        const status = await answer(request);
        if (status === 204 && arrival) arrival.isAccepted = true;
        return new Response(null, { status, headers: status === 302 ? { Location: `${endpoint.url}elsewhere` } : {} });
      } finally {
        underway--;
      }
    },
  });

  function note(body: string, headers: Record<string, string>) {
    const id = headers["webhook-id"] ?? "";
    try {
      for (const secret of endpoint.secrets) {
        const event = new Webhook(secret).verify(body, headers) as { id: string };
        if (event.id !== id) endpoint.faults.add("the id of an event is not that of its request");
      }
    } catch (error) {
      endpoint.faults.add(`a signature is not valid: ${error}`);
      return;
    }
    const arrival = endpoint.arrivals.get(id) ?? { body, isAccepted: false };
    if (arrival.body !== body) endpoint.faults.add("an event came again with another body");
    endpoint.arrivals.set(id, arrival);
    return arrival;
  }

  async function answer(request: Request): Promise<number> {
    const isBad = ++requests % 3 === 0;
    if (endpoint.conduct === "gone") return 410;
    if (endpoint.conduct === "redirecting") return 302;
    if (endpoint.conduct === "failing" && isBad) return 500;
    if (endpoint.conduct === "hanging" && isBad)
      await new Promise((resolve) => request.signal.addEventListener("abort", resolve));
    return 204;
  }

  const endpoint: Endpoint = {
    url: server.url.href,
    conduct,
    secrets: [],
    arrivals: new Map(),
    faults: new Set(),
    close: () => server.stop(true),
  };
  return endpoint;
}

/** A receiver of an audit stream as the documentation has it, which now and then accepts and never says so. */
export interface StreamReceiver {
  url: string;
  /** The hashes of the events it has accepted, the first first. */
  hashes: string[];
  /** Whether its answers are lost now and then. */
  isFlaky: boolean;
  close(): Promise<void>;
}

export function openStreamReceiver(): StreamReceiver {
  let requests = 0;
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.2",
    async fetch(request) {
      for (const line of (await request.text()).trim().split("\n")) {
        const { hash, ...event } = JSON.parse(line);
        if (event.seq <= receiver.hashes.length) continue;
        if (event.seq !== receiver.hashes.length + 1) return new Response(null, { status: 409 });
        const fields = Object.entries(event).sort(([a], [b]) => (a < b ? -1 : 1));
        const text = JSON.stringify([receiver.hashes.at(-1) ?? null, fields]);
        if (createHash("sha256").update(text).digest("base64url") !== hash) return new Response(null, { status: 409 });
        receiver.hashes.push(hash);
      }
      return new Response(null, { status: receiver.isFlaky && ++requests % 3 === 0 ? 500 : 204 });
    },
  });
  const receiver: StreamReceiver = {
    url: server.url.href,
    hashes: [],
    isFlaky: true,
    close: () => server.stop(true),
  };
  return receiver;
}
