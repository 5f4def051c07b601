import { beforeAll, describe, expect, test } from "bun:test";
import type { ClientRow } from "../../src/oauth/clients.sql";
import { connect, registerApp, withToken } from "../support/oauth";
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
