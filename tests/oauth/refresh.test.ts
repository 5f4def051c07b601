import { beforeAll, describe, expect, test } from "bun:test";
import type { ClientRow } from "../../src/oauth/clients.sql";
import { storm } from "../support/expect";
import { connect, refresh, registerApp, withToken } from "../support/oauth";
import { openWorld, type Person, type World } from "../support/world";

let world: World;
let ada: Person;
let acme: string;
let agent: ClientRow;
beforeAll(async () => {
  world = await openWorld();
  ada = await world.person("Ada");
  acme = (await ada.bask.organizations.create({ name: "Acme" })).id;
  agent = await registerApp(world, { name: "Agent" });
});

const works = async (accessToken: string | undefined) =>
  (await withToken(world, accessToken, "/whoami")).status === 200;

describe("a refresh token of an app", () => {
  test("gives 50 that refresh at once, such as from two egress addresses, the same successor", async () => {
    const { refresh_token } = await connect(world, ada, acme, agent);
    const { won } = await storm(50, () => refresh(world, agent.id, refresh_token!));
    expect(new Set(won.map(({ status }) => status))).toEqual(new Set([200]));
    const successors = new Set(won.map(({ body }) => body.refresh_token));
    expect([successors.size, successors.has(refresh_token!)]).toEqual([1, false]);
    expect((await refresh(world, agent.id, [...successors][0]!)).status).toBe(200);
  });

  test("whose answer was lost gives its successor an hour later too, as long as that was not used", async () => {
    const { refresh_token: first } = await connect(world, ada, acme, agent);
    const lost = await refresh(world, agent.id, first!);
    world.time.pass({ hours: 1 });
    const again = await refresh(world, agent.id, first!);
    expect([again.status, again.body.refresh_token]).toEqual([200, lost.body.refresh_token!]);
    expect(await works(again.body.access_token)).toBe(true);
  });

  test("that comes again after its successor was used ends what the app may", async () => {
    const { refresh_token: first } = await connect(world, ada, acme, agent);
    const second = (await refresh(world, agent.id, first!)).body;
    const third = (await refresh(world, agent.id, second.refresh_token!)).body;
    world.time.pass({ seconds: 20 });
    expect((await refresh(world, agent.id, first!)).body.error).toBe("invalid_grant");
    expect(await works(third.access_token)).toBe(true);
    world.time.pass({ seconds: 20 });
    expect((await refresh(world, agent.id, first!)).body.error).toBe("invalid_grant");
    expect(await works(third.access_token)).toBe(false);
    expect((await refresh(world, agent.id, third.refresh_token!)).body.error).toBe("invalid_grant");
    const { data } = await ada.bask.auditLogs.list(acme, { action: "app.reuse_detected" });
    expect(data).toHaveLength(1);
  });

  test("of an app with a secret is good for the grace, and needs the secret", async () => {
    const service = await registerApp(world, { secret: "a secret of the service" });
    const secret = { client_secret: "a secret of the service" };
    const { refresh_token: first } = await connect(world, ada, acme, service, {}, secret.client_secret);
    expect((await refresh(world, service.id, first!)).body.error).toBe("invalid_client");
    expect((await refresh(world, service.id, first!, { client_secret: "another" })).body.error).toBe("invalid_client");
    const second = (await refresh(world, service.id, first!, secret)).body;
    world.time.pass({ seconds: 30 });
    expect((await refresh(world, service.id, first!, secret)).body.refresh_token).toBe(second.refresh_token!);
    world.time.pass({ seconds: 1 });
    expect((await refresh(world, service.id, first!, secret)).body.error).toBe("invalid_grant");
    expect(await works(second.access_token)).toBe(false);
  });

  test("with a scope that has no value is as one without (RFC 6749, 3.2)", async () => {
    const { refresh_token, scope } = await connect(world, ada, acme, agent);
    const { body } = await refresh(world, agent.id, refresh_token!, { scope: "" });
    expect(body.scope).toBe(scope);
  });

  test("belongs to one client, one grant, and does not end parallel ones", async () => {
    const [here, there] = [await connect(world, ada, acme, agent), await connect(world, ada, acme, agent)];
    const other = await registerApp(world);
    expect((await refresh(world, other.id, here.refresh_token!)).body.error).toBe("invalid_grant");
    const next = (await refresh(world, agent.id, here.refresh_token!)).body;
    await refresh(world, agent.id, next.refresh_token!);
    world.time.pass({ minutes: 1 });
    await refresh(world, agent.id, here.refresh_token!);
    expect([await works(next.access_token), await works(there.access_token)]).toEqual([false, true]);
  });

  test("can ask for less, not for more, and is no session's", async () => {
    const { refresh_token } = await connect(world, ada, acme, agent, { scope: "members:read roles:read" });
    expect((await refresh(world, agent.id, refresh_token!, { scope: "usage:read" })).body.error).toBe("invalid_scope");
    const less = await refresh(world, agent.id, refresh_token!, { scope: "roles:read" });
    expect(less.body.scope).toBe("roles:read");
    expect((await withToken(world, less.body.access_token, `/organizations/${acme}/members`)).status).toBe(403);
    const session = await world.fetch("/auth/refresh", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ refreshToken: less.body.refresh_token }),
    });
    expect(session.status).toBe(401);
    const own = await refresh(world, agent.id, ada.bask.tokens()!.refreshToken);
    expect(own.body.error).toBe("invalid_grant");
  });

  test("ends 30 days after its last use", async () => {
    const { refresh_token } = await connect(world, ada, acme, agent);
    world.time.pass({ days: 29 });
    const next = await refresh(world, agent.id, refresh_token!);
    world.time.pass({ days: 29 });
    const last = await refresh(world, agent.id, next.body.refresh_token!);
    expect(last.status).toBe(200);
    world.time.pass({ days: 30 });
    expect((await refresh(world, agent.id, last.body.refresh_token!)).body.error).toBe("invalid_grant");
  });
});
