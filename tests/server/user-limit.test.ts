import { beforeAll, describe, expect, test } from "bun:test";
import { connect, registerApp } from "../support/oauth";
import { openWorld, type Person, type World } from "../support/world";

let world: World;
let ada: Person;
beforeAll(async () => {
  world = await openWorld({ config: { userRateLimit: 20 } });
  ada = await world.person("Ada");
});

const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });
const ask = (headers: Record<string, string>) => world.fetch("/users/me", { headers });
const statuses = async (times: number, ask: (i: number) => Promise<Response>) =>
  (await Promise.all(Array.from({ length: times }, (_, i) => ask(i)))).map(({ status }) => status);
const count = (all: number[], status: number) => all.filter((one) => one === status).length;

describe("the rate limit of a user", () => {
  test("covers all of their sessions together, exactly, and is in the headers of every response", async () => {
    world.time.pass({ minutes: 1 });
    const sessions = [ada.bask, await world.signIn(ada)].map((bask) => bearer(bask.tokens()!.accessToken));
    const first = await ask(sessions[0]!);
    expect(first.headers.get("RateLimit-Policy")).toBe('"minute";q=20;w=60');
    expect(first.headers.get("X-RateLimit-Remaining")).toBe("19");
    const all = await statuses(100, (i) => ask(sessions[i % 2]!));
    expect([count(all, 200), count(all, 429)]).toEqual([19, 81]);
    const refused = await ask(sessions[1]!);
    const { retryAfter } = (await refused.json()).error;
    expect(refused.headers.get("Retry-After")).toBe(String(retryAfter));
    world.time.pass({ seconds: retryAfter });
    expect((await ask(sessions[1]!)).status).toBe(200);
  });

  test("is another one for each of their apps, so that they can disconnect one that runs in a loop", async () => {
    world.time.pass({ minutes: 1 });
    const { id } = await ada.bask.organizations.create({ name: "Apps" });
    const [looping, other] = await Promise.all(
      [1, 2].map(async () => connect(world, ada, id, await registerApp(world))),
    );
    world.time.pass({ minutes: 1 });
    const members = (token: string) => world.fetch(`/organizations/${id}/members`, { headers: bearer(token) });
    const all = await statuses(50, () => members(looping!.access_token!));
    expect([count(all, 200), count(all, 429)]).toEqual([20, 30]);
    expect((await members(other!.access_token!)).status).toBe(200);
    const apps = (await ada.bask.connectedApps.list()).data;
    await ada.bask.connectedApps.disconnect(apps[0]!.id);
  });

  test("does not count for other users, nor for API keys", async () => {
    world.time.pass({ minutes: 1 });
    const { id } = await ada.bask.organizations.create({ name: "Acme" });
    const { key } = await ada.bask.apiKeys.create(id, { name: "Robot" });
    const [user, other] = [ada, await world.person("Grace")].map(({ bask }) => bearer(bask.tokens()!.accessToken));
    await statuses(30, () => ask(user!));
    expect((await ask(user!)).status).toBe(429);
    expect((await ask(other!)).status).toBe(200);
    expect((await world.fetch("/whoami", { headers: { "X-API-Key": key } })).status).toBe(200);
  });

  test("keeps no one from signing out", async () => {
    await statuses(30, () => ask(bearer(ada.bask.tokens()!.accessToken)));
    await ada.bask.auth.logout();
  });
});
