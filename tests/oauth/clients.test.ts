import { beforeAll, describe, expect, test } from "bun:test";
import { oauthClients } from "../../src/db/tables";
import { plainClient } from "../../src/oauth/clients.sql";
import { prune } from "../../src/pruning";
import { openNameServer } from "../support/dns";
import { expectReason, expectRefusal, storm } from "../support/expect";
import { agree, authorizeUrl, connect, pkce, post, redirectUri, refresh, requestOf, withToken } from "../support/oauth";
import { admit } from "../support/organizations";
import { openedToReceiver } from "../support/receiver";
import { certificateOf } from "../support/tls";
import { openWorld, type Person, type World } from "../support/world";

let world: World;
let ada: Person;
let acme: string;
/** What the host of metadata documents answers. */
let respond: (path: string) => Response = () => new Response(null, { status: 404 });
let asked = 0;
let origin: string;
beforeAll(async () => {
  const tls = await certificateOf("app.example");
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.2",
    tls,
    fetch(request) {
      asked++;
      return respond(new URL(request.url).pathname);
    },
  });
  const names = await openNameServer(() => ["127.0.0.2"]);
  origin = `https://app.example:${server.port}`;
  const config = { ...openedToReceiver, oauthRegistration: true };
  world = await openWorld({ config, resolve: names.resolve, ca: tls.cert });
  ada = await world.person("Ada");
  acme = (await ada.bask.organizations.create({ name: "Acme" })).id;
});

const input = { name: "Example App", redirectUris: [redirectUri] };

describe("an app of an organization", () => {
  test("that nobody knows is told apart without asking the browser for a password", async () => {
    const response = await world.fetch(authorizeUrl("cli_unknown", pkce().challenge), { redirect: "manual" });
    expect(response.status).toBe(400);
    expect(response.headers.get("www-authenticate")).toBeNull();
    expect(((await response.json()) as { error: string }).error).toBe("invalid_client");
  });

  test("has a secret that is shown once, can be replaced for a day, and acts in its organization only", async () => {
    const app = await ada.bask.apps.create(acme, { ...input, hasSecret: true });
    const other = (await ada.bask.organizations.create({ name: "Other" })).id;
    expect((await ada.bask.apps.list(acme)).data).toEqual([
      expect.not.objectContaining({ clientSecret: expect.anything() }),
    ]);
    const first = app.clientSecret!;
    const tokens = await connect(world, ada, acme, { id: app.clientId }, {}, first);
    const request = await requestOf(world, authorizeUrl(app.clientId, pkce().challenge));
    await expectRefusal(agree(ada, other, request), "NOT_FOUND");

    const { clientSecret: second } = await ada.bask.apps.rotateSecret(acme, app.clientId);
    const next = await refresh(world, app.clientId, tokens.refresh_token!, { client_secret: first });
    expect(next.status).toBe(200);
    world.time.pass({ hours: 24 });
    const late = await refresh(world, app.clientId, next.body.refresh_token!, { client_secret: first });
    expect(late.body.error).toBe("invalid_client");
    const basic = { Authorization: `Basic ${btoa(`${app.clientId}:${second}`)}` };
    const fields = { grant_type: "refresh_token", refresh_token: next.body.refresh_token! };
    const last = await post(world, "/oauth/token", fields, basic);
    expect(last.status).toBe(200);

    await ada.bask.apps.delete(acme, app.clientId);
    expect((await withToken(world, last.body.access_token, "/whoami")).status).toBe(401);
    await expectRefusal(ada.bask.apps.rotateSecret(acme, app.clientId), "NOT_FOUND");
  });

  test("is registered and changed by its admins only, with redirect URIs that can be trusted", async () => {
    const bea = await world.person("Bea");
    await admit(world, acme, bea, "member");
    await expectRefusal(bea.bask.apps.create(acme, input), "FORBIDDEN");
    const wrong = [
      "http://app.example/",
      "https://app.example/#x",
      "https://a@app.example/",
      "javascript:alert(1)",
      "app:/x",
    ];
    for (const uri of wrong)
      await expectRefusal(ada.bask.apps.create(acme, { ...input, redirectUris: [uri] }), "VALIDATION_ERROR");
    const { clientId } = await ada.bask.apps.create(acme, { ...input, scopes: ["members:*"] });
    const scopes = (await ada.bask.apps.list(acme)).data.find((app) => app.clientId === clientId)!.scopes;
    expect(scopes).toEqual(["members:read", "members:update", "members:remove"]);
    const response = await world.fetch(authorizeUrl(clientId, pkce().challenge, { scope: "roles:read" }), {
      redirect: "manual",
    });
    expect(new URL(response.headers.get("location")!).searchParams.get("error")).toBe("invalid_scope");
    expect((await ada.bask.apps.update(acme, clientId, { name: "New" })).name).toBe("New");
    await ada.bask.apps.delete(acme, clientId);
  });
});

