import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { and, eq } from "drizzle-orm";
import { auditEvents } from "../../src/db/tables";
import type { SessionTokens } from "../../src/sdk/client";
import { createClient } from "../support/client";
import { expectRefusal } from "../support/expect";
import { openWorld, type Person, type World } from "../support/world";

let world: World;
let elsewhere: World;
let ada: Person;
beforeAll(async () => {
  world = await openWorld();
  elsewhere = await openWorld({ databaseUrl: world.app.config.database.url, time: world.time });
  ada = await world.person("Ada");
});
afterAll(async () => {
  await elsewhere.close();
  await world.close();
});

const me = (pair: SessionTokens, url = world.url) =>
  createClient({ url, tokens: { accessToken: pair.accessToken, refreshToken: "" } }).me.get();
const logout = (body: object, accessToken?: string) =>
  world.fetch("/auth/logout", {
    method: "POST",
    headers: { "Content-Type": "application/json", ...(accessToken && { Authorization: `Bearer ${accessToken}` }) },
    body: JSON.stringify(body),
  });

describe("signing out", () => {
  test("ends this session from the next request on, and no other", async () => {
    const [phone, laptop] = [await world.signIn(ada), await world.signIn(ada)];
    const pair = phone.tokens()!;
    expect((await me(pair)).email).toBe(ada.email);
    expect((await logout({}, pair.accessToken)).status).toBe(204);
    await expectRefusal(me(pair), "UNAUTHORIZED");
    await expectRefusal(createClient({ url: world.url, tokens: pair }).auth.refresh(), "INVALID_REFRESH_TOKEN");
    expect((await laptop.me.get()).email).toBe(ada.email);
  });

  test("works with the refresh token alone", async () => {
    const pair = (await world.signIn(ada)).tokens()!;
    expect((await logout({ refreshToken: pair.refreshToken })).status).toBe(204);
    await expectRefusal(me(pair), "UNAUTHORIZED");
  });

  test("succeeds when the session has already ended", async () => {
    const pair = (await world.signIn(ada)).tokens()!;
    expect((await logout({ refreshToken: pair.refreshToken })).status).toBe(204);
    expect((await logout({ refreshToken: pair.refreshToken })).status).toBe(204);
  });

  test("of all sessions ends them all, in other processes as soon as they poll", async () => {
    const pairs = [(await world.signIn(ada)).tokens()!, (await world.signIn(ada)).tokens()!];
    for (const pair of pairs) expect((await me(pair, elsewhere.url)).email).toBe(ada.email);
    await createClient({ url: world.url, tokens: { ...pairs[0]!, expiresAt: Number.POSITIVE_INFINITY } }).auth.logout({
      allSessions: true,
    });
    for (const pair of pairs) await expectRefusal(me(pair), "UNAUTHORIZED");
    await elsewhere.app.feed.poll();
    for (const pair of pairs) await expectRefusal(me(pair, elsewhere.url), "UNAUTHORIZED");
  });

  test("in one process is known in another that has not polled for a second", async () => {
    const bask = await world.signIn(ada);
    const pair = bask.tokens()!;
    expect((await me(pair, elsewhere.url)).email).toBe(ada.email);
    await bask.auth.logout();
    world.time.pass({ seconds: 1 });
    await expectRefusal(me(pair, elsewhere.url), "UNAUTHORIZED");
  });

  test("with the token of a session that has ended cannot end other sessions", async () => {
    const stolen = (await world.signIn(ada)).tokens()!;
    await logout({ refreshToken: stolen.refreshToken });
    const owner = await world.signIn(ada);
    expect((await logout({ refreshToken: stolen.refreshToken, allSessions: true })).status).toBe(401);
    expect((await owner.me.get()).email).toBe(ada.email);
  });

  test("works with a valid refresh token beside an expired access token", async () => {
    const pair = (await world.signIn(ada)).tokens()!;
    world.time.pass({ minutes: 16 });
    expect((await logout({ refreshToken: pair.refreshToken }, pair.accessToken)).status).toBe(204);
    expect((await logout({}, pair.accessToken)).status).toBe(401);
  });

  test("needs a token", async () => {
    expect((await logout({})).status).toBe(401);
    expect((await logout({ refreshToken: "bsr_junk" })).status).toBe(401);
  });
});

describe("signing out with a refresh token that was rotated", () => {
  /** A session of three generations, and its tokens, the latest last. */
  async function rotatedTwice() {
    const bask = await world.signIn(ada);
    const tokens = [bask.tokens()!.refreshToken];
    for (let i = 0; i < 2; i++) tokens.push((await bask.auth.refresh()).refreshToken);
    return { bask, tokens: tokens as [string, string, string] };
  }
  const reuses = async (of: Person = ada) => {
    const { id } = await of.bask.me.get();
    return world.app.db.reader.$count(
      auditEvents,
      and(eq(auditEvents.chain, id), eq(auditEvents.action, "session.reuse_detected")),
    );
  };

  test("works with the immediate parent within the grace", async () => {
    const { bask, tokens } = await rotatedTwice();
    expect((await logout({ refreshToken: tokens[1] })).status).toBe(204);
    await expectRefusal(bask.me.get(), "UNAUTHORIZED");
  });

  test("is refused with an older one within its own grace, and ends nothing", async () => {
    const { bask, tokens } = await rotatedTwice();
    for (const allSessions of [false, true]) {
      expect((await logout({ refreshToken: tokens[0], allSessions })).status).toBe(401);
      expect((await bask.me.get()).email).toBe(ada.email);
    }
  });

  test("after its grace is a reuse: its session ends and no other, audited once, with an email", async () => {
    ada = await world.person("Bea");
    await world.verify(ada);
    const before = await reuses();
    for (const allSessions of [false, true]) {
      const other = await world.signIn(ada);
      const { bask, tokens } = await rotatedTwice();
      world.time.pass({ seconds: 31 });
      expect((await logout({ refreshToken: tokens[0], allSessions })).status).toBe(401);
      await expectRefusal(bask.me.get(), "UNAUTHORIZED");
      expect((await other.me.get()).email).toBe(ada.email);
      expect((await logout({ refreshToken: tokens[0], allSessions: true })).status).toBe(401);
    }
    expect(await reuses()).toBe(before + 2);
    const names = (await world.emailsTo(ada.email)).map(({ template }) => template);
    expect(names.filter((name) => name === "session-reuse")).toHaveLength(2);
  });

  test("fifty times at once is one reuse", async () => {
    const { tokens } = await rotatedTwice();
    world.time.pass({ seconds: 31 });
    const before = await reuses();
    const statuses = await Promise.all(
      Array.from({ length: 50 }, async () => (await logout({ refreshToken: tokens[0] })).status),
    );
    expect(statuses).toContain(401);
    expect(await reuses()).toBe(before + 1);
  });
});

describe("the list of sessions", () => {
  test("shows each device, marks the current one, and hides what has ended", async () => {
    const eve = await world.person("Eve");
    const phone = await world.signIn(eve);
    const { data } = await eve.bask.sessions.list();
    expect(data).toHaveLength(2);
    expect(data.map(({ isCurrent }) => isCurrent)).toEqual([false, true]);
    expect(data[0]).toMatchObject({
      id: expect.stringMatching(/^ses_/),
      ip: "127.0.0.1",
      userAgent: expect.stringContaining("Bun/"),
    });
    await phone.auth.logout();
    expect((await eve.bask.sessions.list()).data).toHaveLength(1);
  });
});
