import { beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { type AuthChange, type Bask, type ClientOptions, createClient } from "../../src/sdk/client";
import { systemClock } from "../../src/sdk/clock";
import { expectReason, expectRefusal, refusalOf } from "../support/expect";
import { clientClock, failure, json, memoryStorage, network } from "../support/sdk";
import { openWorld, type Person, type World } from "../support/world";

let world: World;
let ada: Person;
let adas: { email: string; password: string };
beforeAll(async () => {
  world = await openWorld();
  ada = await world.person("Ada");
  adas = { email: ada.email, password: ada.password };
});

/** A page that was opened now, with the clock of the server. */
const open = (options: Partial<ClientOptions>) =>
  createClient({ url: world.url, clock: { ...systemClock, now: world.time.now }, retries: 0, ...options });
const told = (bask: Bask) => {
  const changes: AuthChange[] = [];
  bask.onAuthChange((change) => changes.push(change));
  return changes;
};
const typesOf = (changes: AuthChange[]) => changes.map(({ type }) => type);
/** Beyond the grace in which a rotated token is answered. */
const laterThanGrace = { minutes: 16 };

describe("two tabs that share a storage", () => {
  test("never present a token that the other one used: the session lives, and no alarm goes out", async () => {
    const storage = memoryStorage();
    const first = open({ storage });
    await first.auth.login(adas);
    const second = open({ storage });
    expect(second.authStatus()).toBe("signed-in");
    for (let i = 0; i < 3; i++) {
      world.time.pass(laterThanGrace);
      await first.me.get();
      world.time.pass({ minutes: 1 });
      await second.me.get();
      world.time.pass({ minutes: 13 });
      await second.me.get();
      await first.me.get();
    }
    expect((await world.emailsTo(ada.email)).map(({ template }) => template)).not.toContain("session-reuse");
    const { data } = await first.me.listAuditLogs({ action: "session.*" });
    expect(data.map(({ action }) => action)).not.toContain("session.reuse_detected");
  });

  test("that refresh at the same moment both go on", async () => {
    const storage = memoryStorage();
    await open({ storage }).auth.login(adas);
    const tabs = [open({ storage }), open({ storage }), open({ storage })];
    world.time.pass(laterThanGrace);
    await Promise.all(tabs.map((tab) => tab.me.get()));
    world.time.pass(laterThanGrace);
    await Promise.all(tabs.map((tab) => tab.me.get()));
  });

  test("go on where one lost: it takes the pair of the one that won", async () => {
    const storage = memoryStorage();
    const key = "bask:http://bask.test/api/v1";
    const winner = { accessToken: "new", refreshToken: "new", expiresAt: Date.parse("2030-01-01") };
    storage.setItem(key, JSON.stringify({ accessToken: "old", refreshToken: "old", expiresAt: 1 }));
    const { fetch, sent } = network(({ path, headers }) => {
      if (path !== "/auth/refresh") return json({ token: headers.Authorization });
      storage.setItem(key, JSON.stringify(winner));
      return failure(401, "INVALID_REFRESH_TOKEN");
    });
    const bask = createClient({ url: "http://bask.test", storage, fetch, clock: clientClock() });
    const changes = told(bask);
    expect(await bask.me.get()).toMatchObject({ token: "Bearer new" });
    expect(typesOf(changes)).toEqual(["refreshed"]);
    expect(sent.map(({ path }) => path)).toEqual(["/auth/refresh", "/users/me"]);
    expect(bask.tokens()).toEqual(winner);
  });
});

describe("the end of a session is told", () => {
  test("when it was ended while the access token was still valid, with the reason", async () => {
    const storage = memoryStorage();
    const bask = open({ storage });
    await bask.auth.login(adas);
    const changes = told(bask);
    await ada.bask.sessions.revokeOthers();
    await expectReason(bask.me.get(), "session_ended");
    expect(typesOf(changes)).toEqual(["signed-out"]);
    expect(changes[0]!.error?.code).toBe("INVALID_REFRESH_TOKEN");
    expect([bask.tokens(), bask.authStatus(), storage.values.size]).toEqual([undefined, "signed-out", 0]);
  });

  test("when it expired, once for all calls that wait", async () => {
    const bask = open({});
    await bask.auth.login(adas);
    const changes = told(bask);
    world.time.pass({ days: 8 });
    const refusals = await Promise.all([bask.me.get(), bask.sessions.list(), bask.whoami()].map(refusalOf));
    expect(refusals.map(({ code }) => code)).toEqual(Array(3).fill("INVALID_REFRESH_TOKEN"));
    expect(typesOf(changes)).toEqual(["signed-out"]);
    ada.bask = await world.signIn(ada);
  });

  test("when another tab signed out, with the next call", async () => {
    const storage = memoryStorage();
    const [first, second] = [open({ storage }), open({ storage })];
    await first.auth.login(adas);
    const changes = told(second);
    await second.auth.login(adas);
    await first.auth.logout();
    world.time.pass(laterThanGrace);
    await expectRefusal(second.me.get(), "UNAUTHORIZED");
    expect(typesOf(changes)).toEqual(["signed-in", "signed-out"]);
  });

  test("when the user signs out or deletes the account, without an error; and not by a failure that passes", async () => {
    const bask = open({});
    const changes = told(bask);
    await bask.auth.login(adas);
    await bask.auth.logout();
    expect(changes).toEqual([{ type: "signed-in" }, { type: "signed-out", error: undefined }]);
    const eve = await world.person("Eve");
    const eves = told(eve.bask);
    await eve.bask.me.delete({ password: eve.password });
    expect(typesOf(eves)).toEqual(["signed-out"]);

    const tokens = { accessToken: "a", refreshToken: "b", expiresAt: 1 };
    const { fetch } = network(() => failure(503, "UNAVAILABLE"));
    const offline = createClient({ url: "http://bask.test", tokens, fetch, clock: clientClock() });
    const none = told(offline);
    await expectRefusal(offline.me.get(), "UNAVAILABLE");
    expect([none, offline.tokens()]).toEqual([[], tokens]);
  });

  test("to every listener, also when one of them throws, which is reported like any error that is not caught", async () => {
    const page = `
      const { createClient } = await import(${JSON.stringify(join(import.meta.dir, "../../src/sdk/client.ts"))});
      const fetch = async () => Response.json({ accessToken: "a", refreshToken: "b", expiresIn: 900 });
      const bask = createClient({ url: "http://bask.test", fetch });
      bask.onAuthChange(() => { throw new Error("a mistake of the page"); });
      bask.onAuthChange(({ type }) => console.log("heard", type));
      bask.onAuthChange(() => console.log("stopped"))();
      await bask.auth.login({ email: "ada@example.com", password: "secret" });
      console.log("went on");`;
    const { stdout, stderr, exitCode } = Bun.spawnSync([process.execPath, "-e", page]);
    expect(stdout.toString()).toBe("heard signed-in\nwent on\n");
    expect([stderr.toString(), exitCode]).toEqual([expect.stringContaining("a mistake of the page"), 1]);
  });
});

describe("a refresh", () => {
  const answer = (n: number) => json({ accessToken: `access ${n}`, refreshToken: `refresh ${n}`, expiresIn: 900 });
  const expired = { accessToken: "access 0", refreshToken: "refresh 0", expiresAt: 1 };

  test("is sent once for all calls that wait, before the token is refused", async () => {
    const { fetch, sent } = network(({ path }) => (path === "/auth/refresh" ? answer(1) : json({})));
    const bask = createClient({ url: "http://bask.test", tokens: expired, fetch, clock: clientClock() });
    await Promise.all([bask.me.get(), bask.whoami(), bask.auth.refresh(), bask.organizations.list()]);
    expect(sent.filter(({ path }) => path === "/auth/refresh")).toHaveLength(1);
    expect(sent.filter(({ headers }) => headers.Authorization === "Bearer access 1")).toHaveLength(3);
  });

  test("that a sign-out or a sign-in overtook keeps nothing", async () => {
    const refreshed = Promise.withResolvers<Response>();
    const { fetch } = network(({ path }) => {
      if (path === "/auth/refresh") return refreshed.promise;
      return path === "/auth/login" ? answer(7) : new Response(null, { status: 204 });
    });
    const bask = createClient({ url: "http://bask.test", tokens: expired, fetch, clock: clientClock() });
    const call = bask.me.get();
    await bask.auth.login(adas);
    refreshed.resolve(answer(1));
    await call;
    expect(bask.tokens()?.accessToken).toBe("access 7");
  });

  test("is not sent for calls that need no one to be signed in", async () => {
    const { fetch, sent } = network(() => json({}));
    const bask = createClient({ url: "http://bask.test", tokens: expired, fetch, clock: clientClock() });
    await bask.auth.forgotPassword({ email: "ada@example.com" });
    expect(sent.map(({ path, headers }) => [path, headers.Authorization])).toEqual([
      ["/auth/forgot-password", undefined],
    ]);
  });

  test("does not end with the call that wanted it: others go on", async () => {
    const refreshed = Promise.withResolvers<Response>();
    const { fetch } = network(({ path }) => (path === "/auth/refresh" ? refreshed.promise : json({ id: "usr_1" })));
    const bask = createClient({ url: "http://bask.test", tokens: expired, fetch, clock: clientClock() });
    const aborter = new AbortController();
    const [left, stays] = [bask.me.get({ signal: aborter.signal }).catch((error: Error) => error), bask.me.get()];
    aborter.abort(new Error("left"));
    expect(await left).toEqual(new Error("left"));
    refreshed.resolve(answer(1));
    expect(await stays).toMatchObject({ id: "usr_1" });
  });
});

describe("cookie mode", () => {
  /** A browser of which the cookie is kept between visits. */
  function browser() {
    let jar = "";
    const requests: string[] = [];
    const visit = () =>
      open({
        cookie: true,
        async fetch(url, init) {
          requests.push(new URL(url).pathname.slice("/api/v1".length));
          const headers = { ...init.headers, "Sec-Fetch-Site": "same-origin", Cookie: jar };
          const response = await fetch(url, { ...init, headers } as RequestInit);
          jar = response.headers.get("set-cookie")?.split(";")[0] ?? jar;
          return response;
        },
      });
    return { visit, requests };
  }

  test("finds the session again after a reload with the first call, in one refresh for all", async () => {
    const { visit, requests } = browser();
    await visit().auth.login(adas);
    const reloaded = visit();
    const changes = told(reloaded);
    expect(reloaded.authStatus()).toBe("unknown");
    requests.length = 0;
    await Promise.all([reloaded.me.get(), reloaded.sessions.list()]);
    expect(requests.filter((path) => path === "/auth/refresh")).toHaveLength(1);
    expect([typesOf(changes), reloaded.authStatus()]).toEqual([["signed-in"], "signed-in"]);
  });

  test("knows after one refresh that no one is signed in, and tells", async () => {
    const { visit, requests } = browser();
    const bask = visit();
    const changes = told(bask);
    await expectRefusal(bask.me.get(), "UNAUTHORIZED");
    await expectRefusal(bask.me.get(), "UNAUTHORIZED");
    expect(requests).toEqual(["/auth/refresh", "/users/me", "/users/me"]);
    expect(changes).toEqual([{ type: "signed-out", error: undefined }]);
  });
});

describe("a storage", () => {
  test("may be asynchronous", async () => {
    const memory = memoryStorage();
    const storage = {
      getItem: async (key: string) => memory.getItem(key),
      setItem: async (key: string, value: string) => memory.setItem(key, value),
      removeItem: async (key: string) => memory.removeItem(key),
    };
    await open({ storage }).auth.login(adas);
    const later = open({ storage });
    expect(later.authStatus()).toBe("unknown");
    await later.me.get();
    expect(later.authStatus()).toBe("signed-in");
  });

  test("that is full, forbidden or holds something else costs no session, only the next visit", async () => {
    const broken = () => {
      throw new Error("QuotaExceededError");
    };
    for (const storage of [
      { getItem: () => null, setItem: broken, removeItem: broken },
      { getItem: broken, setItem: broken, removeItem: broken },
      { getItem: () => "{nonsense", setItem: broken, removeItem: broken },
      { getItem: async () => broken(), setItem: async () => broken(), removeItem: async () => broken() },
    ]) {
      const bask = open({ storage });
      await bask.auth.login(adas);
      world.time.pass(laterThanGrace);
      await bask.me.get();
      await bask.auth.logout();
      expect(bask.authStatus()).toBe("signed-out");
    }
  });
});
