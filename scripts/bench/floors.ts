/**
 * The floors Bask is held against: Elysia doing only what the work cannot do without. `bare` sends the body and headers of Bask's
 * own answer; `known` looks its caller up in memory first; `refresh` rotates a token as durably as Bask does; `members` and `argon2`
 * are a query and a verification with nothing around them.
 */
import { createPrivateKey, hkdfSync, randomUUID, sign, timingSafeEqual } from "node:crypto";
import { hash, verify } from "@node-rs/argon2";
import Database from "better-sqlite3";
import { Elysia } from "elysia";
import { idFromBytes } from "../../src/ids";

/** An answer of Bask's that a floor repeats. */
export interface Answer {
  body: unknown;
  headers: Record<string, string>;
}

/** What the floors are given in the environment. */
export interface FloorsEnvironment extends Record<string, string> {
  /** JSON: the answers to a request by key, by token, by the token of an app, and to a refresh. */
  ANSWERS: string;
  /** A copy of Bask's database, of their own. */
  FILE: string;
  SECRET_KEY: string;
  ORGANIZATION: string;
}

const { ANSWERS, FILE, SECRET_KEY, ORGANIZATION } = process.env as unknown as FloorsEnvironment;
const answers = JSON.parse(ANSWERS) as Record<"key" | "token" | "grant" | "refresh", Answer>;
const database = new Database(FILE, { timeout: 1_000 });
database.pragma("journal_mode = WAL");
database.pragma("synchronous = FULL");
database.pragma("wal_autocheckpoint = 10000");
const app = new Elysia().get("/health", () => "ok");

for (const name of ["key", "token", "grant"] as const) {
  const { body, headers } = answers[name];
  app.get(`/bare/${name}`, ({ set }) => {
    Object.assign(set.headers, headers);
    return body;
  });
  const known = new Map<string, unknown>();
  app.get(`/known/${name}`, ({ request, set }) => {
    const given = request.headers;
    given.get("x-request-id");
    const caller = given.get("authorization") ?? Bun.SHA256.hash(given.get("x-api-key")!, "base64url");
    let answer = known.get(caller);
    if (answer === undefined) {
      answer = { ...(body as object) };
      known.set(caller, answer);
    }
    Object.assign(set.headers, headers);
    return answer;
  });
}

const members = database.prepare(`
  select m.id, m.user_id as userId, u.email, u.full_name as fullName, m.role, m.created_at as joinedAt
  from memberships m join users u on u.id = m.user_id where m.organization_id = ? and m.id > ? order by m.id limit ?`);
app.get("/members", () => ({ data: members.all(ORGANIZATION, "", 51), nextCursor: null }));

const stored = await hash("a long enough password", { memoryCost: 19_456, timeCost: 2, parallelism: 1 });
app.post("/argon2", async ({ body }) => ({ right: await verify(stored, (body as { password: string }).password) }));

/* A refresh: two MACs, one conditional UPDATE in a grouped commit, one signature, over tokens in Bask's own format. */

const secret = Buffer.from(SECRET_KEY, "base64url");
const derive = (purpose: string) => Buffer.from(hkdfSync("sha256", secret, "", `bask/${purpose}`, 32));
const macKey = derive("refresh-token");
const privateKey = createPrivateKey({
  key: Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), derive("access-token")]),
  format: "der",
  type: "pkcs8",
});
const tokenHeader = Buffer.from(JSON.stringify({ alg: "EdDSA", typ: "at+jwt", kid: "x".repeat(43) })).toString(
  "base64url",
);
const issuer = "http://127.0.0.1";

const [payloadLength, macLength, block] = [27, 18, 64];
const inner = Buffer.alloc(block + payloadLength, 0x36);
const outer = Buffer.alloc(block + 32, 0x5c);
for (const [i, byte] of macKey.entries()) {
  inner[i]! ^= byte;
  outer[i]! ^= byte;
}
const digest = new Uint8Array(32);
function mac(payload: Uint8Array): Uint8Array {
  inner.set(payload, block);
  Bun.SHA256.hash(inner, digest);
  outer.set(digest, block);
  Bun.SHA256.hash(outer, digest);
  return digest.subarray(0, macLength);
}

function readToken(text: string) {
  const bytes = Buffer.from(text.slice(4), "base64url");
  const payload = bytes.subarray(0, payloadLength);
  if (!timingSafeEqual(mac(payload), bytes.subarray(payloadLength))) throw new Error("a wrong MAC");
  return { bytes, row: payload.readUIntBE(0, 6), id: idFromBytes("ses", payload.subarray(6, 22)) };
}
type Token = ReturnType<typeof readToken>;

function writeToken(bytes: Buffer, generation: number): string {
  bytes.writeUIntBE(generation, 22, 5);
  bytes.set(mac(bytes.subarray(0, payloadLength)), payloadLength);
  return `bsr_${bytes.toString("base64url")}`;
}

function issue(sub: string, sid: string): string {
  const iat = Math.floor(Date.now() / 1000);
  const claims = { iss: issuer, aud: issuer, sub, sid, jti: randomUUID(), iat, exp: iat + 900 };
  const signed = `${tokenHeader}.${Buffer.from(JSON.stringify(claims)).toString("base64url")}`;
  return `${signed}.${sign(null, Buffer.from(signed), privateKey).toString("base64url")}`;
}

const update = database
  .prepare(`update sessions set generation = generation + 1, rotated_at = ?,
      rotations = case when rotated_at > +? then rotations else '' end || ?, last_used_at = ?, expires_at = ?
    where row_id = ? and id = ? and generation = ? and ended_at is null and suspended_at is null
      and expires_at > +? and ends_at > +? returning user_id, generation`)
  .raw(true);
const begin = database.prepare("BEGIN IMMEDIATE");
const commit = database.prepare("COMMIT");

type Row = [user: string, generation: number];
let waiting: { token: Token; resolve: (row: Row | undefined) => void }[] = [];

function rotateAll() {
  const group = waiting;
  waiting = [];
  const now = Date.now();
  begin.run();
  const rows = group.map(
    ({ token: { row, id, bytes } }) =>
      update.get(
        ...[now, now - 60_000, `,${now}`, now, now + 7 * 86_400_000],
        ...[row, id, bytes.readUIntBE(22, 5), now, now],
      ) as Row | undefined,
  );
  commit.run();
  for (const [i, { resolve }] of group.entries()) resolve(rows[i]);
}

function rotate(token: Token) {
  return new Promise<Row | undefined>((resolve) => {
    if (waiting.push({ token, resolve }) === 1) setImmediate(rotateAll);
  });
}

app.post("/refresh", async ({ body, set }) => {
  Object.assign(set.headers, answers.refresh.headers, { "X-Request-Id": randomUUID() });
  const token = readToken((body as { refreshToken: string }).refreshToken);
  const rotated = await rotate(token);
  if (!rotated) {
    set.status = 401;
    return { error: "not the current token" };
  }
  const [user, generation] = rotated;
  return {
    accessToken: issue(user, token.id),
    refreshToken: writeToken(token.bytes, generation),
    tokenType: "Bearer",
    expiresIn: 900,
  };
});

app.listen({ port: Number(process.env.PORT), hostname: "127.0.0.1" });
