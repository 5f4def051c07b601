import { beforeAll, describe, expect, test } from "bun:test";
import { grantConfiguredOperators } from "../../src/operators/operators";
import { prune } from "../../src/pruning";
import { codeOf } from "../support/authenticator";
import { expectRefusal } from "../support/expect";
import { bearer, sendMessage } from "../support/mcp";
import {
  agree,
  authorizeUrl,
  connect,
  pkce,
  post,
  redirectUri,
  refresh,
  registerApp,
  requestOf,
  withToken,
} from "../support/oauth";
import { openWorld, type Person, type World } from "../support/world";

let world: World;
let root: Person;
let ada: Person;
let acme: string;
const reason = "It imitates another product";
beforeAll(async () => {
  world = await openWorld({ config: { oauthRegistration: true, operatorEmails: ["root@example.com"] } });
  [root, ada] = await Promise.all([world.person("Root"), world.person("Ada")]);
  await world.verify(root);
  await grantConfiguredOperators(world.app);
  const { secret } = await root.bask.twoFactor.setup({ password: root.password });
  await root.bask.twoFactor.verify({ code: codeOf(secret, world.time) });
  acme = (await ada.bask.organizations.create({ name: "Acme" })).id;
});

const register = async (name: string): Promise<string> => {
  const response = await world.fetch("/oauth/register", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ client_name: name, redirect_uris: [redirectUri] }),
  });
  return ((await response.json()) as { client_id: string }).client_id;
};
const members = () => `/organizations/${acme}/members`;
const whyNot = async (clientId: string) => {
  const response = await world.fetch(authorizeUrl(clientId, pkce().challenge), { redirect: "manual" });
  return response.status === 302
    ? undefined
    : ((await response.json()) as { error_description: string }).error_description;
};
const blockedSentence = "An operator of this installation has blocked this app.";

describe("an app that an operator blocks", () => {
  test("stays blocked when no one has let it act, though what registers itself is forgotten after an hour", async () => {
    const clientId = await register("Bait");
    await root.bask.admin.oauthClients.block({ clientId, reason });
    world.time.pass({ hours: 1, minutes: 1 });
    await prune(world.app);
    expect(await register("Bait")).toBe(clientId);
    expect(await whyNot(clientId)).toBe(blockedSentence);
    await root.bask.admin.oauthClients.unblock({ clientId, reason });
  });

  test("is refused with the next request, at every door, and works again when that is taken back", async () => {
    const clientId = await register("Imitation");
    const service = await registerApp(world, { secret: "secret" });
    const tokens = await connect(world, ada, acme, { id: clientId }, { scope: "openid members:read" });
    const forAgents = await connect(
      world,
      ada,
      acme,
      { id: clientId },
      { resource: `${world.app.config.publicUrl}/mcp` },
    );
    const begun = await requestOf(world, authorizeUrl(clientId, pkce().challenge));
    const shown = await ada.bask.apps.readAuthorization({ request: begun });
    const access = async () => (await withToken(world, tokens.access_token, members())).status;
    const introspected = async () => {
      const given = { client_id: service.id, client_secret: "secret", token: tokens.access_token! };
      return (await post(world, "/oauth/introspect", given)).body.active as unknown;
    };
    expect([await access(), await introspected()]).toEqual([200, true]);

    const { data } = await root.bask.admin.oauthClients.list({ search: "imitat" });
    expect(data).toMatchObject([{ clientId, kind: "dynamic", name: "Imitation", connections: 2, blockedAt: null }]);
    const blocked = await root.bask.admin.oauthClients.block({ clientId, reason });
    expect(blocked).toMatchObject({ blockedAt: expect.any(String), blockedBecause: reason });

    expect([await access(), await introspected()]).toEqual([401, false]);
    expect((await withToken(world, tokens.access_token, "/oauth/userinfo")).status).toBe(401);
    const message = { jsonrpc: "2.0", id: 1, method: "tools/list" };
    expect((await sendMessage(world.url, bearer(forAgents.access_token!), message)).status).toBe(401);
    expect((await refresh(world, clientId, tokens.refresh_token!)).body.error).toBe("invalid_client");
    expect(await whyNot(clientId)).toBe(blockedSentence);
    await expectRefusal(ada.bask.apps.readAuthorization({ request: begun }), "INVALID_CLIENT");
    const answer = { request: begun, organizationId: acme, digest: shown.digest };
    await expectRefusal(ada.bask.apps.approveAuthorization(answer), "INVALID_CLIENT");
    expect(await register("Imitation")).toBe(clientId);
    expect((await ada.bask.connectedApps.list()).data.map(({ blockedBy }) => blockedBy)).toEqual([
      "operator",
      "operator",
    ]);

    await root.bask.admin.oauthClients.unblock({ clientId, reason: "A mistake" });
    expect([await access(), await introspected()]).toEqual([200, true]);
    expect((await refresh(world, clientId, tokens.refresh_token!)).status).toBe(200);
    await agree(ada, acme, begun);
  });

  test("is found among those that are blocked, page by page, with who did it and why in the operator's log", async () => {
    const ids = await Promise.all(["One", "Two", "Three"].map(register));
    for (const clientId of ids) {
      await root.bask.admin.oauthClients.block({ clientId, reason });
      await root.bask.admin.oauthClients.block({ clientId, reason: "Again" });
    }
    const found: string[] = [];
    let cursor: string | null | undefined;
    do {
      const page = await root.bask.admin.oauthClients.list({ blocked: true, limit: 2, ...(cursor && { cursor }) });
      found.push(...page.data.map(({ clientId, blockedBecause }) => `${clientId} ${blockedBecause}`));
      cursor = page.nextCursor;
    } while (cursor);
    expect(found).toEqual(ids.toSorted().map((id) => `${id} ${reason}`));
    const { data } = await root.bask.me.listAuditLogs({ action: "operator.acted", limit: 3 });
    for (const { targetId, details } of data)
      expect([ids.includes(targetId!), details]).toEqual([
        true,
        { action: "oauth_client.blocked", name: expect.any(String), reason },
      ]);
    await expectRefusal(root.bask.admin.oauthClients.list({ cursor: "\n" }), "VALIDATION_ERROR");
  });

  test("can be described by a document that no one has read yet, which is then not requested", async () => {
    const clientId = "https://app.example/client.json";
    const { name, kind } = await root.bask.admin.oauthClients.block({ clientId, reason });
    expect([name, kind]).toEqual(["app.example", "document"]);
    expect(await whyNot(clientId)).toBe(blockedSentence);
    await root.bask.admin.oauthClients.unblock({ clientId, reason });
    expect(await whyNot(clientId)).toBe("The metadata document of this client could not be read.");
    for (const unknown of ["cli_unknown", "http://app.example/client.json"])
      await expectRefusal(root.bask.admin.oauthClients.block({ clientId: unknown, reason }), "NOT_FOUND");
  });

  test("may be the one of an organization, which reads it in its log, or the command line; only operators do it", async () => {
    const { clientId } = await ada.bask.apps.create(acme, { name: "Ours", redirectUris: [redirectUri] });
    await expectRefusal(ada.bask.admin.oauthClients.block({ clientId, reason }), "FORBIDDEN");
    await expectRefusal(ada.bask.admin.oauthClients.list(), "FORBIDDEN");
    await root.bask.admin.oauthClients.block({ clientId, reason });
    expect((await ada.bask.auditLogs.list(acme, { action: "oauth_client.*" })).data[0]).toMatchObject({
      action: "oauth_client.blocked",
      actorType: "operator",
      ip: null,
      details: { name: "Ours", reason },
    });
    const start = async () => (await post(world, "/oauth/device_authorization", { client_id: "bask-cli" })).status;
    expect(await start()).toBe(200);
    await root.bask.admin.oauthClients.block({ clientId: "bask-cli", reason });
    expect(await start()).toBe(401);
    await root.bask.admin.oauthClients.unblock({ clientId: "bask-cli", reason });
  });
});

