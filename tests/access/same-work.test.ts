import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { isPermission, needOf } from "../../scripts/docs/permissions";
import { dialect } from "../../src/db/dialect";
import { newId } from "../../src/ids";
import { routes } from "../../src/server/routes";
import { openToAttack } from "../support/attack";
import { statementsOf } from "../support/statements";
import { openWorld, type Person, type World } from "../support/world";

/*
 * Times that tell something are measured by `bun run timing`. What makes them differ is held here: how many passwords are hashed, and which
 * statements are executed.
 */

let world: World;
let ada: Person;
let hashed = 0;

beforeAll(async () => {
  world = await openWorld({ config: { ...openToAttack, authRateLimit: 1_000 } });
  ada = await world.person("Ada");
  const { passwords } = world.app;
  const counted = <Call extends (...values: never[]) => unknown>(call: Call) =>
    ((...values) => {
      hashed++;
      return call(...values);
    }) as Call;
  const { hash, verify } = passwords;
  Object.assign(passwords, { hash: counted(hash), verify: counted(verify) });
});
afterAll(() => world.close());

/** What a request from a network that no account knows costs. */
async function workOf(path: string, body: object) {
  const before = hashed;
  const statements = await statementsOf(() =>
    world.fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Forwarded-For": "203.0.113.7" },
      body: JSON.stringify(body),
    }),
  );
  return { hashes: hashed - before, statements };
}

describe("a request costs the same whether an email has an account or not", () => {
  const emails = async () => {
    const unverified = { email: `new-${hashed}@example.com`, password: "long enough for this", fullName: "New" };
    await world.visitor.auth.register(unverified);
    return [ada.email, unverified.email];
  };

  test("at a sign-in", async () => {
    const password = "a wrong password";
    const unknown = await workOf("/auth/login", { email: "unknown@example.com", password });
    expect(unknown.hashes).toBeGreaterThan(0);
    for (const email of await emails())
      expect([email, await workOf("/auth/login", { email, password })]).toEqual([email, unknown]);
  });

  test("at a request for an email", async () => {
    for (const path of ["/auth/forgot-password", "/auth/resend-verification"]) {
      const unknown = await workOf(path, { email: "unknown@example.com" });
      for (const email of await emails()) expect([path, await workOf(path, { email })]).toEqual([path, unknown]);
    }
  });

  test("at a registration, up to what a new account needs", async () => {
    const account = { password: "long enough for this", fullName: "Someone" };
    const taken = await workOf("/auth/register", { ...account, email: ada.email });
    const free = await workOf("/auth/register", { ...account, email: "free@example.com" });
    expect([taken.hashes, free.hashes]).toEqual([1, 1]);
  });
});

describe("what belongs to another organization costs the same as what does not exist", () => {
  test.if(dialect === "sqlite")("on every route of organizations", async () => {
    const eve = await world.person("Eve");
    const { id: foreign } = await ada.bask.organizations.create({ name: "Analytical Engines" });
    const { id: own } = await eve.bask.organizations.create({ name: "Own" });
    const { id: keyId } = await ada.bask.apiKeys.create(foreign, { name: "Robot" });
    const { id: invitationId } = await ada.bask.invitations.create(foreign, { email: "guest@example.com" });
    const memberId = (await ada.bask.members.list(foreign)).data[0]!.id;
    const now = world.time.now();
    const theirs: Record<string, string> = { id: own, keyId, invitationId, memberId };
    const missing: Record<string, string> = {
      id: own,
      keyId: newId("key", now),
      invitationId: newId("inv", now),
      memberId: newId("mem", now),
    };
    const ask = (method: string, path: string, ids: Record<string, string>) =>
      statementsOf(() =>
        world.fetch(
          path.replace(/:(\w+)/g, (_, name) => ids[name] ?? "viewer"),
          {
            method,
            headers: { Authorization: `Bearer ${eve.bask.tokens()!.accessToken}`, "Content-Type": "application/json" },
            ...(method !== "GET" && { body: "{}" }),
          },
        ),
      );
    const inOrganizations = routes.filter(
      (route) => isPermission(needOf(route)) && route.path.startsWith("/organizations/:id"),
    );
    for (const { method, path } of inOrganizations) {
      const outside = { ...theirs, id: foreign };
      const nowhere = { ...theirs, id: newId("org", now) };
      await ask(method, path, outside);
      const [a, b] = [await ask(method, path, outside), await ask(method, path, nowhere)];
      expect([method, path, a]).toEqual([method, path, b]);
      if (!/:(keyId|invitationId|memberId)/.test(path)) continue;
      const [c, d] = [await ask(method, path, theirs), await ask(method, path, missing)];
      expect([method, path, c]).toEqual([method, path, d]);
    }
  });
});
