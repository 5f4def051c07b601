import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync } from "node:fs";
import { createServer, connect as openSocket } from "node:net";
import { join } from "node:path";
import Driver from "better-sqlite3";
import { dialect } from "../../src/db/dialect";
import { createClient } from "../support/client";
import { startBask, temporaryFolder } from "../support/process";

setDefaultTimeout(180_000);

describe("SIGTERM", () => {
  test("lets requests under way finish and exits 0", async () => {
    using folder = temporaryFolder();
    const bask = await startBask(folder.path, {});
    const visitor = createClient({ url: bask.url });
    const registrations = Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        visitor.auth.register({ email: `p${i}@example.com`, password: `a long password ${i}`, fullName: "P" }),
      ),
    );
    while (!(await usersIn(folder.path))) await Bun.sleep(1);
    bask.kill("SIGTERM");
    expect(await registrations).toHaveLength(10);
    expect(await bask.exited).toBe(0);
    expect(await usersIn(folder.path)).toBe(10);
  });

  test("again, a second later, ends it at once, whatever is still under way", async () => {
    using folder = temporaryFolder();
    const bask = await startBask(folder.path, {});
    const { port } = new URL(bask.url);
    const socket = openSocket(Number(port), "127.0.0.1");
    socket.on("error", () => {});
    await new Promise<void>((resolve) =>
      socket.write(
        "POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{",
        () => resolve(),
      ),
    );
    await fetch(`${bask.url}/health`);
    bask.kill("SIGTERM");
    while (
      await fetch(`${bask.url}/health`).then(
        () => true,
        () => false,
      )
    )
      await Bun.sleep(1);
    const insisting = setInterval(() => bask.kill("SIGTERM"), 50);
    expect(await bask.exited).toBe(1);
    clearInterval(insisting);
    expect(bask.output()).toContain("stopped at the second signal");
    socket.destroy();
  });
});

describe("a stop while something hangs", () => {
  /** A request whose body never ends. */
  async function hang(url: string) {
    const socket = openSocket(Number(new URL(url).port), "127.0.0.1");
    socket.on("error", () => {});
    const head =
      "POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{";
    await new Promise<void>((resolve) => socket.write(head, () => resolve()));
    await fetch(`${url}/health`);
    return socket;
  }

  /** What a key was used, as far as it is stored. */
  const storedUses = (folder: string) => {
    const file = join(folder, "data/bask.db");
    expect(existsSync(`${file}-wal`)).toBe(false);
    const database = new Driver(file, { readonly: true });
    const uses = database.prepare("select usage_count from api_keys").pluck().get();
    database.close();
    return uses;
  };

  async function useKey(url: string, times: number) {
    const ada = createClient({ url });
    await ada.auth.register({ email: "ada@example.com", password: "correct horse battery", fullName: "Ada" });
    await ada.auth.login({ email: "ada@example.com", password: "correct horse battery" });
    const { id } = await ada.organizations.create({ name: "Engines" });
    const { key: apiKey } = await ada.apiKeys.create(id, { name: "Robot" });
    for (let i = 0; i < times; i++) await createClient({ url, apiKey }).whoami();
  }

  for (const [signals, exitCode] of [
    [["SIGTERM"], 0],
    [["SIGHUP"], 0],
    [["SIGTERM", "SIGTERM"], 1],
  ] as const) {
    test.skipIf(dialect === "postgres")(
      `${signals.join(", then ")}: uses are saved, the WAL is folded, and the exit code is ${exitCode}`,
      async () => {
        using folder = temporaryFolder();
        const silent = createServer(() => {});
        await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
        const SMTP_URL = `smtp://127.0.0.1:${(silent.address() as { port: number }).port}`;
        const bask = await startBask(folder.path, {
          SMTP_URL,
          EMAIL_VERIFICATION: "off",
          DATABASE_URL: "sqlite:data/bask.db",
        });
        await useKey(bask.url, 7);
        const socket = await hang(bask.url);
        bask.kill(signals[0]);
        let again: Timer | undefined;
        if (signals[1]) again = setInterval(() => bask.kill("SIGTERM"), 50);
        expect(await bask.exited).toBe(exitCode);
        clearInterval(again);
        socket.destroy();
        silent.close();
        expect(storedUses(folder.path)).toBe(7);
      },
    );
  }

  test("with DRAIN_SECONDS it is not ready, and serves, before it accepts nothing more", async () => {
    using folder = temporaryFolder();
    const bask = await startBask(folder.path, { DRAIN_SECONDS: "2", DATABASE_URL: "sqlite:data/bask.db" });
    const { origin } = new URL(bask.url);
    bask.kill("SIGTERM");
    while (!bask.output().includes("stopping")) await Bun.sleep(1);
    const fresh = { headers: { Connection: "close" } };
    expect((await fetch(`${origin}/ready`, fresh)).status).toBe(503);
    expect((await fetch(`${origin}/whoami`, fresh)).status).toBe(401);
    expect(await bask.exited).toBe(0);
  });
});

