import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { eq } from "drizzle-orm";
import { auditEvents, sessions } from "../../src/db/tables";
import type { SessionId } from "../../src/ids";
import type { SessionTokens } from "../../src/sdk/client";
import { createClient } from "../support/client";
import { realTime, testTime } from "../support/clock";
import { expectRefusal, storm } from "../support/expect";
import { beforeNextWrite } from "../support/interleave";
import { openWorld, type Person, type World } from "../support/world";

let world: World;
let ada: Person;
let first: SessionTokens;
beforeEach(async () => {
  world = await openWorld();
  ada = await world.person("Ada");
  first = ada.bask.tokens()!;
});
afterEach(() => world.close());

const refresh = (token: string) =>
  createClient({ url: world.url, tokens: { accessToken: "", refreshToken: token } }).auth.refresh();
const me = (accessToken: string) =>
  createClient({ url: world.url, tokens: { accessToken, refreshToken: "" } }).me.get();

async function adasSession() {
  const tokens = { accessToken: first.accessToken, refreshToken: "" };
  const { sessionId } = (await createClient({ url: world.url, tokens }).whoami()) as unknown as {
    sessionId: SessionId;
  };
  return sessionId;
}

describe("the current refresh token", () => {
  test("is exchanged for a new pair that works", async () => {
    const second = await refresh(first.refreshToken);
    expect(second.refreshToken).not.toBe(first.refreshToken);
    expect((await me(second.accessToken)).email).toBe(ada.email);
    expect((await refresh(second.refreshToken)).refreshToken).not.toBe(second.refreshToken);
  });

  test("used 50 times at once rotates once, and every response is the same usable token", async () => {
    const { won } = await storm(50, () => refresh(first.refreshToken));
    expect(won).toHaveLength(50);
    expect(new Set(won.map(({ refreshToken }) => refreshToken)).size).toBe(1);
    const [row] = await world.app.db.reader
      .select()
      .from(sessions)
      .where(eq(sessions.id, await adasSession()));
    expect(row!.generation).toBe(1);
    for (const { accessToken } of won) expect((await me(accessToken)).email).toBe(ada.email);
  });

  test("expires seven days after its last use, to the second", async () => {
    world.time.pass({ days: 6, hours: 23, minutes: 59, seconds: 59 });
    const second = await refresh(first.refreshToken);
    world.time.pass({ days: 7 });
    await expectRefusal(refresh(second.refreshToken), "INVALID_REFRESH_TOKEN");
  });

  test("never extends its session beyond thirty days", async () => {
    let token = first.refreshToken;
    for (let day = 6; day < 30; day += 6) {
      world.time.pass({ days: 6 });
      token = (await refresh(token)).refreshToken;
    }
    world.time.pass({ days: 6 });
    await expectRefusal(refresh(token), "INVALID_REFRESH_TOKEN");
  });

  test("of one session has no effect on another", async () => {
    const phone = (await world.signIn(ada)).tokens()!;
    await refresh(first.refreshToken);
    expect((await me(phone.accessToken)).email).toBe(ada.email);
    expect((await refresh(phone.refreshToken)).refreshToken).toBeString();
  });
});

