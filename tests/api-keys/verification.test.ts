import { beforeAll, describe, expect, test } from "bun:test";
import { generateKeyPairSync, sign } from "node:crypto";
import { apiKeyHash, newApiKey } from "../../src/crypto/api-key-secrets";
import { evictIdle } from "../../src/pruning";
import type { BaskError, Permission } from "../../src/sdk/client";
import type { Bask } from "../support/client";
import { expectRefusal } from "../support/expect";
import { beforeNextWrite } from "../support/interleave";
import { openWorld, type Person, type World } from "../support/world";

let world: World;
let ada: Person;
let organization: string;
let gateway: Bask;
beforeAll(async () => {
  world = await openWorld();
  ada = await world.person("Ada");
  organization = (await ada.bask.organizations.create({ name: "Analytical Engines" })).id;
  gateway = world.machine((await create({ scopes: ["api-keys:verify"] })).key);
});

const create = (input: object = {}) => ada.bask.apiKeys.create(organization, { name: "Robot", ...input });
const refusal = async (asked: Promise<unknown>) => ((await asked.catch((error) => error)) as BaskError).code;

describe("verifying a key for another service", () => {
  test("returns what it is and may do, and counts one use", async () => {
    const { id, key } = await create({ scopes: ["members:*"], rateLimit: 3 });
    expect(await gateway.apiKeys.verify({ key, permission: "members:read" })).toMatchObject({
      valid: true,
      code: "VALID",
      keyId: id,
      organizationId: organization,
      environment: "live",
      scopes: ["members:*"],
      expiresAt: null,
      rateLimit: { window: "minute", limit: 3, remaining: 2 },
    });
    expect(await gateway.apiKeys.verify({ key, permission: "usage:read" })).toMatchObject({
      valid: false,
      code: "INSUFFICIENT_SCOPE",
    });
    expect((await gateway.apiKeys.verify({ key, permission: "usage:read", cost: 0 })).valid).toBe(false);
    expect((await gateway.apiKeys.verify({ key, cost: 3 })).code).toBe("RATE_LIMITED");
    expect((await gateway.apiKeys.verify({ key, cost: 2 })).rateLimit?.remaining).toBe(0);
    expect(await gateway.apiKeys.verify({ key, cost: 0 })).toMatchObject({
      valid: false,
      code: "RATE_LIMITED",
      rateLimit: { remaining: 0 },
    });
    await world.app.usage.save();
    expect((await ada.bask.apiKeys.getUsage(organization, id)).total).toEqual({ ok: 2, limited: 1, denied: 1 });
  });

  test("refuses a permission that does not exist, and counts no use", async () => {
    const { id, key } = await create();
    for (const permission of ["members:*", "*", "members:dance", "members", ""]) {
      const asked = [{ key }, { key, permission: permission as Permission }];
      await expectRefusal(gateway.apiKeys.verify({ key, permission: permission as Permission }), "VALIDATION_ERROR");
      const { details } = await expectRefusal(gateway.apiKeys.verifyBatch({ keys: asked }), "VALIDATION_ERROR");
      expect(details![0]!.path).toBe("keys.1.permission");
    }
    await world.app.usage.save();
    expect((await ada.bask.apiKeys.getUsage(organization, id)).total).toEqual({ ok: 0, limited: 0, denied: 0 });
    await ada.bask.apiKeys.revoke(organization, id);
  });

  test("shares the key's quota with its own requests, and with a storm of verifications", async () => {
    const { key } = await create({ rateLimit: 20 });
    await world.machine(key).whoami();
    const all = await Promise.all(Array.from({ length: 50 }, () => gateway.apiKeys.verify({ key })));
    expect(all.filter(({ valid }) => valid)).toHaveLength(19);
  });

  test("counts in the minute in which the key was found", async () => {
    const { id, key } = await create({ rateLimit: 5 });
    const { principals } = world.app;
    const { get } = principals;
    const hash = apiKeyHash(key);
    principals.get = async (asked) => {
      const found = await get(asked);
      if ("hash" in asked && asked.hash === hash) world.time.pass({ minutes: 1 });
      return found;
    };
    const began = world.time.now();
    const { rateLimit } = await gateway.apiKeys.verify({ key });
    principals.get = get;
    expect(new Date(rateLimit!.reset).getTime()).toBeGreaterThan(began + 60_000);
    await ada.bask.apiKeys.revoke(organization, id);
  });

  test("answers a batch in its order, with only a code for keys that do not work", async () => {
    const [good, short, gone] = [await create(), await create({ expiresInDays: 1 }), await create()];
    await ada.bask.apiKeys.revoke(organization, gone.id);
    const keys = [good, short, gone].map(({ key }) => ({ key, cost: 0 }));
    const codes = async () => (await gateway.apiKeys.verifyBatch({ keys })).data.map(({ code }) => code);
    expect(await codes()).toEqual(["VALID", "VALID", "REVOKED"]);
    expect(await gateway.apiKeys.verify({ key: "anything" })).toEqual({ valid: false, code: "NOT_FOUND" });
    world.time.pass({ days: 1 });
    ada.bask = await world.signIn(ada);
    expect(await codes()).toEqual(["VALID", "EXPIRED", "REVOKED"]);
    expect(await refusal(gateway.apiKeys.verifyBatch({ keys: Array(101).fill({ key: "x" }) }))).toBe(
      "VALIDATION_ERROR",
    );
  });

  test("needs the IP address the key was sent from, if the key may not be used from everywhere", async () => {
    const { id, key } = await create({ allowedIps: ["10.0.0.0/8"] });
    const code = async (ip?: string) => (await gateway.apiKeys.verify({ key, ...(ip !== undefined && { ip }) })).code;
    expect(await code()).toBe("IP_NOT_ALLOWED");
    expect(await code("11.0.0.1")).toBe("IP_NOT_ALLOWED");
    expect(await code("10.1.2.3")).toBe("VALID");
    expect((await ada.bask.apiKeys.get(organization, id)).lastUsedIp).toBe("10.1.2.3");
  });

  test("refuses keys of an environment that this deployment does not accept", async () => {
    const { key } = await create({ environment: "test" });
    const live = await openWorld({
      databaseUrl: world.app.config.database.url,
      time: world.time,
      config: { keyEnvironments: ["live"] },
    });
    const verifier = live.machine((await create({ scopes: ["api-keys:verify"] })).key);
    expect(await verifier.apiKeys.verify({ key })).toEqual({ valid: false, code: "WRONG_ENVIRONMENT" });
  });

  test("needs the permission: a key in its own organization, a user in the one they name", async () => {
    const { key } = await create();
    expect(await refusal(world.machine(key).apiKeys.verify({ key }))).toBe("INSUFFICIENT_SCOPE");
    expect(await refusal(ada.bask.apiKeys.verify({ key }))).toBe("VALIDATION_ERROR");
    expect((await ada.bask.apiKeys.verify({ key, organization })).valid).toBe(true);
    const eve = await world.person("Eve");
    expect(await refusal(eve.bask.apiKeys.verify({ key, organization }))).toBe("NOT_FOUND");
    expect(await refusal(world.visitor.apiKeys.verify({ key }))).toBe("UNAUTHORIZED");
  });
});

