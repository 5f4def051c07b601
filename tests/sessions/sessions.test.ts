import { beforeAll, describe, expect, test } from "bun:test";
import { eq } from "drizzle-orm";
import { organizations } from "../../src/db/tables";
import { prune } from "../../src/pruning";
import { createClient } from "../support/client";
import { expectRefusal } from "../support/expect";
import { openWorld, type Person, type World } from "../support/world";

let world: World;
let ada: Person;
beforeAll(async () => {
  world = await openWorld();
  ada = await world.person("Ada");
});

const safari =
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15";
const chrome =
  "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36";

async function signInWith(userAgent: string, { email, password }: Person) {
  const bask = createClient({
    url: world.url,
    fetch: (url, init) => fetch(url, { ...init, headers: { ...init.headers, "User-Agent": userAgent } as HeadersInit }),
  });
  await bask.auth.login({ email, password });
  return bask;
}

describe("the list of sessions", () => {
  test("shows the device, the IP address and the times, and marks the current one", async () => {
    const phone = await signInWith(chrome, ada);
    world.time.pass({ minutes: 5 });
    await ada.bask.auth.refresh();
    const { data } = await phone.sessions.list();
    expect(data).toHaveLength(2);
    expect(data[0]).toMatchObject({
      device: "Chrome on Android",
      isCurrent: true,
      ip: "127.0.0.1",
      userAgent: chrome,
    });
    expect(data[1]!.isCurrent).toBe(false);
    expect(Date.parse(data[1]!.lastUsedAt) - Date.parse(data[1]!.createdAt)).toBe(5 * 60_000);
  });

  test("does not repeat a made-up name of a program", async () => {
    const odd = await signInWith("Visit-evil.example/1.0 <b>", ada);
    expect((await odd.sessions.list()).data[0]!.device).toBe("an unknown device");
  });
});

describe("ending sessions", () => {
  test("ends one at once, and once", async () => {
    const phone = await world.signIn(ada);
    const { id } = (await phone.sessions.list()).data.find(({ isCurrent }) => isCurrent)!;
    await ada.bask.sessions.revoke(id);
    await expectRefusal(phone.me.get(), "UNAUTHORIZED");
    await expectRefusal(phone.auth.refresh(), "INVALID_REFRESH_TOKEN");
    await expectRefusal(ada.bask.sessions.revoke(id), "NOT_FOUND");
  });

  test("never ends another user's", async () => {
    const bea = await world.person("Bea");
    const { id } = (await bea.bask.sessions.list()).data[0]!;
    await expectRefusal(ada.bask.sessions.revoke(id), "NOT_FOUND");
    await expectRefusal(ada.bask.sessions.revoke("ses_'; drop table sessions"), "NOT_FOUND");
    await bea.bask.me.get();
  });

  test("ends all others and keeps this one", async () => {
    const others = [await world.signIn(ada), await world.signIn(ada)];
    await ada.bask.sessions.revokeOthers();
    for (const other of others) await expectRefusal(other.me.get(), "UNAUTHORIZED");
    expect((await ada.bask.sessions.list()).data).toHaveLength(1);
  });
});

describe("the number of sessions", () => {
  test("is bounded by the plan: the oldest ends when one more starts", async () => {
    const cleo = await world.person("Cleo");
    const first = await world.signIn(cleo);
    await Promise.all(Array.from({ length: 12 }, () => world.signIn(cleo)));
    const last = await world.signIn(cleo);
    expect((await last.sessions.list()).data).toHaveLength(10);
    await expectRefusal(cleo.bask.me.get(), "UNAUTHORIZED");
    await expectRefusal(first.auth.refresh(), "INVALID_REFRESH_TOKEN");
  });

  test("follows the best plan of the user's organizations", async () => {
    const dora = await world.person("Dora");
    const { id } = await dora.bask.organizations.create({ name: "Paying" });
    await world.app.db.write((tx) =>
      tx
        .update(organizations)
        .set({ plan: "pro" })
        .where(eq(organizations.id, id as never)),
    );
    for (let i = 0; i < 11; i++) await world.signIn(dora);
    expect((await dora.bask.sessions.list()).data).toHaveLength(12);
  });
});

describe("a sign-in", () => {
  test("after an update of the browser or the system, or after years, is no new device", async () => {
    const fay = await world.person("Fay");
    await world.verify(fay);
    const emails = async () => (await world.emailsTo(fay.email)).filter(({ template }) => template === "new-sign-in");
    await signInWith(safari, fay);
    expect(await emails()).toHaveLength(1);
    await signInWith(safari.replace("17.4", "18.0").replace("10_15_7", "11_0"), fay);
    world.time.pass({ days: 200 });
    await prune(world.app);
    await signInWith(safari.replace("17.4", "19.1"), fay);
    expect(await emails()).toHaveLength(1);
    await signInWith(chrome, fay);
    await signInWith("curl/8.5.0", fay);
    await signInWith("curl/8.9.1", fay);
    expect(await emails()).toHaveLength(3);
  });

  test("with a new device sends an email, once, and never for the first device", async () => {
    const elsa = await world.person("Elsa");
    const emailsOf = async () =>
      (await world.emailsTo(elsa.email)).filter(({ template }) => template === "new-sign-in");
    await world.signIn(elsa);
    expect(await emailsOf()).toEqual([]);
    await signInWith(safari, elsa);
    await signInWith(safari, elsa);
    const [message, ...more] = await emailsOf();
    expect(message!.text).toContain("Safari on macOS, from the IP address 127.0.0.1");
    expect(more).toEqual([]);
  });
});
