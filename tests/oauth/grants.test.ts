import { beforeAll, describe, expect, test } from "bun:test";
import type { OrganizationId, UserId } from "../../src/ids";
import type { ClientRow } from "../../src/oauth/clients.sql";
import { setOrganizationSuspended, setUserSuspended } from "../../src/operators/operators.sql";
import { suspendSessions } from "../../src/sessions/sessions.sql";
import { expectRefusal } from "../support/expect";
import { connect, refresh, registerApp, withToken } from "../support/oauth";
import { admit } from "../support/organizations";
import { openWorld, type Person, type World } from "../support/world";

let world: World;
let ada: Person;
let acme: string;
let client: ClientRow;
beforeAll(async () => {
  world = await openWorld();
  ada = await world.person("Ada");
  acme = (await ada.bask.organizations.create({ name: "Acme" })).id;
  client = await registerApp(world);
});

describe("an app that a user lets act for them", () => {
  test("may do what it was given, in the organization that was chosen, and nothing else", async () => {
    const other = (await ada.bask.organizations.create({ name: "Other" })).id;
    const { access_token } = await connect(world, ada, acme, client, { scope: "members:read roles:create" });
    const status = async (path: string, init?: RequestInit) =>
      (await withToken(world, access_token, path, init)).status;
    expect(await status(`/organizations/${acme}/members`)).toBe(200);
    expect(await status(`/organizations/${acme}`)).toBe(403);
    expect(await status(`/organizations/${other}/members`)).toBe(404);
    expect(await status("/users/me")).toBe(401);
    expect(await status("/organizations", { method: "POST", body: '{"name":"New"}' })).toBe(401);
    const whoami = await (await withToken(world, access_token, "/whoami")).json();
    expect(whoami).toMatchObject({ type: "app", clientId: client.id, organizationId: acme });
  });

  test("may never do more than its user may at that moment", async () => {
    const bea = await world.person("Bea");
    const memberId = await admit(world, acme, bea, "admin");
    const { access_token } = await connect(world, bea, acme, client, {
      scope: "roles:create roles:read organization:read",
    });
    const create = (name: string) =>
      withToken(world, access_token, `/organizations/${acme}/roles`, {
        method: "POST",
        body: JSON.stringify({ name, permissions: ["organization:read"] }),
      });
    expect((await create("first")).status).toBe(201);
    await ada.bask.members.update(acme, memberId, { role: "member" });
    expect((await create("second")).status).toBe(403);
    await ada.bask.members.remove(acme, memberId);
    expect((await withToken(world, access_token, `/organizations/${acme}/roles`)).status).toBe(401);
    await admit(world, acme, bea, "admin");
    expect((await withToken(world, access_token, `/organizations/${acme}/roles`)).status).toBe(401);
  });

  test("is named in the audit log as the app of its user", async () => {
    const { access_token } = await connect(world, ada, acme, client, { scope: "roles:create organization:read" });
    await withToken(world, access_token, `/organizations/${acme}/roles`, {
      method: "POST",
      body: JSON.stringify({ name: "by-app", permissions: ["organization:read"] }),
    });
    const { data } = await ada.bask.auditLogs.list(acme, { action: "role.created" });
    expect(data[0]).toMatchObject({ actorType: "grant", actorName: "Example App of Ada Example", actorEmail: null });
  });
});

