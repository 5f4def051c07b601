import { beforeAll, describe, expect, test } from "bun:test";
import { eq } from "drizzle-orm";
import { keyNetworks } from "../../src/db/tables";
import type { ApiKeyId, OrganizationId } from "../../src/ids";
import { siteOf } from "../../src/limits/network";
import { openWorld, type Person, type World } from "../support/world";

let world: World;
let other: World;
let ada: Person;
let organization: string;
beforeAll(async () => {
  const config = { trustedProxies: ["127.0.0.1"] };
  world = await openWorld({ config });
  other = await openWorld({ config, databaseUrl: world.app.config.database.url, time: world.time });
  ada = await world.person("Ada");
  await world.verify(ada);
  organization = (await ada.bask.organizations.create({ name: "Analytical Engines" })).id;
});

async function newKey(name: string) {
  const { id, key } = await ada.bask.apiKeys.create(organization, { name });
  const use = async (ip: string, at = world) => {
    const headers = { "X-API-Key": key, "X-Forwarded-For": ip };
    expect((await at.fetch("/api/v1/whoami", { headers })).status).toBe(200);
  };
  const save = () => Promise.all([world.app.usage.save(), other.app.usage.save()]);
  const events = async () =>
    (await ada.bask.auditLogs.list(organization, { action: "api_key.new_network", target: id })).data
      .map(({ details }) => details)
      .reverse();
  const emails = async () =>
    (await world.emailsTo(ada.email)).filter(
      ({ template, text }) => template === "key-new-network" && text.includes(name),
    );
  return { id: id as ApiKeyId, use, save, events, emails };
}

describe("the network a key is used from", () => {
  test("is recorded without an email when it is the first, and reported when it is new, one email a day", async () => {
    const { use, save, events, emails } = await newKey("Traveller");
    await use("192.0.2.1");
    await save();
    await use("192.0.2.200");
    await save();
    expect(await events()).toEqual([]);

    await use("198.51.100.7");
    await save();
    await use("198.51.100.8");
    await save();
    const first = { name: "Traveller", network: "198.51.100.0/24", ip: "198.51.100.7" };
    expect(await events()).toEqual([first]);
    expect((await emails())[0]!.text).toContain("198.51.100.7");

    await use("2001:db8:1:2::3");
    await use("2001:db8:1:ffff::4");
    await save();
    expect(await events()).toEqual([first, { ...first, network: "2001:db8:1::/48", ip: "2001:db8:1:2::3" }]);
    expect(await emails()).toHaveLength(1);

    world.time.pass({ days: 1 });
    await world.app.feed.poll();
    await other.app.feed.poll();
    ada.bask = await world.signIn(ada);
    await use("203.0.113.1");
    await save();
    expect(await emails()).toHaveLength(2);
  });

  test("is reported once by processes that see it at once, and not again by one that starts", async () => {
    const { use, save, events, emails } = await newKey("Twin");
    await use("192.0.2.1");
    await save();
    await Promise.all([use("198.51.100.1"), use("198.51.100.2", other)]);
    await save();
    expect(await events()).toHaveLength(1);
    await use("192.0.2.9", other);
    await save();
    expect(await events()).toHaveLength(1);
    expect(await emails()).toHaveLength(1);
  });

  test("is reported of two that a new key is used from at once, in any two processes", async () => {
    const { use, save, events } = await newKey("Split");
    await Promise.all([use("192.0.2.1"), use("198.51.100.1", other)]);
    await save();
    expect(await events()).toHaveLength(1);
  });

  test("does not delay the request, and is not lost when it cannot be stored", async () => {
    const { use, save, events } = await newKey("Steady");
    await use("192.0.2.1");
    await save();
    const { write, reader } = world.app.db;
    const refused = () => {
      throw new Error("the database is not there");
    };
    Object.assign(world.app.db, { write: refused, reader: new Proxy({}, { get: refused }) });
    await use("198.51.100.1");
    await expect(world.app.usage.save()).rejects.toThrow("not there");
    Object.assign(world.app.db, { write, reader });
    expect(await events()).toEqual([]);
    await save();
    expect(await events()).toMatchObject([{ ip: "198.51.100.1" }]);
  });

  test("is noticed among the many uses of a busy key, of which one in ten is looked at", async () => {
    const { id, use, save, events } = await newKey("Busy");
    await use("192.0.2.1");
    await save();
    const counted = await world.app.usage.recall({
      id,
      organizationId: organization as OrganizationId,
      environment: "live",
    });
    const count = (ip: string) =>
      world.app.usage.count(counted, "ok", world.app.clock.now(), { ip, userAgent: null, requestId: "req_1" });
    for (let i = 0; i < 50; i++) count("192.0.2.1");
    for (let i = 0; i < 10; i++) count("198.51.100.1");
    await save();
    expect(await events()).toMatchObject([{ ip: "198.51.100.1" }]);
  });

  test("is not recorded any more after a hundred", async () => {
    const { id, use, save, events } = await newKey("Everywhere");
    await use("192.0.2.1");
    for (let i = 0; i < 140; i++) {
      const origin = { ip: `10.0.${i}.1`, userAgent: null, requestId: "req_1" };
      world.app.usage.count(
        await world.app.usage.recall({ id, organizationId: organization as OrganizationId, environment: "live" }),
        "ok",
        world.app.clock.now(),
        origin,
      );
      if (i % 5 === 4) await save();
    }
    const known = await world.app.db.reader.select().from(keyNetworks).where(eq(keyNetworks.keyId, id));
    expect(known.length).toBeGreaterThanOrEqual(100);
    expect(known.length).toBeLessThan(120);
    await use("203.0.113.1");
    await use("203.0.113.1", other);
    await save();
    expect(await events()).not.toContainEqual(expect.objectContaining({ ip: "203.0.113.1" }));
  });

  test("is the /24 or the /48 around an IP address", () => {
    expect(siteOf("192.0.2.77")).toBe("192.0.2.0/24");
    expect(siteOf("::ffff:192.0.2.77")).toBe("192.0.2.0/24");
    expect(siteOf("2001:db8:aaaa:bbbb::1")).toBe("2001:db8:aaaa::/48");
    expect(siteOf("")).toBeUndefined();
  });
});
