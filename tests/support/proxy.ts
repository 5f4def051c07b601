import { connect, createServer, type Server, type Socket } from "node:net";

/** A network between a client and a server that can fail. */
export interface NetworkProxy {
  /** The same URL, through the proxy. */
  url: string;
  /** From now on nothing passes on the connections that are open; new ones work. As when a NAT forgets them. */
  lose(): void;
  /** From now on nothing passes, and new connections are accepted in silence. */
  freeze(): void;
  /** Lets everything pass that was held back, on open connections and new ones. */
  thaw(): void;
  /** Closes what is open and refuses new connections. */
  refuse(): Promise<void>;
  /** From now on what is sent on a new connection waits for so many milliseconds: what it is given counts the connections. */
  delay(milliseconds: (connection: number) => number): void;
  /** Accepts connections again after `refuse`. */
  accept(): Promise<void>;
  close(): Promise<void>;
}

export async function startProxy(target: string): Promise<NetworkProxy> {
  const { hostname, port } = new URL(target);
  const pairs = new Set<Socket[]>();
  let frozen = false;
  let connections = 0;
  let delayed: (connection: number) => number = () => 0;
  let server: Server;

  function join(client: Socket) {
    const upstream = connect(Number(port), hostname);
    const pair = [client, upstream];
    const delay = delayed(++connections);
    pairs.add(pair);
    for (const [from, to] of [pair, pair.toReversed()] as [Socket, Socket][]) {
      from.on("data", (data) => to.write(data));
      from.on("error", () => {});
      from.on("close", () => {
        to.destroy();
        pairs.delete(pair);
      });
      if (frozen || delay > 0) from.pause();
      if (delay > 0) setTimeout(() => from.resume(), delay);
    }
  }

  async function listen(at: number) {
    server = createServer(join);
    await new Promise<void>((resolve) => server.listen(at, "127.0.0.1", resolve));
  }

  const each = (act: (socket: Socket) => void) => [...pairs].flat().forEach(act);
  await listen(0);
  const url = new URL(target);
  url.port = String((server!.address() as { port: number }).port);
  const refuse = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    each((socket) => socket.destroy());
    await closed;
  };
  return {
    url: url.href,
    lose: () => each((socket) => socket.pause()),
    freeze() {
      frozen = true;
      each((socket) => socket.pause());
    },
    thaw() {
      frozen = false;
      each((socket) => socket.resume());
    },
    delay(milliseconds) {
      connections = 0;
      delayed = milliseconds;
    },
    refuse,
    accept: () => listen(Number(url.port)),
    close: refuse,
  };
}