describe("what an app may ends", () => {
  const works = async (accessToken: string | undefined) =>
    (await withToken(world, accessToken, "/whoami")).status === 200;

  test("when its user disconnects it, for it alone", async () => {
    const [first, second] = [await connect(world, ada, acme, client), await connect(world, ada, acme, client)];
    const { data } = await ada.bask.connectedApps.list();
    expect(data[1]).toMatchObject({ client: { id: client.id, name: "Example App" }, organization: { id: acme } });
    await ada.bask.connectedApps.disconnect(data[1]!.id);
    expect([await works(first.access_token), await works(second.access_token)]).toEqual([false, true]);
    expect((await refresh(world, client.id, first.refresh_token!)).body.error).toBe("invalid_grant");
    const stranger = await world.person("Stranger");
    await expectRefusal(stranger.bask.connectedApps.disconnect(data[0]!.id), "NOT_FOUND");
  });

  test("when an admin ends it, an operator ends its user's sessions, suspends them, or they reset their password", async () => {
    const cora = await world.person("Cora");
    await admit(world, acme, cora, "member");
    const tokens = await connect(world, cora, acme, client);
    const { data } = await ada.bask.apps.listConnected(acme);
    const ofCora = data.find(({ user }) => user.fullName === cora.fullName)!;
    await ada.bask.apps.disconnect(acme, ofCora.id);
    expect(await works(tokens.access_token)).toBe(false);

    const id = (await cora.bask.me.get()).id as UserId;
    const suspended = await connect(world, cora, acme, client);
    const setSuspended = (is: boolean) =>
      world.app.db.write(async (tx) => {
        await setUserSuspended(tx, id, is);
        await suspendSessions(tx, id, is ? tx.now : null);
      });
    await setSuspended(true);
    expect(await works(suspended.access_token)).toBe(false);
    expect((await refresh(world, client.id, suspended.refresh_token!)).body.error).toBe("invalid_grant");
    await setSuspended(false);
    expect(await works(suspended.access_token)).toBe(true);

    await world.visitor.auth.forgotPassword({ email: cora.email });
    const token = await world.tokenTo(cora.email, "reset-password");
    await world.visitor.auth.resetPassword({ token, password: "Cora likes another password" });
    expect(await works(suspended.access_token)).toBe(false);
  });

  test("when its user deletes their account", async () => {
    const dora = await world.person("Dora");
    await admit(world, acme, dora, "member");
    const { access_token, refresh_token } = await connect(world, dora, acme, client);
    await dora.bask.me.delete({ password: dora.password });
    expect(await works(access_token)).toBe(false);
    expect((await refresh(world, client.id, refresh_token!)).body.error).toBe("invalid_grant");
  });
});

test("an app gets no tokens for an organization that is suspended or deleted, and is connected as before when it is restored", async () => {
  const { id } = await ada.bask.organizations.create({ name: "Closing" });
  const tokens = await connect(world, ada, id, client);
  const refreshed = async (token: string) => (await refresh(world, client.id, token)).body;
  const suspend = (isSuspended: boolean) =>
    world.app.db.write((tx) => setOrganizationSuspended(tx, id as OrganizationId, isSuspended));
  await suspend(true);
  expect((await refreshed(tokens.refresh_token!)).error).toBe("invalid_grant");
  await suspend(false);
  const next = await refreshed(tokens.refresh_token!);
  expect((await withToken(world, next.access_token, `/organizations/${id}/members`)).status).toBe(200);
  await ada.bask.organizations.delete(id);
  expect((await refreshed(next.refresh_token!)).error).toBe("invalid_grant");
});

test("an app never creates credentials, whatever its user may, and meets the organization's policy", async () => {
  const { access_token } = await connect(world, ada, acme, client, { scope: "api-keys:* webhooks:* organization:*" });
  const create = await withToken(world, access_token, `/organizations/${acme}/api-keys`, {
    method: "POST",
    body: '{"name":"New"}',
  });
  expect([create.status, (await create.json()).error.code]).toEqual([403, "INSUFFICIENT_SCOPE"]);
  const path = `/organizations/${acme}`;
  expect((await withToken(world, access_token, path)).status).toBe(200);
  await ada.bask.policy.update(acme, { allowedScopes: ["members:read"] });
  expect((await withToken(world, access_token, path)).status).toBe(403);
  await ada.bask.policy.update(acme, { allowedScopes: null, maxSessionHours: 1 });
  world.time.pass({ minutes: 14 });
  expect((await withToken(world, access_token, path)).status).toBe(200);
  const tokens = await connect(world, ada, acme, client, { scope: "organization:read" });
  world.time.pass({ hours: 1 });
  const next = await refresh(world, client.id, tokens.refresh_token!);
  const { error } = await (await withToken(world, next.body.access_token, path)).json();
  expect(error.code).toBe("REAUTHENTICATION_REQUIRED");
});