describe("a leaked key", () => {
  test("is revoked by anyone who holds it, once, with an event and an email", async () => {
    const { id, key, prefix } = await create({ name: "Leaky" });
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, () => world.visitor.apiKeys.revokeLeaked({ key: key })),
    );
    expect(outcomes.filter(({ revoked }) => revoked)).toHaveLength(1);
    expect(await refusal(world.machine(key).whoami())).toBe("INVALID_API_KEY");
    expect((await ada.bask.apiKeys.get(organization, id)).status).toBe("revoked");
    const emails = (await world.emailsTo(ada.email)).filter(({ text }) => text.includes("Leaky"));
    expect(emails).toHaveLength(1);
    expect(emails[0]!.text).toContain(prefix);
    expect(emails[0]!.text).not.toContain(key);
  });

  test.each([
    ["in quotes", (key: string) => `"${key}"`],
    ["with white space and line breaks", (key: string) => ` ${key}\r\n`],
    ["as a variable", (key: string) => `export BASK_KEY='${key}';`],
    ["as a header", (key: string) => `Authorization: Bearer ${key}`],
    ["with a byte order mark", (key: string) => `\ufeff${key}`],
    ["in a URL", (key: string) => `https://example.com/?key=${key}&x=1`],
  ])("is found in what surrounds it: %s", async (_, around) => {
    const { id, key } = await create();
    expect(await world.visitor.apiKeys.revokeLeaked({ key: around(key) })).toEqual({ revoked: true });
    await expectRefusal(world.machine(key).whoami(), "INVALID_API_KEY");
    expect((await ada.bask.apiKeys.get(organization, id)).status).toBe("revoked");
  });

  test("that is not whole is refused, and one that does not exist is not revoked", async () => {
    const { id, key } = await create();
    for (const text of ["bsk_live_nonsense", key.slice(0, -1), key.toLowerCase(), "none"]) {
      const { details } = await expectRefusal(world.visitor.apiKeys.revokeLeaked({ key: text }), "VALIDATION_ERROR");
      expect(details).toEqual([{ path: "key", message: "must contain a whole API key or token" }]);
    }
    expect(await world.visitor.apiKeys.revokeLeaked({ key: newApiKey("live") })).toEqual({ revoked: false });
    await world.machine(key).whoami();
    await ada.bask.apiKeys.revoke(organization, id);
  });

  test("leaves its descendants to the admins, who revoke them with it", async () => {
    const root = await create({ scopes: ["*"] });
    const child = await world.machine(root.key).apiKeys.create(organization, { name: "Child" });
    await world.visitor.apiKeys.revokeLeaked({ key: root.key });
    const { data } = await ada.bask.auditLogs.list(organization, { action: "api_key.leaked", target: root.id });
    expect(data[0]!.details).toMatchObject({ descendants: 1 });
    await world.machine(child.key).whoami();
    await ada.bask.apiKeys.revoke(organization, root.id, { descendants: true });
    await expectRefusal(world.machine(child.key).whoami(), "INVALID_API_KEY");
  });

  test("that does not exist opens no transaction", async () => {
    let opened = false;
    beforeNextWrite(world, async () => {
      opened = true;
    });
    expect(await world.visitor.apiKeys.revokeLeaked({ key: newApiKey("live") })).toEqual({ revoked: false });
    expect(opened).toBe(false);
    expect(await world.visitor.apiKeys.revokeLeaked({ key: (await create()).key })).toEqual({ revoked: true });
    expect(opened).toBe(true);
  });

  test("is revoked when GitHub reports it with a valid signature", async () => {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const listening = await openWorld({
      databaseUrl: world.app.config.database.url,
      time: world.time,
      config: { githubScanningKeys: new Map([["key-1", publicKey.export({ format: "der", type: "spki" })]]) },
    });
    const [first, second] = [await create(), await create()];
    const body = JSON.stringify([
      { token: first.key, type: "bask_api_key", url: "https://github.com/ada/engine/blob/1/a.txt", source: "commit" },
      { token: "bsk_live_nonsense", type: "bask_api_key" },
      { token: second.key, type: "bask_api_key" },
    ]);
    const report = async (identifier: string, signature: string, to = listening) =>
      (
        await to.fetch("/api/v1/api-keys/leaks/github", {
          method: "POST",
          headers: { "Github-Public-Key-Identifier": identifier, "Github-Public-Key-Signature": signature },
          body,
        })
      ).status;
    const signature = sign("sha256", Buffer.from(body), privateKey).toString("base64");
    const forged = sign("sha256", Buffer.from(`${body} `), privateKey).toString("base64");
    expect(await report("key-1", forged)).toBe(401);
    expect(await report("key-2", signature)).toBe(401);
    expect(await report("key-1", "")).toBe(401);
    expect(await report("key-1", signature, world)).toBe(404);
    expect((await ada.bask.apiKeys.get(organization, first.id)).status).toBe("active");
    expect(await report("key-1", signature)).toBe(204);
    for (const { id } of [first, second]) {
      expect((await ada.bask.apiKeys.get(organization, id)).status).toBe("revoked");
    }
  });
});

test("a service's verifications are counted on when the counters of idle keys are evicted", async () => {
  const own = await openWorld();
  const grace = await own.person("Grace");
  const { id } = await grace.bask.organizations.create({ name: "Compilers" });
  const { key } = await grace.bask.apiKeys.create(id, { name: "Robot" });
  const service = { name: "Service", scopes: ["api-keys:verify" as const], rateLimit: 5 };
  const gateway = own.machine((await grace.bask.apiKeys.create(id, service)).key);
  const verify = () => gateway.apiKeys.verify({ key, cost: 0 });
  await verify();
  await own.app.usage.save();
  own.time.pass({ hours: 2 });
  for (let i = 0; i < 5; i++) await verify();
  await own.app.usage.save();
  await own.app.usage.fold();
  evictIdle(own.app);
  await expectRefusal(verify(), "RATE_LIMITED");
});