describe("SIGINT", () => {
  test("twice for one Ctrl-C, as `bun run` passes it on, still lets requests under way finish", async () => {
    using folder = temporaryFolder();
    const bask = await startBask(folder.path, {});
    const body = JSON.stringify({ email: "ada@example.com", password: "correct horse battery", fullName: "Ada" });
    const socket = openSocket(Number(new URL(bask.url).port), "127.0.0.1");
    let answer = "";
    socket.on("data", (data) => {
      answer += data;
    });
    const head = `POST /auth/register HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n`;
    await new Promise<void>((resolve) =>
      socket.write(`${head}Content-Length: ${body.length}\r\n\r\n{`, () => resolve()),
    );
    await fetch(`${bask.url}/health`);
    bask.kill("SIGINT");
    while (!bask.output().includes("stopping")) await Bun.sleep(1);
    bask.kill("SIGINT");
    socket.write(body.slice(1));
    expect(await bask.exited).toBe(0);
    expect(answer).toStartWith("HTTP/1.1 201");
  });
});

describe("SIGKILL", () => {
  test("loses nothing that was acknowledged and leaves nothing half done", async () => {
    using folder = temporaryFolder();
    for (let round = 0; round < 3; round++) {
      const bask = await startBask(folder.path, {});
      const email = `ada${round}@example.com`;
      await createClient({ url: bask.url }).auth.register({
        email,
        password: "correct horse battery",
        fullName: "Ada",
      });
      const ada = createClient({ url: bask.url });
      await ada.auth.login({ email, password: "correct horse battery" });
      const sessions = await Promise.all(
        Array.from({ length: 6 }, async () => {
          const { accessToken } = await createClient({ url: bask.url }).auth.login({
            email,
            password: "correct horse battery",
          });
          const { sid } = JSON.parse(Buffer.from(accessToken.split(".")[1]!, "base64url").toString());
          return { accessToken, sid: sid as string };
        }),
      );
      const ended: string[] = [];
      const acknowledged: string[] = [];
      const founding = (async () => {
        for (let i = 0; i < 500; i++)
          acknowledged.push((await ada.organizations.create({ name: `Round ${round} number ${i}` })).id);
      })().catch(() => {});
      const ending = (async () => {
        for (const { accessToken, sid } of sessions) {
          const headers = { Authorization: `Bearer ${accessToken}` };
          const { status } = await fetch(`${bask.url}/auth/logout`, { method: "POST", headers });
          if (status === 204) ended.push(sid);
        }
      })().catch(() => {});
      while (acknowledged.length < 20 || ended.length < 2) await Bun.sleep(1);
      bask.kill("SIGKILL");
      await Promise.all([founding, ending]);
      await bask.exited;

      const database = new Driver(join(folder.path, "data/bask.db"));
      expect(database.pragma("integrity_check", { simple: true })).toBe("ok");
      const stored = new Set(database.prepare("select id from organizations").pluck().all() as string[]);
      expect(acknowledged.filter((id) => !stored.has(id))).toEqual([]);
      const halves = database.prepare(
        "select count(*) from organizations o where not exists (select 1 from memberships m where m.organization_id = o.id and m.role = 'owner')",
      );
      expect(halves.pluck().get()).toBe(0);
      const alive = database.prepare("select id from sessions where ended_at is null").pluck().all() as string[];
      expect(alive.filter((id) => ended.includes(id))).toEqual([]);
      database.close();
    }
  });
});

async function usersIn(folder: string): Promise<number> {
  const database = new Driver(join(folder, "data/bask.db"), { readonly: true });
  const count = database.prepare("select count(*) from users").pluck().get() as number;
  database.close();
  return count;
}
