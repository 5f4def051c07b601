import { beforeAll, describe, expect, test } from "bun:test";
import type { ClientRow } from "../../src/oauth/clients.sql";
import { expectReason, storm } from "../support/expect";
import {
  agree,
  authorizeUrl,
  connect,
  pkce,
  post,
  redirectUri,
  registerApp,
  requestOf,
  startAt,
  withToken,
} from "../support/oauth";
import { openWorld, type Person, type World } from "../support/world";

let world: World;
let ada: Person;
let acme: string;
let client: ClientRow;
beforeAll(async () => {
  world = await openWorld();
  ada = await world.person("Ada");
  acme = (await ada.bask.organizations.create({ name: "Acme" })).id;
  client = await registerApp(world, {
    redirectUris: [redirectUri, "http://127.0.0.1/callback", "com.example.app:/back"],
  });
});

/** A code with what belongs to it. */
async function newCode(more: Record<string, string> = {}, of = client) {
  const { verifier, challenge } = pkce();
  const back = await agree(ada, acme, await requestOf(world, authorizeUrl(of.id, challenge, more)));
  return { code: back.searchParams.get("code")!, verifier, back };
}

const exchange = (code: string, verifier: string, more: Record<string, string> = {}) =>
  post(world, "/oauth/token", {
    grant_type: "authorization_code",
    client_id: client.id,
    code,
    code_verifier: verifier,
    redirect_uri: redirectUri,
    ...more,
  });

describe("an authorization code", () => {
  test("comes with the state and the issuer, and is exchanged for tokens of RFC 9068", async () => {
    const { code, verifier, back } = await newCode({
      state: "a b&c",
      scope: "members:read",
      resource: "https://bask.test/",
    });
    expect(back.origin + back.pathname).toBe(redirectUri);
    expect(Object.fromEntries(back.searchParams)).toEqual({ code, state: "a b&c", iss: "https://bask.test" });
    const { status, body } = await exchange(code, verifier);
    expect(status).toBe(200);
    const [header, claims] = body.access_token!.split(".").map((part) => Buffer.from(part, "base64url").toString());
    expect(JSON.parse(header!)).toMatchObject({ typ: "at+jwt" });
    expect(JSON.parse(claims!)).toMatchObject({
      iss: "https://bask.test",
      aud: "https://bask.test",
      client_id: client.id,
      org: acme,
      scope: "members:read",
      sub: (await ada.bask.me.get()).id,
    });
    expect(body).toMatchObject({ token_type: "Bearer", expires_in: 900, scope: "members:read" });
  });

  test("is exchanged by one of 50 at once, and ends when it comes again", async () => {
    const { code, verifier } = await newCode();
    const { won } = await storm(50, () => exchange(code, verifier));
    const tokens = won.filter(({ status }) => status === 200);
    expect(tokens).toHaveLength(1);
    expect(won.filter(({ body }) => body.error === "invalid_grant")).toHaveLength(49);
    expect((await withToken(world, tokens[0]!.body.access_token, "/whoami")).status).toBe(401);
  });

  test("is worth nothing after a minute, for another client, or without its verifier and redirect URI", async () => {
    const other = await registerApp(world);
    const { code, verifier } = await newCode();
    const wrong: [Record<string, string>, string][] = [
      [{ client_id: other.id }, "invalid_grant"],
      [{ code_verifier: pkce().verifier }, "invalid_grant"],
      [{ redirect_uri: `${redirectUri}/` }, "invalid_grant"],
      [{ resource: "https://bask.test/mcp" }, "invalid_target"],
      [{ code: code.slice(0, -1) + (code.endsWith("A") ? "Q" : "A") }, "invalid_grant"],
      [{ client_id: "cli_unknown" }, "invalid_client"],
      [{ client_secret: "a-secret" }, "invalid_client"],
    ];
    for (const [fields, error] of wrong)
      expect([fields, (await exchange(code, verifier, fields)).body.error]).toEqual([fields, error]);
    expect((await exchange(code, verifier)).status).toBe(200);

    const late = await newCode();
    world.time.pass({ seconds: 60 });
    expect((await exchange(late.code, late.verifier)).body.error).toBe("invalid_grant");
  });

  test("of a wrong guess by someone else does not end what its holder has", async () => {
    const { code, verifier } = await newCode();
    const { body } = await exchange(code, verifier);
    await exchange(code, pkce().verifier);
    expect((await withToken(world, body.access_token, "/whoami")).status).toBe(200);
  });

  test("is for one service: its token is refused by every other", async () => {
    const { access_token } = await connect(world, ada, acme, client, { resource: "https://bask.test/mcp" });
    const { status, headers } = await withToken(world, access_token, "/whoami");
    expect([status, headers.get("www-authenticate")]).toEqual([401, 'Bearer error="invalid_token"']);
    const refused = await startAt(world, authorizeUrl(client.id, pkce().challenge, { resource: "https://evil.test" }));
    expect(refused.searchParams.get("error")).toBe("invalid_target");
  });
});

