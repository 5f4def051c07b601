import { beforeAll, describe, expect, test } from "bun:test";
import { randomBytes } from "node:crypto";
import { openKeyring } from "../../src/crypto/keyring";
import { idempotencyKeys } from "../../src/db/tables";
import { prune } from "../../src/pruning";
import { forgetSecret } from "../../src/secrets/secrets";
import { admit } from "../support/organizations";
import { openWorld, type Person, type World } from "../support/world";

let world: World;
let ada: Person;
let organization: string;
let second: string;
let token: string;
beforeAll(async () => {
  world = await openWorld();
  ada = await world.person("Ada");
  organization = (await ada.bask.organizations.create({ name: "Analytical Engines" })).id;
  second = (await ada.bask.organizations.create({ name: "Difference Engines" })).id;
  token = ada.bask.tokens()!.accessToken;
});

const make = (
  key: string,
  body: object = { name: "Robot" },
  { from = world, bearer = token, of = organization } = {},
) =>
  from.fetch(`/api/v1/organizations/${of}/api-keys`, {
    method: "POST",
    headers: { Authorization: `Bearer ${bearer}`, "Content-Type": "application/json", "Idempotency-Key": key },
    body: JSON.stringify(body),
  });
const keys = async () => {
  const listed = await world.fetch(`/api/v1/organizations/${organization}/api-keys`, {
    headers: { Authorization: `Bearer ${token}` },
  });
  return ((await listed.json()) as { data: unknown[] }).data.length;
};

