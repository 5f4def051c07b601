/** What a team without Bask would write by hand for the Fastify peer: keys and refresh tokens in SQLite. */
import { createHash, randomBytes } from "node:crypto";
import bcrypt from "bcrypt";
import Database from "better-sqlite3";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

export const owner = { email: "ada@example.com", password: "a long enough password" };

/** @param durable every answer waits until its write is on the disk; otherwise a power cut loses the last ones, as by default in WAL mode */
export async function openStore(file: string, durable: boolean) {
  const database = new Database(file);
  database.pragma("journal_mode = WAL");
  database.pragma(`synchronous = ${durable ? "FULL" : "NORMAL"}`);
  database.exec(`
    create table users (id integer primary key, email text unique, hash text);
    create table keys (hash text primary key, user integer);
    create table refresh_tokens (hash text primary key, user integer, used integer default 0);`);
  database.prepare("insert into users values (1, ?, ?)").run(owner.email, await bcrypt.hash(owner.password, 10));
  const insertKey = database.prepare("insert into keys values (?, 1)");
  const insertToken = database.prepare("insert into refresh_tokens (hash, user) values (?, ?)");
  const spend = database.prepare("update refresh_tokens set used = 1 where hash = ? and used = 0 returning user");
  const keyByHash = database.prepare("select user from keys where hash = ?");
  const userByEmail = database.prepare("select id, hash from users where email = ?");

  const newRefreshToken = (user: number) => {
    const token = randomBytes(32).toString("base64url");
    insertToken.run(sha256(token), user);
    return token;
  };
  const keys = Array.from({ length: 1_000 }, () => randomBytes(24).toString("base64url"));
  database.transaction(() => {
    for (const key of keys) insertKey.run(sha256(key));
  })();
  const refreshTokens = database.transaction(() => Array.from({ length: 1_000 }, () => newRefreshToken(1)))();

  return {
    keys,
    refreshTokens,
    newRefreshToken,
    findKey: (key: string) => keyByHash.get(sha256(key)) as { user: number } | undefined,
    rotate: database.transaction((token: string) => {
      const spent = spend.get(sha256(token)) as { user: number } | undefined;
      return spent && { user: spent.user, refreshToken: newRefreshToken(spent.user) };
    }),
    async login(email: string, password: string) {
      const user = userByEmail.get(email) as { id: number; hash: string } | undefined;
      return user && (await bcrypt.compare(password, user.hash)) ? user.id : undefined;
    },
  };
}