describe("an authorization request", () => {
  const tricks = [
    "https://app.example/callback/",
    "https://app.example/callback?next=evil",
    "https://app.example/callback#fragment",
    "https://app.example/callback/../callback",
    "https://app.example/%63allback",
    "https://app.example.evil.test/callback",
    "https://evil.test/app.example/callback",
    "https://app.example@evil.test/callback",
    "https://user:pass@app.example/callback",
    "https://app.example:443/callback",
    "https://APP.example/callback",
    "https://аpp.example/callback",
    "https://app.example\\@evil.test/callback",
    " https://app.example/callback",
    "http://app.example/callback",
    "//app.example/callback",
    "javascript:alert(1)",
    "http://127.0.0.1.evil.test/callback",
    "http://127.0.0.1:80@evil.test/callback",
    "http://127.1/callback",
    "http://0x7f000001/callback",
    "http://localhost/callback",
    "http://127.0.0.1/callback/other",
    "http://127.0.0.1:8080/callback#fragment",
    "http://127.0.0.1:65536/callback",
    "https://127.0.0.1/callback",
    "com.example.app:/back/other",
    "com.example.app.evil:/back",
  ];
  test.each(tricks)("is not sent back to %s, which is not registered", async (redirect_uri) => {
    const response = await world.fetch(authorizeUrl(client.id, pkce().challenge, { redirect_uri }), {
      redirect: "manual",
    });
    expect([response.status, await response.json()]).toMatchObject([400, { error: "invalid_request" }]);
  });

  test.each(["http://127.0.0.1:49152/callback", "http://127.0.0.1/callback", "com.example.app:/back", redirectUri])(
    "is sent back to %s",
    async (redirect_uri) => {
      const { back } = await newCode({ redirect_uri });
      expect(back.href.startsWith(redirect_uri)).toBe(true);
    },
  );

  test("without PKCE by SHA-256, or for what is not supported, goes back with an error", async () => {
    const { challenge } = pkce();
    const wrong: [Record<string, string>, string][] = [
      [{ code_challenge: "" }, "invalid_request"],
      [{ code_challenge: "short" }, "invalid_request"],
      [{ code_challenge_method: "plain" }, "invalid_request"],
      [{ code_challenge_method: "" }, "invalid_request"],
      [{ response_type: "" }, "invalid_request"],
      [{ response_type: "token" }, "unsupported_response_type"],
      [{ response_mode: "fragment" }, "invalid_request"],
      [{ scope: "members:fly" }, "invalid_scope"],
      [{ scope: "api-keys:create" }, "invalid_scope"],
      [{ prompt: "none" }, "interaction_required"],
      [{ request: "eyJ" }, "invalid_request"],
    ];
    for (const [fields, error] of wrong) {
      const back = await startAt(world, authorizeUrl(client.id, challenge, { state: "s", ...fields }));
      const { searchParams } = back;
      const got = [back.origin, searchParams.get("error"), searchParams.get("state"), searchParams.get("iss")];
      expect([fields, ...got]).toEqual([fields, "https://app.example", error, "s", "https://bask.test"]);
    }
  });

  test("that names a parameter twice, or an unknown client, stays here", async () => {
    const twice = `${authorizeUrl(client.id, pkce().challenge)}&scope=a&scope=b`;
    const unknown = authorizeUrl("cli_unknown", pkce().challenge);
    for (const [path, status] of [
      [twice, 400],
      [unknown, 400],
    ] as const)
      expect((await world.fetch(path, { redirect: "manual" })).status).toBe(status);
  });

  test("is answered once, however many answers come at once", async () => {
    const request = await requestOf(world, authorizeUrl(client.id, pkce().challenge));
    const { digest } = await ada.bask.apps.readAuthorization({ request });
    const { won, lost } = await storm(20, () =>
      ada.bask.apps.approveAuthorization({ request, organizationId: acme, digest }),
    );
    expect([won.length, new Set(lost)]).toEqual([1, new Set(["INVALID_REQUEST"])]);
    await expectReason(ada.bask.apps.denyAuthorization({ request }), "expired");
  });

  test("that the user refuses goes back with access_denied", async () => {
    const request = await requestOf(world, authorizeUrl(client.id, pkce().challenge, { state: "s" }));
    const { redirectTo } = await ada.bask.apps.denyAuthorization({ request });
    expect(Object.fromEntries(new URL(redirectTo).searchParams)).toMatchObject({ error: "access_denied", state: "s" });
  });

  test("is agreed to as it was shown: what changed meanwhile is shown again", async () => {
    const other = await registerApp(world);
    const request = await requestOf(world, authorizeUrl(other.id, pkce().challenge));
    const shown = await ada.bask.apps.readAuthorization({ request });
    expect(shown).toMatchObject({
      client: { id: other.id, name: "Example App", host: null },
      redirectHost: "app.example",
      account: { email: ada.email },
      remembered: null,
    });
    await ada.bask.organizations.update(acme, { name: "Acme 2" });
    const answer = { request, organizationId: acme, digest: shown.digest };
    await expectReason(ada.bask.apps.approveAuthorization(answer), "consent_changed");
    await agree(ada, acme, request);
  });

  test("asks again for another redirect host, organization or scope, and only then may go on by itself", async () => {
    const other = await registerApp(world, {
      redirectUris: [redirectUri, "https://new.example/callback", "http://127.0.0.1/callback"],
    });
    const remembered = async (more: Record<string, string>) => {
      const request = await requestOf(world, authorizeUrl(other.id, pkce().challenge, more));
      return (await ada.bask.apps.readAuthorization({ request })).remembered;
    };
    await connect(world, ada, acme, other, { scope: "members:read roles:read" });
    expect(await remembered({ scope: "members:read" })).toBe(acme);
    expect(await remembered({ scope: "members:read", prompt: "consent" })).toBe(null);
    expect(await remembered({ scope: "members:read members:remove" })).toBe(null);
    expect(await remembered({ scope: "members:read", redirect_uri: "https://new.example/callback" })).toBe(null);
    expect(await remembered({ scope: "members:read", redirect_uri: "http://127.0.0.1:1234/callback" })).toBe(null);
    expect(await remembered({ scope: "members:read", resource: "https://bask.test/mcp" })).toBe(null);
  });

  test("can ask for a recent sign-in", async () => {
    world.time.pass({ minutes: 10 });
    for (const more of [{ max_age: "60" }, { prompt: "login" }] as Record<string, string>[]) {
      const request = await requestOf(world, authorizeUrl(client.id, pkce().challenge, more));
      const refused = await ada.bask.apps.readAuthorization({ request }).catch((error) => error.code);
      expect([more, refused]).toEqual([more, "REAUTHENTICATION_REQUIRED"]);
      world.time.pass({ milliseconds: 1 });
      ada.bask = await world.signIn(ada);
      await agree(ada, acme, request);
      world.time.pass({ minutes: 2 });
    }
  });
});

test("a route of OAuth that is asked in a wrong way says so in OAuth's shape", async () => {
  const method = await world.fetch("/oauth/token");
  expect([method.status, method.headers.get("allow"), await method.json()]).toEqual([
    405,
    "POST",
    { error: "invalid_request", error_description: "This path does not accept that method. See the Allow header." },
  ]);
  const headers = { "Content-Type": "text/plain" };
  const type = await world.fetch("/oauth/token", { method: "POST", headers, body: "grant_type=x" });
  expect(await type.json()).toEqual({
    error: "invalid_request",
    error_description: "Send the body as application/x-www-form-urlencoded.",
  });
  const json = { "Content-Type": "application/json" };
  const list = await world.fetch("/oauth/token", { method: "POST", headers: json, body: "[]" });
  expect(await list.json()).toEqual({ error: "invalid_request", error_description: "The body must be an object." });
});