describe("an Idempotency-Key", () => {
  test("gives the same response again, with the secret, and creates nothing twice", async () => {
    const before = await keys();
    const first = await make("again");
    const second = await make("again");
    expect(second.status).toBe(201);
    expect(first.headers.get("idempotent-replayed")).toBeNull();
    expect(second.headers.get("idempotent-replayed")).toBe("true");
    const created = await first.json();
    expect(created.key).toStartWith("bsk_live_");
    expect(await second.json()).toEqual(created);
    expect(await keys()).toBe(before + 1);
  });

  test("creates one thing under fifty requests at once, in two processes", async () => {
    const before = await keys();
    const other = await openWorld({ databaseUrl: world.app.config.database.url, time: world.time });
    const responses = await Promise.all(
      Array.from({ length: 50 }, (_, i) => make("storm", undefined, { from: i % 2 ? other : world })),
    );
    const made = responses.filter(({ status }) => status === 201);
    expect(responses.filter(({ status }) => status === 409)).toHaveLength(50 - made.length);
    expect(made.length).toBeGreaterThanOrEqual(25);
    expect(new Set(await Promise.all(made.map((response) => response.text()))).size).toBe(1);
    expect(await keys()).toBe(before + 1);
    await other.close();
  });

  test("is for one request: another body or route is refused", async () => {
    await make("mine");
    expect((await make("mine", { name: "Other" })).status).toBe(422);
    expect((await make("mine", { name: "Robot" }, { of: second })).status).toBe(422);
  });

  test("is for the same JSON, whatever the order of its names, white space and null", async () => {
    const { id: of } = await ada.bask.organizations.create({ name: "Orders" });
    const metadata = { team: "engines", note: "x", seven: "7" };
    const made = await make("order", { name: "Robot", metadata }, { of });
    const again = await make(
      "order",
      {
        description: null,
        metadata: { note: "x", seven: "7", team: "engines" },
        name: " Robot ",
      },
      { of },
    );
    expect([made.status, again.status, again.headers.get("idempotent-replayed")]).toEqual([201, 201, "true"]);
    expect((await make("order", { name: "Robot", metadata: { ...metadata, note: "y" } }, { of })).status).toBe(422);
    expect((await make("lists", { name: "Robot", scopes: ["usage:read", "roles:read"] }, { of })).status).toBe(201);
    expect((await make("lists", { name: "Robot", scopes: ["roles:read", "usage:read"] }, { of })).status).toBe(422);
  });

  test("belongs to its sender", async () => {
    const { key } = await (await make("shared", { name: "Maker", scopes: ["api-keys:*"] })).json();
    const hers = await make("shared", { name: "Child", scopes: ["api-keys:read"] }, { bearer: key });
    expect(hers.status).toBe(201);
    expect((await hers.json()).name).toBe("Child");
  });

  test("gives no secret again to an actor who lost the permission", async () => {
    const { id: of } = await ada.bask.organizations.create({ name: "Elsewhere" });
    const bob = await world.person("Bob");
    const membership = await admit(world, of, bob, "admin");
    const bobs = { of, bearer: bob.bask.tokens()!.accessToken };
    const { key: bearer } = await (await make("maker", { name: "Maker", scopes: ["api-keys:*"] }, bobs)).json();
    const statuses = async () => [
      (await make("by-a-person", { name: "Robot" }, bobs)).status,
      (await make("by-a-key", { name: "Child", scopes: ["api-keys:read"] }, { of, bearer })).status,
    ];
    expect(await statuses()).toEqual([201, 201]);
    await ada.bask.members.update(of, membership, { role: "viewer" });
    expect(await statuses()).toEqual([403, 403]);
    await ada.bask.members.update(of, membership, { role: "admin" });
    expect(await statuses()).toEqual([201, 201]);
    await ada.bask.members.remove(of, membership);
    expect(await statuses()).toEqual([404, 401]);
  });

  test("can be used again after an error, which changed nothing", async () => {
    expect((await make("refused", { name: "Robot", scopes: ["no:scope"] })).status).toBe(422);
    expect((await make("refused", { name: "Robot" })).status).toBe(201);
  });

  test("lets nothing happen twice when the response was lost", async () => {
    const before = await keys();
    const { seal } = world.app.sealer;
    Object.assign(world.app.sealer, {
      seal: () => {
        throw new Error("the process dies between the change and its response");
      },
    });
    expect((await make("lost")).status).toBe(500);
    Object.assign(world.app.sealer, { seal });
    const early = await make("lost");
    expect([early.status, early.headers.get("retry-after")]).toEqual([409, "1"]);
    world.time.pass({ minutes: 2 });
    const late = await make("lost");
    expect([late.status, (await late.json()).error.reason]).toEqual([409, "response_unreadable"]);
    expect(await keys()).toBe(before + 1);
  });

  test("is a conflict when the secret that sealed its response was removed", async () => {
    const old = await openWorld();
    const eve = await old.person("Eve");
    const { id: of } = await eve.bask.organizations.create({ name: "Old" });
    const bearer = eve.bask.tokens()!.accessToken;
    expect((await make("dropped", undefined, { from: old, bearer, of })).status).toBe(201);
    const databaseUrl = old.app.config.database.url;
    const secret = randomBytes(32);
    const secretKeys = [secret, ...old.app.config.secretKeys];
    const both = await openWorld({ databaseUrl, time: old.time, config: { secretKeys } });
    await forgetSecret(both.app, openKeyring(old.app.config.secretKeys).ids[0]);
    await both.close();
    const fresh = await openWorld({ databaseUrl, time: old.time, config: { secretKeys: [secret] } });
    const again = (await fresh.signIn(eve)).tokens()!.accessToken;
    const refused = await make("dropped", undefined, { from: fresh, bearer: again, of });
    expect([refused.status, (await refused.json()).error.reason]).toEqual([409, "response_unreadable"]);
    await fresh.close();
  });

  test("is taken over from a process that died before it did anything", async () => {
    const { write } = world.app.db;
    let calls = 0;
    world.app.db.write = (unit) => (++calls >= 2 ? Promise.reject(new Error("killed")) : write(unit));
    expect((await make("abandoned")).status).toBe(500);
    world.app.db.write = write;
    expect((await make("abandoned")).status).toBe(409);
    world.time.pass({ minutes: 2 });
    expect((await make("abandoned")).status).toBe(201);
  });

  test("can be used again at once after an internal error, which was rolled back", async () => {
    const { id: of } = await ada.bask.organizations.create({ name: "Bugs" });
    const { write } = world.app.db;
    let calls = 0;
    world.app.db.write = (unit) =>
      ++calls === 2
        ? write(async (tx) => {
            await unit(tx);
            throw new Error("a bug");
          })
        : write(unit);
    expect((await make("bug", undefined, { of })).status).toBe(500);
    world.app.db.write = write;
    expect((await make("bug", undefined, { of })).status).toBe(201);
    expect((await ada.bask.apiKeys.list(of)).data).toHaveLength(1);
  });

  test("lets a request that was slower than its repetition change nothing", async () => {
    const before = await keys();
    const other = await openWorld({ databaseUrl: world.app.config.database.url, time: world.time });
    const { write } = world.app.db;
    const claimed = Promise.withResolvers<void>();
    const resumed = Promise.withResolvers<void>();
    let calls = 0;
    world.app.db.write = async (unit) => {
      if (++calls === 2) {
        claimed.resolve();
        await resumed.promise;
      }
      return write(unit);
    };
    const slow = make("slow");
    await claimed.promise;
    expect((await make("slow", undefined, { from: other })).status).toBe(409);
    world.time.pass({ minutes: 2 });
    const repeated = await make("slow", undefined, { from: other });
    expect(repeated.status).toBe(201);
    resumed.resolve();
    expect((await slow).status).toBe(409);
    world.app.db.write = write;
    expect(await keys()).toBe(before + 1);
    const third = await make("slow");
    expect(third.headers.get("idempotent-replayed")).toBe("true");
    expect(await third.json()).toEqual(await repeated.json());
    await other.close();
  });

  test("must be printable, and is stored only as a hash; the key it created only sealed", async () => {
    expect((await make("a b")).status).toBe(400);
    expect((await make("x".repeat(256))).status).toBe(400);
    const { key } = await (await make("canary-of-the-header")).json();
    const stored = JSON.stringify(await world.app.db.reader.select().from(idempotencyKeys));
    expect(stored).not.toContain("canary-of-the-header");
    expect(stored).not.toContain(key);
  });

  test("can be used again, and is removed, after a day", async () => {
    const { key: bearer } = await (
      await make("maker", { name: "Maker", scopes: ["api-keys:*"] }, { of: second })
    ).json();
    const child = () => make("yesterday", { name: "Child", scopes: ["api-keys:read"] }, { bearer, of: second });
    const { id } = await (await child()).json();
    world.time.pass({ hours: 24, seconds: 1 });
    await world.app.feed.poll();
    const again = await child();
    expect(again.status).toBe(201);
    expect((await again.json()).id).not.toBe(id);
    world.time.pass({ hours: 24, seconds: 1 });
    await prune(world.app);
    expect(await world.app.db.reader.select().from(idempotencyKeys)).toEqual([]);
  });
});