describe("the immediate parent of the current token", () => {
  test("gets the same successor, byte for byte, within the grace", async () => {
    const second = await refresh(first.refreshToken);
    world.time.pass({ seconds: 30 });
    expect((await refresh(first.refreshToken)).refreshToken).toBe(second.refreshToken);
  });

  test("ends the session and its access tokens after the grace, and is audited", async () => {
    const second = await refresh(first.refreshToken);
    world.time.pass({ seconds: 30, milliseconds: 1 });
    await expectRefusal(refresh(first.refreshToken), "INVALID_REFRESH_TOKEN");
    await expectRefusal(me(second.accessToken), "UNAUTHORIZED");
    await expectRefusal(me(first.accessToken), "UNAUTHORIZED");
    await expectRefusal(refresh(second.refreshToken), "INVALID_REFRESH_TOKEN");
    const events = await world.app.db.reader
      .select()
      .from(auditEvents)
      .where(eq(auditEvents.action, "session.reuse_detected"));
    expect(events).toHaveLength(1);
  });

  test("does not extend the grace by repeating", async () => {
    await refresh(first.refreshToken);
    world.time.pass({ seconds: 20 });
    await refresh(first.refreshToken);
    world.time.pass({ seconds: 11 });
    await expectRefusal(refresh(first.refreshToken), "INVALID_REFRESH_TOKEN");
  });

  test("is refused once its successor was used, and ends nothing within its own grace", async () => {
    const second = await refresh(first.refreshToken);
    const third = await refresh(second.refreshToken);
    await expectRefusal(refresh(first.refreshToken), "INVALID_REFRESH_TOKEN");
    expect((await me(third.accessToken)).email).toBe(ada.email);
    expect((await refresh(third.refreshToken)).refreshToken).toBeString();
  });

  test("is judged by when it was rotated, however many rotations came after", async () => {
    const tokens = [first.refreshToken];
    for (let i = 0; i < 6; i++) {
      world.time.pass({ seconds: 4 });
      tokens.push((await refresh(tokens.at(-1)!)).refreshToken);
    }
    // the first was rotated 20 seconds ago
    await expectRefusal(refresh(tokens[0]!), "INVALID_REFRESH_TOKEN");
    expect((await refresh(tokens.at(-1)!)).refreshToken).toBeString();
    world.time.pass({ seconds: 11 });
    await expectRefusal(refresh(tokens[0]!), "INVALID_REFRESH_TOKEN");
    await expectRefusal(refresh(tokens.at(-1)!), "INVALID_REFRESH_TOKEN");
  });

  test("gets no second chance from a clock that is set back", async () => {
    await refresh(first.refreshToken);
    world.time.pass({ seconds: 31 });
    world.app.clock.now();
    world.time.jump(-25_000);
    await expectRefusal(refresh(first.refreshToken), "INVALID_REFRESH_TOKEN");
  });
});

describe("a session that is refreshed again and again", () => {
  test("keeps a history of its latest hundred rotations and still knows them", async () => {
    let token = first.refreshToken;
    for (let i = 0; i < 200; i++) {
      world.time.pass({ seconds: 1 });
      token = (await refresh(token)).refreshToken;
    }
    const [row] = await world.app.db.reader
      .select()
      .from(sessions)
      .where(eq(sessions.id, await adasSession()));
    expect(row!.generation).toBe(200);
    const latest = Array.from({ length: 100 }, (_, i) => String(row!.rotatedAt.getTime() - (99 - i) * 1_000));
    expect(row!.rotations.split(",")).toEqual(latest);
    await expectRefusal(refresh(first.refreshToken), "INVALID_REFRESH_TOKEN");
    await expectRefusal(refresh(token), "INVALID_REFRESH_TOKEN");
  });
});

describe("a session that is refreshed many times within the grace", () => {
  test("does not end when an old token comes back whose own grace is not over", async () => {
    let token = first.refreshToken;
    for (let i = 0; i < 200; i++) token = (await refresh(token)).refreshToken;
    await expectRefusal(refresh(first.refreshToken), "INVALID_REFRESH_TOKEN");
    token = (await refresh(token)).refreshToken;
    world.time.pass({ seconds: 30, milliseconds: 1 });
    await expectRefusal(refresh(first.refreshToken), "INVALID_REFRESH_TOKEN");
    await expectRefusal(refresh(token), "INVALID_REFRESH_TOKEN");
  });

  test("ends when a token comes back that was rotated before its history begins", async () => {
    const second = await refresh(first.refreshToken);
    world.time.pass({ minutes: 2 });
    const third = await refresh(second.refreshToken);
    await expectRefusal(refresh(first.refreshToken), "INVALID_REFRESH_TOKEN");
    await expectRefusal(refresh(third.refreshToken), "INVALID_REFRESH_TOKEN");
  });
});

describe("without a grace", () => {
  test("a repetition that arrived with the rotation is not a reuse, however long it waited to be judged", async () => {
    const strict = await openWorld({ config: { refreshGraceSeconds: 0 } });
    const { refreshToken } = (await strict.person("Ben")).bask.tokens()!;
    const rotate = () => createClient({ url: strict.url, tokens: { accessToken: "", refreshToken } }).auth.refresh();
    const successor = await rotate();
    beforeNextWrite(strict, async () => strict.time.pass({ seconds: 1 }));
    expect((await rotate()).refreshToken).toBe(successor.refreshToken);
    await expectRefusal(rotate(), "INVALID_REFRESH_TOKEN");
    await expectRefusal(createClient({ url: strict.url, tokens: successor }).me.get(), "UNAUTHORIZED");
  });
});