describe("an app that describes itself", () => {
  const document = (more: object = {}, id = `${origin}/client.json`) =>
    Response.json({ client_id: id, client_name: "Agent", redirect_uris: [redirectUri], ...more });
  const start = async (id: string) => {
    const response = await world.fetch(authorizeUrl(id, pkce().challenge), { redirect: "manual" });
    return response.status === 302 ? 302 : ((await response.json()) as { error: string }).error;
  };

  test("is asked about with the host that vouches for it, and its document is cached", async () => {
    respond = () => document();
    const id = `${origin}/client.json`;
    const tokens = await connect(world, ada, acme, { id });
    expect((await withToken(world, tokens.access_token, `/organizations/${acme}/members`)).status).toBe(200);
    const request = await requestOf(world, authorizeUrl(id, pkce().challenge));
    expect((await ada.bask.apps.readAuthorization({ request })).client).toMatchObject({
      name: "Agent",
      host: "app.example",
    });
    expect(asked).toBe(1);
    world.time.pass({ minutes: 5 });
    respond = () => document({ redirect_uris: ["https://other.example/callback"] });
    await expectRefusal(agree(ada, acme, request), "INVALID_REQUEST");
    expect(asked).toBe(2);
    expect((await refresh(world, id, tokens.refresh_token!)).status).toBe(200);
  });

  test("is shown again where its document calls it something else by the time its user agrees", async () => {
    const id = `${origin}/renamed.json`;
    respond = () => document({}, id);
    const request = await requestOf(world, authorizeUrl(id, pkce().challenge));
    const { digest } = await ada.bask.apps.readAuthorization({ request });
    respond = () => document({ client_name: "Your bank" }, id);
    world.time.pass({ minutes: 5 });
    const answer = { request, organizationId: acme };
    await expectReason(ada.bask.apps.approveAuthorization({ ...answer, digest }), "consent_changed");
    const shown = await ada.bask.apps.readAuthorization({ request });
    expect(shown.client.name).toBe("Your bank");
    await ada.bask.apps.approveAuthorization({ ...answer, digest: shown.digest });
  });

  test("is refused where the document is not its own, not valid, too large, or leads elsewhere", async () => {
    const answers: Record<string, () => Response> = {
      other: () => document({}, `${origin}/someone-else.json`),
      large: () => document({ client_name: "x".repeat(6_000) }),
      secret: () => document({ client_secret: "a" }, `${origin}/secret`),
      expiry: () => document({ client_secret_expires_at: 0 }, `${origin}/expiry`),
      "no-json": () => new Response("{"),
      redirect: () => Response.redirect(`${origin}/client.json`),
      "no-uris": () => document({ redirect_uris: [] }, `${origin}/no-uris`),
      http: () => document({ redirect_uris: ["http://app.example/"] }, `${origin}/http`),
      gone: () => new Response(null, { status: 410 }),
    };
    respond = (path) => answers[path.slice(1)]!();
    for (const name of Object.keys(answers))
      expect([name, await start(`${origin}/${name}`)]).toEqual([name, "invalid_client"]);
    const before = asked;
    const never = [
      "http://app.example/x",
      "https://app.example",
      "https://a@app.example/x",
      "https://app.example/x#y",
      "https://app.example/a/../x",
    ];
    for (const id of never) expect([id, await start(id)]).toEqual([id, "invalid_client"]);
    expect(asked).toBe(before);
  });

  test("does not lead a browser to its pages before the user has seen who asks", async () => {
    const id = `${origin}/phishing.json`;
    const local = "http://127.0.0.1/callback";
    respond = () => document({ redirect_uris: [redirectUri, local] }, id);
    const at = async (clientId: string, more: Record<string, string>) =>
      (await world.fetch(authorizeUrl(clientId, pkce().challenge, more), { redirect: "manual" })).status;
    const faults: Record<string, string>[] = [
      { scope: "no-such-scope" },
      { prompt: "none" },
      { response_type: "token" },
    ];
    for (const wrong of faults) {
      expect([wrong, await at(id, wrong)]).toEqual([wrong, 400]);
      expect(await at(id, { ...wrong, redirect_uri: local })).toBe(302);
      expect(await at((await ada.bask.apps.create(acme, input)).clientId, wrong)).toBe(302);
    }
  });

  test("is requested once, however many ask at once", async () => {
    const id = `${origin}/storm.json`;
    respond = () => document({}, id);
    const before = asked;
    const { won } = await storm(20, () => start(id));
    expect([new Set(won), asked - before]).toEqual([new Set([302]), 1]);
  });

  test("acts only where the operator and the organization allow it", async () => {
    const id = `${origin}/policy.json`;
    respond = () => document({}, id);
    const { access_token } = await connect(world, ada, acme, { id });
    const path = `/organizations/${acme}/members`;
    await ada.bask.policy.update(acme, { allowedClients: ["cli_another"] });
    expect((await withToken(world, access_token, path)).status).toBe(403);
    const request = await requestOf(world, authorizeUrl(id, pkce().challenge));
    const { organizations } = await ada.bask.apps.readAuthorization({ request });
    expect(organizations.find((organization) => organization.id === acme)!.refused).toMatchObject({
      code: "FORBIDDEN",
      reason: "client_not_allowed",
      message: expect.stringContaining("policy"),
    });
    await expectRefusal(agree(ada, acme, request), "FORBIDDEN");
    await ada.bask.policy.update(acme, { allowedClients: [id] });
    expect((await withToken(world, access_token, path)).status).toBe(200);
    await ada.bask.policy.update(acme, { allowedClients: null });
    const config = { oauthClientDocuments: ["claude.ai"] };
    const strict = await openWorld({ databaseUrl: world.app.config.database.url, config, time: world.time });
    const refused = await strict.fetch(authorizeUrl(id, pkce().challenge), { redirect: "manual" });
    expect((await refused.json()).error).toBe("invalid_client");
    await strict.close();
  });
});

