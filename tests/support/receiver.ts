/** A request that an endpoint received. */
export interface Received {
  path: string;
  headers: Record<string, string>;
  body: string;
  event: { id: string; type: string; timestamp: string; data: Record<string, unknown> };
}

/** An endpoint that answers as it is told. */
export interface Receiver {
  url: string;
  /** What came, the first first. */
  received: Received[];
  /** How it answers from now on. */
  respond: (request: Received) => Response | Promise<Response>;
  close(): Promise<void>;
}

/** A real HTTP server on 127.0.0.2, which tests open to webhooks in place of a public host. */
export function openReceiver(): Receiver {
  const receiver: Receiver = {
    url: "",
    received: [],
    respond: () => new Response("thanks"),
    close: () => server.stop(true),
  };
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.2",
    async fetch(request) {
      const body = await request.text();
      const { pathname: path } = new URL(request.url);
      const received = { path, headers: Object.fromEntries(request.headers), body, event: JSON.parse(body) };
      receiver.received.push(received);
      return receiver.respond(received);
    },
  });
  receiver.url = `http://127.0.0.2:${server.port}`;
  return receiver;
}

/** What of a configuration lets webhooks reach it. */
export const openedToReceiver = { outboundNetworks: ["127.0.0.2"] };