test("an app that the policy of an organization blocks acts in every other one, and nowhere in this", async () => {
  const app = await registerApp(world);
  const service = await registerApp(world, { secret: "secret" });
  const other = (await ada.bask.organizations.create({ name: "Other" })).id;
  const scope = { scope: "openid members:read" };
  const [here, there] = [await connect(world, ada, acme, app, scope), await connect(world, ada, other, app, scope)];
  const statuses = async () =>
    [
      (await withToken(world, here.access_token, members())).status,
      (await withToken(world, here.access_token, "/oauth/userinfo")).status,
      (
        await post(world, "/oauth/introspect", {
          client_id: service.id,
          client_secret: "secret",
          token: here.access_token!,
        })
      ).body.active,
      (await withToken(world, there.access_token, `/organizations/${other}/members`)).status,
    ] as unknown[];
  expect(await statuses()).toEqual([200, 200, true, 200]);
  await ada.bask.policy.update(acme, { blockedClients: [app.id] });
  expect(await statuses()).toEqual([403, 403, false, 200]);
  expect((await refresh(world, app.id, here.refresh_token!)).body.error).toBe("invalid_grant");
  const request = await requestOf(world, authorizeUrl(app.id, pkce().challenge));
  const { organizations } = await ada.bask.apps.readAuthorization({ request });
  expect(organizations.find(({ id }) => id === acme)!.refused).toMatchObject({ reason: "client_not_allowed" });
  await expectRefusal(agree(ada, acme, request), "FORBIDDEN");
  const blockedBy = (await ada.bask.apps.listConnected(acme)).data.find(
    ({ client }) => client.id === app.id,
  )!.blockedBy;
  expect(blockedBy).toBe("organization");
  await ada.bask.policy.update(acme, { allowedClients: [app.id] });
  expect((await statuses())[0]).toBe(403);
  await ada.bask.policy.update(acme, { blockedClients: null });
  expect(await statuses()).toEqual([200, 200, true, 200]);
  await ada.bask.policy.update(acme, { allowedClients: null });
});