describe("an app that registers itself", () => {
  const register = (body: object) =>
    world.fetch("/oauth/register", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ client_name: "Agent", redirect_uris: ["http://127.0.0.1/callback"], ...body }),
    });

  test("is one client for the same metadata, has no secret, and is gone after an hour if no one lets it act", async () => {
    const { won } = await storm(10, async () =>
      (await register({ token_endpoint_auth_method: "client_secret_basic" })).json(),
    );
    const clients = new Set(won.map(({ client_id }) => client_id as string));
    expect(clients.size).toBe(1);
    expect(won[0]).toMatchObject({ token_endpoint_auth_method: "none", redirect_uris: ["http://127.0.0.1/callback"] });
    expect(won[0]).not.toHaveProperty("client_secret");
    const [client] = [...clients] as [string];
    const { client_id: confirmed } = await (await register({ client_name: "Used" })).json();
    await connect(world, ada, acme, { id: confirmed }, { redirect_uri: "http://127.0.0.1:1/callback" });
    world.time.pass({ hours: 1, minutes: 1 });
    await prune(world.app);
    const challenge = pkce().challenge;
    const known = (id: string) =>
      world.fetch(authorizeUrl(id, challenge, { redirect_uri: "http://127.0.0.1:1/callback" }), { redirect: "manual" });
    expect([(await known(client)).status, (await known(confirmed)).status]).toEqual([400, 302]);
  });

  test("hears what is wrong with what it says of itself in the words of RFC 7591", async () => {
    const errorOf = async (body: object) => {
      const response = await register(body);
      return [response.status, ((await response.json()) as { error: string }).error];
    };
    for (const redirect_uris of [
      undefined,
      [],
      ["http://example.com/"],
      ["https://a.example/#top"],
      "https://a.example",
      [7],
    ])
      expect([redirect_uris, await errorOf({ redirect_uris })]).toEqual([redirect_uris, [400, "invalid_redirect_uri"]]);
    for (const wrong of [
      { client_name: "" },
      { client_uri: "ftp://a" },
      { grant_types: ["client_credentials"] },
      { client_name: [] },
    ])
      expect([wrong, await errorOf(wrong)]).toEqual([wrong, [400, "invalid_client_metadata"]]);
    const malformed = await world.fetch("/oauth/register", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: "{",
    });
    expect([malformed.status, await malformed.json()]).toMatchObject([400, { error: "invalid_request" }]);
  });

  test("from one network, only so many within an hour", async () => {
    world.time.pass({ hours: 2 });
    const { won } = await storm(30, async (i) => (await register({ client_name: `Agent ${i}` })).status);
    expect([won.filter((status) => status === 201).length, won.filter((status) => status === 429).length]).toEqual([
      20, 10,
    ]);
  });

  test("takes the place of the oldest that no one has let act, where 2,000 are there", async () => {
    world.time.pass({ hours: 2 });
    await prune(world.app);
    const { app } = world;
    const { client_id: confirmed } = await (await register({ client_name: "Kept" })).json();
    await connect(world, ada, acme, { id: confirmed }, { redirect_uri: "http://127.0.0.1:1/callback" });
    const at = app.clock.now();
    const flood = Array.from({ length: 2_000 }, (_, i) => ({
      ...plainClient,
      id: `cli_flood${i}`,
      kind: "dynamic" as const,
      name: "Flood",
      redirectUris: [redirectUri],
      grantTypes: [],
      createdAt: new Date(at + i),
    }));
    await app.db.write(async (tx) => {
      for (let i = 0; i < flood.length; i += 250) await tx.insert(oauthClients).values(flood.slice(i, i + 250));
    });
    world.time.pass({ minutes: 1 });
    const { client_id: added } = await (await register({ client_name: "Added" })).json();
    const left = new Set((await app.db.reader.select({ id: oauthClients.id }).from(oauthClients)).map(({ id }) => id));
    const isLeft = ["cli_flood0", "cli_flood1", "cli_flood1999", added, confirmed].map((id) => left.has(id));
    expect(isLeft).toEqual([false, true, true, true, true]);
  });

  test("is refused by default", async () => {
    const usual = await openWorld();
    const refused = await usual.fetch("/oauth/register", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ redirect_uris: [redirectUri] }),
    });
    expect(refused.status).toBe(404);
    await usual.close();
  });
});
