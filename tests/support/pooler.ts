import { connect, createServer, type Socket } from "node:net";

export interface Pooler {
  /** The same database, through the pooler. */
  url: string;
  close(): void;
}

/** A connection to the server, and the client that has it for the length of a transaction. */
interface Backend {
  socket: Socket;
  client?: Client;
}

interface Client {
  socket: Socket;
  /** What it sent and no backend has got yet. */
  waiting: Buffer[];
  backend?: Backend;
  /** Requests without an answer. */
  open: number;
}

/** The settings PgBouncer lets a client send with its connection; it refuses all others. */
const allowed = ["user", "database", "client_encoding", "DateStyle", "TimeZone", "standard_conforming_strings"];

/**
 * Stands between clients and a PostgreSQL server that trusts everybody, as PgBouncer does in transaction mode: each transaction gets any
 * of a few server connections, where it may find what other clients left behind.
 */
export async function startPooler(databaseUrl: string, size = 2): Promise<Pooler> {
  const { hostname, port, username, pathname } = new URL(databaseUrl);
  const backends = await Promise.all(
    Array.from({ length: size }, () => openBackend(hostname, Number(port), username, pathname.slice(1))),
  );
  const queue: Client[] = [];
  const sockets = new Set<Socket>();

  function serve(client: Client) {
    if (!client.backend) {
      const free = backends.find((backend) => !backend.client);
      if (!free) {
        if (!queue.includes(client)) queue.push(client);
        return;
      }
      free.client = client;
      client.backend = free;
    }
    for (const message of client.waiting.splice(0)) client.backend.socket.write(message);
  }

  for (const backend of backends) {
    onMessages(backend.socket, (type, message) => {
      const { client } = backend;
      if (!client) return;
      client.socket.write(message);
      if (type !== "Z" || --client.open > 0 || message[5] !== "I".charCodeAt(0)) return;
      client.backend = undefined;
      backend.client = undefined;
      const next = queue.shift();
      if (next) serve(next);
    });
  }

  const server = createServer((socket) => {
    const client: Client = { socket, waiting: [], open: 0 };
    sockets.add(socket);
    socket.on("error", () => {});
    onMessages(
      socket,
      (type, message) => {
        if (type === "X") return;
        if (type === "S" || type === "Q") client.open++;
        client.waiting.push(message);
        serve(client);
      },
      (startup) => greet(socket, startup),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = new URL(databaseUrl);
  url.port = String((server.address() as { port: number }).port);
  return {
    url: url.href,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
      for (const { socket } of backends) socket.destroy();
    },
  };
}

/** Answers a client's first message without asking the server. */
function greet(socket: Socket, startup: Buffer) {
  const fields = startup.subarray(8).toString().split("\0");
  const names = fields.filter((_, index) => index % 2 === 0 && fields[index] !== "");
  const refused = names.find((name) => !allowed.includes(name));
  if (refused) {
    socket.end(message("E", `SFATAL\0VFATAL\0C08P01\0Munsupported startup parameter: ${refused}\0\0`));
    return;
  }
  socket.write(Buffer.concat([message("R", Buffer.alloc(4)), message("K", Buffer.alloc(8)), message("Z", "I")]));
}

async function openBackend(host: string, port: number, user: string, database: string): Promise<Backend> {
  const socket = connect(port, host);
  socket.on("error", () => {});
  const body = Buffer.from(`\0\x03\0\0user\0${user}\0database\0${database}\0\0`, "latin1");
  socket.write(message("", body));
  await new Promise<void>((resolve) => onMessages(socket, (type) => type === "Z" && resolve()));
  socket.removeAllListeners("data");
  return { socket };
}

function message(type: string, body: Buffer | string): Buffer {
  const content = Buffer.from(body as string);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length + 4);
  return Buffer.concat([Buffer.from(type), length, content]);
}

/** Cuts a stream into messages; the first one of a client has no type. */
function onMessages(
  socket: Socket,
  each: (type: string, message: Buffer) => unknown,
  first?: (message: Buffer) => void,
) {
  let rest = Buffer.alloc(0);
  let started = !first;
  socket.on("data", (chunk) => {
    rest = Buffer.concat([rest, chunk as Buffer]);
    for (;;) {
      const head = started ? 1 : 0;
      if (rest.length < head + 4) return;
      const end = head + rest.readUInt32BE(head);
      if (rest.length < end) return;
      const message = Buffer.from(rest.subarray(0, end));
      rest = rest.subarray(end);
      if (started) each(String.fromCharCode(message[0]!), message);
      else {
        started = true;
        first?.(message);
      }
    }
  });
}