describe("a session that ended", () => {
  test("refuses all its tokens, also within the grace", async () => {
    const second = await refresh(first.refreshToken);
    await createClient({ url: world.url, tokens: second }).auth.logout();
    await expectRefusal(refresh(first.refreshToken), "INVALID_REFRESH_TOKEN");
    await expectRefusal(refresh(second.refreshToken), "INVALID_REFRESH_TOKEN");
  });

  test("is not revived by a refresh that races its end", async () => {
    const racers = await Promise.all(
      Array.from({ length: 8 }, async () => {
        const bask = await world.signIn(ada);
        return { pair: bask.tokens()!, bask };
      }),
    );
    await Promise.all(
      racers.map(async ({ pair, bask }) => {
        const [refreshed] = await Promise.allSettled([refresh(pair.refreshToken), bask.auth.logout()]);
        const survivor = refreshed.status === "fulfilled" ? refreshed.value : pair;
        await expectRefusal(me(survivor.accessToken), "UNAUTHORIZED");
        await expectRefusal(refresh(survivor.refreshToken), "INVALID_REFRESH_TOKEN");
      }),
    );
  });
});

describe("processes whose clocks differ", () => {
  test("by a few seconds see the same grace, and no reuse", async () => {
    const ahead = await openWorld({
      databaseUrl: world.app.config.database.url,
      time: testTime(world.time.now() + 4_000),
    });
    const at = (url: string, token: string) =>
      createClient({ url, tokens: { accessToken: "", refreshToken: token } }).auth.refresh();
    const second = await at(ahead.url, first.refreshToken);
    expect((await at(world.url, first.refreshToken)).refreshToken).toBe(second.refreshToken);
    expect((await at(ahead.url, second.refreshToken)).refreshToken).toBeString();
    await ahead.close();
  });

  test("by more refuse a token that was rotated in the future, and end nothing", async () => {
    const ahead = await openWorld({
      databaseUrl: world.app.config.database.url,
      time: testTime(world.time.now() + 60_000),
    });
    const second = await createClient({ url: ahead.url, tokens: first }).auth.refresh();
    await expectRefusal(refresh(first.refreshToken), "INVALID_REFRESH_TOKEN");
    expect((await refresh(second.refreshToken)).refreshToken).toBeString();
    await ahead.close();
  });

  test("from a transaction's start while it waited for a lock: parallel refreshes in real time all succeed", async () => {
    const real = await openWorld({ time: realTime() });
    const grace = await real.person("Grace");
    let token = grace.bask.tokens()!.refreshToken;
    for (let round = 0; round < 20; round++) {
      const { won } = await storm(16, () =>
        createClient({ url: real.url, tokens: { accessToken: "", refreshToken: token } }).auth.refresh(),
      );
      expect(new Set(won.map(({ refreshToken }) => refreshToken)).size).toBe(1);
      expect(won).toHaveLength(16);
      token = won[0]!.refreshToken;
    }
    await real.close();
  });
});

describe("anything else", () => {
  test("is refused and ends nothing", async () => {
    const junk = [
      "",
      "bsr_",
      first.accessToken,
      `${first.refreshToken}=`,
      `${first.refreshToken.slice(0, -1)}!`,
      first.refreshToken.toUpperCase(),
      "bsr_".padEnd(64, "A"),
    ];
    for (const token of junk) await expectRefusal(refresh(token), "INVALID_REFRESH_TOKEN");
    expect((await refresh(first.refreshToken)).refreshToken).toBeString();
  });

  test("cannot be computed from the tables: every character of a token counts", async () => {
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for (let i = 4; i < first.refreshToken.length; i++) {
      const other = alphabet[(alphabet.indexOf(first.refreshToken[i]!) + 1) % 64];
      expect(
        world.app.refreshTokens.read(first.refreshToken.slice(0, i) + other + first.refreshToken.slice(i + 1)),
      ).toBeUndefined();
    }
  });
});
