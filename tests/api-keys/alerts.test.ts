import { beforeAll, describe, expect, test } from "bun:test";
import { alertAboutAge, alertAboutUse } from "../../src/api-keys/alerts";
import type { ApiKeyId, OrganizationId } from "../../src/ids";
import type { Quotas } from "../../src/limits/windows";
import { openWorld, type Person, type World } from "../support/world";

let world: World;
let other: World;
let ada: Person;
let organization: string;
beforeAll(async () => {
  world = await openWorld();
  other = await openWorld({ databaseUrl: world.app.config.database.url, time: world.time });
  ada = await world.person("Ada");
  await world.verify(ada);
  organization = (await ada.bask.organizations.create({ name: "Analytical Engines" })).id;
});

const create = (name: string, input: object = {}) => ada.bask.apiKeys.create(organization, { name, ...input });
/** Raises alerts in two processes at once; the subjects of the emails about a key so far. */
async function emailsAfter(alert: (app: World["app"]) => Promise<void>, name: string) {
  await Promise.all([alert(world.app), alert(other.app)]);
  return (await world.emailsTo(ada.email)).filter(({ text }) => text.includes(name)).map(({ subject }) => subject);
}
async function pass(days: number) {
  world.time.pass({ days });
  await world.app.feed.poll();
  ada.bask = await world.signIn(ada);
}
const ends = "An API key is about to expire";

describe("a key that is about to expire", () => {
  test("is announced seven days and one day before, once each, and in the headers of every response", async () => {
    const { id, key } = await create("Mayfly", { expiresInDays: 10 });
    const sunset = async () =>
      (await world.fetch("/api/v1/whoami", { headers: { "X-API-Key": key } })).headers.get("sunset");
    expect(await emailsAfter(alertAboutAge, "Mayfly")).toEqual([]);
    expect(await sunset()).toBeNull();
    await pass(4);
    expect(await emailsAfter(alertAboutAge, "Mayfly")).toEqual([ends]);
    expect(await emailsAfter(alertAboutAge, "Mayfly")).toEqual([ends]);
    expect(await sunset()).toBe(new Date(world.time.now() + 6 * 86_400_000).toUTCString());
    await pass(5.5);
    expect(await emailsAfter(alertAboutAge, "Mayfly")).toEqual([ends, ends]);
    const { data } = await ada.bask.auditLogs.list(organization, { target: id });
    expect(data.map(({ action }) => action)).toEqual([
      "api_key.expires_in_1_day",
      "api_key.expires_in_7_days",
      "api_key.created",
    ]);
  });

  test("is not announced when it was created for less, or was rotated, disabled or revoked", async () => {
    await create("Short", { expiresInDays: 1 });
    expect(await emailsAfter(alertAboutAge, "Short")).toEqual([]);
    const rotated = await create("Turned", { expiresInDays: 30 });
    const disabled = await create("Off", { expiresInDays: 10 });
    const revoked = await create("Gone", { expiresInDays: 10 });
    await pass(4);
    await ada.bask.apiKeys.rotate(organization, rotated.id, { overlap: 5, expiresInDays: 90 });
    await ada.bask.apiKeys.disable(organization, disabled.id);
    await ada.bask.apiKeys.revoke(organization, revoked.id);
    for (const name of ["Off", "Gone"]) expect(await emailsAfter(alertAboutAge, name)).toEqual([]);
    expect(await emailsAfter(alertAboutAge, "Turned")).toEqual(["An API key was rotated"]);
  });
});

describe("a key that uses much of its day", () => {
  test("is announced at 80 % and at 100 %, once a day each", async () => {
    const { id } = await create("Busy", { environment: "test" });
    const busy = "An API key is close to its daily limit";
    const consume = async (count: number) => {
      const key = { id: id as ApiKeyId, organizationId: organization as OrganizationId, environment: "test" as const };
      await other.app.usage.recall(key);
      const use = await world.app.usage.recall(key);
      const own: Quotas = [
        { name: "minute", limit: 1_000, seconds: 60 },
        { name: "hour", limit: 1_000, seconds: 3_600 },
        { name: "day", limit: 1_000, seconds: 86_400 },
      ];
      const limits = { own, organization: [], verification: [] };
      for (let i = 0; i < count; i++) world.app.usage.consume(use, limits, world.app.clock.now());
      await world.app.usage.save();
      await world.app.usage.fold();
    };
    await consume(799);
    expect(await emailsAfter(alertAboutUse, "Busy")).toEqual([]);
    await consume(1);
    expect(await emailsAfter(alertAboutUse, "Busy")).toEqual([busy]);
    await consume(200);
    expect(await emailsAfter(alertAboutUse, "Busy")).toEqual([busy, busy]);
    expect(await emailsAfter(alertAboutUse, "Busy")).toEqual([busy, busy]);
    expect((await world.emailsTo(ada.email)).at(-1)!.text).toContain("100%");
    await pass(1);
    await consume(800);
    expect(await emailsAfter(alertAboutUse, "Busy")).toEqual([busy, busy, busy]);
  });
});

describe("a key that is not used", () => {
  test("is reported after 90 days, or disabled where the installation is configured to", async () => {
    const { id } = await create("Forgotten");
    const { key } = await create("Used");
    await pass(89);
    await world.machine(key).whoami();
    await world.app.usage.save();
    expect(await emailsAfter(alertAboutAge, "Forgotten")).toEqual([]);
    await pass(1.5);
    expect(await emailsAfter(alertAboutAge, "Forgotten")).toEqual(["An API key is not used"]);
    expect(await emailsAfter(alertAboutAge, "Used")).toEqual([]);
    expect((await ada.bask.apiKeys.get(organization, id)).status).toBe("active");

    await pass(90);
    const strict = await openWorld({
      databaseUrl: world.app.config.database.url,
      time: world.time,
      config: { unusedKeys: "disable" },
    });
    await alertAboutAge(strict.app);
    for (const search of ["Used", "Forgotten"]) {
      const [found] = (await ada.bask.apiKeys.list(organization, { search })).data;
      expect(found).toMatchObject({ status: "disabled", disabledBecause: "unused" });
    }
  });
});

test("the plan shows what it allows and how much of it is in use", async () => {
  const { id } = await ada.bask.organizations.create({ name: "Overview" });
  await ada.bask.apiKeys.create(id, { name: "One" });
  expect(await ada.bask.plan.get(id)).toEqual({
    plan: "free",
    perKey: { minute: 100, hour: 2_000, day: 10_000 },
    perOrganization: { minute: 1_000, hour: 20_000, day: 100_000 },
    verifications: 6_000,
    activeKeys: { limit: 10, used: 1 },
    members: { limit: 5, used: 1 },
    sessions: 10,
    usageHistory: 7,
    auditHistory: 90,
    webhooks: { limit: 1, used: 0 },
  });
});
