import { hash, randomUUID } from "node:crypto";
import { connect, type Socket } from "node:net";
import { newApiKey } from "../../src/crypto/api-key-secrets";
import { sendRaw, statusOf } from "./socket";
import type { Person, World } from "./world";

/** What a world must be configured with, so that attackers come from networks of their own, and limits are those of production. */
export const openToAttack = { trustedProxies: ["127.0.0.1"], authRateLimit: 20, userRateLimit: 1_000 };

/** Hostile traffic beside a test. */
export interface Attack {
  /** Resolves when every kind of it has been made once more. */
  round(): Promise<void>;
  /** The statuses that each kind was answered with so far. */
  readonly statuses: ReadonlyMap<string, ReadonlySet<number>>;
  /** Ends it; throws what went wrong with an attack itself. */
  stop(): Promise<void>;
}

/** Sockets that are kept open at a time. */
const maxSockets = 100;

/**
 * Attacks a server until it is stopped: every kind of hostile traffic in a loop of its own, one request at a time, so that the load is bounded and
 * the same on every machine. The world needs `openToAttack`.
 * @param victim whose password is guessed and whose mailbox is flooded
 */
export function attack(world: World, victim: Pick<Person, "email">): Attack {
  const statuses = new Map<string, Set<number>>();
  const sockets = new Set<Socket>();
  const kinds = hostile(world, victim.email, sockets);
  const waiting = new Map<string, () => void>();
  let isStopped = false;

  const loops = Object.entries(kinds).map(async ([name, act]) => {
    const seen = new Set<number>();
    statuses.set(name, seen);
    for (let i = 0; !isStopped; i++) {
      const status = await act(i);
      if (status !== undefined) seen.add(status);
      waiting.get(name)?.();
      waiting.delete(name);
    }
  });
  return {
    statuses,
    async round() {
      const made = Object.keys(kinds).map((name) => new Promise<void>((resolve) => waiting.set(name, resolve)));
      await Promise.race([Promise.all(made), Promise.all(loops)]);
    },
    async stop() {
      isStopped = true;
      await Promise.all(loops);
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** One act of a kind, the i-th; the status of its response, if there is one. */
type Act = (i: number) => Promise<number | undefined>;

function hostile(world: World, victim: string, sockets: Set<Socket>): Record<string, Act> {
  const send = async (path: string, init: RequestInit, from = "203.0.113.7") => {
    const response = await world.fetch(path, { ...init, headers: { "X-Forwarded-For": from, ...init.headers } });
    await response.arrayBuffer();
    return response.status;
  };
  const post = (path: string, body: unknown, from?: string) =>
    send(
      path,
      {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: typeof body === "string" ? body : JSON.stringify(body),
      },
      from,
    );
  const get = (path: string, headers: Record<string, string>) => send(path, { headers });
  const raw = async (bytes: string) => statusOf(await sendRaw(world, bytes));
  const marks = "\u0345\u0323\u0301".repeat(4_000);
  const json =
    "POST /auth/login HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 203.0.113.8\r\nContent-Type: application/json\r\n";
  const unsecured = `${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString("base64url")}.e30.`;

  return {
    "guesses from many networks": (i) => post("/auth/login", { email: victim, password: `guess ${i}` }, network(i)),
    "guesses from one network": (i) => post("/auth/login", { email: victim, password: `guess ${i}` }),
    "combining marks": (i) => post("/auth/login", { email: marks, password: marks }, network(i)),
    "registrations without end": (i) =>
      post(
        "/auth/register",
        { email: `bot-${randomUUID()}@example.net`, password: randomUUID(), fullName: "Bot" },
        network(i),
      ),
    "emails without end": (i) => post("/auth/forgot-password", { email: victim }, network(i)),
    "links to sign in without end": (i) =>
      post("/auth/email-link", { email: victim, codeChallenge: hash("sha256", `${i}`, "base64url") }, network(i)),
    "invented passkeys": (i) => post("/auth/passkeys/login", { passkey: inventedPasskey(i) }, network(i)),
    "invented tickets of providers": (i) =>
      post("/auth/oauth/login", { ticket: `${unsecured}${i}`, codeVerifier: "x".repeat(43) }, network(i)),
    "invented codes of apps": (i) => {
      const form = { grant_type: "authorization_code", client_id: "bask-cli", code: `${i}`, code_verifier: "x" };
      return post("/oauth/token", form, network(i));
    },
    "device codes without end": () => post("/oauth/device_authorization", { client_id: "bask-cli" }),
    "unknown API keys": () => get("/organizations", { "X-API-Key": newApiKey("live") }),
    "malformed API keys": (i) => get("/organizations", { "X-API-Key": `bsk_live_${"x".repeat(i % 8_000)}` }),
    "unsecured access tokens": () => get("/users/me", { Authorization: `Bearer ${unsecured}` }),
    "reports of leaks": () => post("/api-keys/revoke-leaked", { key: "bsk_live_".repeat(7_000) }),
    "token exchange": (i) =>
      post("/auth/token-exchange", { subject_token: `${unsecured}${i}`, grant_type: "x", scope: "y" }),
    "deep JSON": () => post("/auth/login", `${"[".repeat(30_000)}${"]".repeat(30_000)}`),
    "large bodies": () => post("/auth/login", { email: "x".repeat(300_000) }),
    "long headers": () => raw(`GET /health HTTP/1.1\r\nHost: x\r\nX-Long: ${"x".repeat(100_000)}\r\n\r\n`),
    "malformed headers": () => raw("GET /health HTTP/1.1\r\nHost: a\r\nHost: b\r\nX Y: \0\r\n\r\n"),
    "requests in requests": () => raw(`${json}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`),
    "unknown methods": () => raw("BREW /health HTTP/1.1\r\nHost: x\r\n\r\n"),
    "bodies that never end": () => holdOpen(world, sockets, `${json}Content-Length: 500\r\n\r\n{"email":`),
    "heads that never end": () => holdOpen(world, sockets, "GET /health HTTP/1.1\r\nHost: x\r\nX-Slow: "),
  };
}

/** A use of a passkey that is not there. */
function inventedPasskey(i: number) {
  const bytes = Buffer.from(`{"type":"webauthn.get","challenge":"${i}"}`).toString("base64url");
  const response = { clientDataJSON: bytes, authenticatorData: bytes, signature: bytes };
  return { id: bytes, rawId: bytes, type: "public-key", response, clientExtensionResults: {} };
}

/** An IP address of another network for each number, as botnets have them. */
const network = (i: number) =>
  i % 2 ? `2001:db8:${(i % 65_535).toString(16)}::1` : `198.51.${(i >> 8) & 255}.${i & 255}`;

/** Begins a request and never finishes it; the oldest of too many are given up. */
async function holdOpen({ url }: World, sockets: Set<Socket>, bytes: string): Promise<undefined> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  sockets.add(socket);
  socket.on("error", () => {}).on("close", () => sockets.delete(socket));
  await new Promise<void>((resolve) => {
    socket.once("close", () => resolve());
    socket.write(bytes, "latin1", () => resolve());
  });
  const [oldest] = sockets;
  if (sockets.size > maxSockets) oldest!.destroy();
}
