import { beforeAll, describe, expect, test } from "bun:test";
import type { ClientRow } from "../../src/oauth/clients.sql";
import { storm } from "../support/expect";
import { connect, post, refresh, registerApp, withToken } from "../support/oauth";
import { openWorld, type Person, type World } from "../support/world";

let world: World;
let ada: Person;
let acme: string;
let agent: ClientRow;
const secret = "a secret of the gateway";
beforeAll(async () => {
  world = await openWorld();
  ada = await world.person("Ada");
  acme = (await ada.bask.organizations.create({ name: "Acme" })).id;
  agent = await registerApp(world);
});

const introspect = async (client: ClientRow, token: string) =>
  (await post(world, "/oauth/introspect", { client_id: client.id, client_secret: secret, token })).body;

describe("a token of an app", () => {
  test.each(["access_token", "refresh_token"] as const)("ends with all others of its grant by its %s", async (kind) => {
    const tokens = await connect(world, ada, acme, agent);
    const other = await registerApp(world);
    await post(world, "/oauth/revoke", { client_id: other.id, token: tokens[kind]! });
    expect((await withToken(world, tokens.access_token, "/whoami")).status).toBe(200);
    const { status, body } = await post(world, "/oauth/revoke", { client_id: agent.id, token: tokens[kind]! });
    expect([status, body]).toEqual([200, {} as never]);
    expect((await withToken(world, tokens.access_token, "/whoami")).status).toBe(401);
    expect((await refresh(world, agent.id, tokens.refresh_token!)).body.error).toBe("invalid_grant");
    expect((await post(world, "/oauth/revoke", { client_id: agent.id, token: tokens[kind]! })).status).toBe(200);
  });

  test("is explained to services with a secret, as far as it is their business", async () => {
    const gateway = await registerApp(world, { secret });
    const ofOther = await registerApp(world, {
      secret,
      organizationId: (await ada.bask.organizations.create({ name: "Other" })).id as never,
    });
    const { access_token } = await connect(world, ada, acme, agent, { scope: "members:read openid" });
    expect(await introspect(gateway, access_token!)).toMatchObject({
      active: true,
      scope: "members:read openid",
      client_id: agent.id,
      org: acme,
      aud: "https://bask.test",
    } as never);
    expect(await introspect(ofOther, access_token!)).toEqual({ active: false } as never);
    expect(await introspect(gateway, ada.bask.tokens()!.accessToken)).toEqual({ active: false } as never);
    expect(await introspect(gateway, "nonsense")).toEqual({ active: false } as never);
    await post(world, "/oauth/revoke", { client_id: agent.id, token: access_token! });
    expect(await introspect(gateway, access_token!)).toEqual({ active: false } as never);
    const { body } = await post(world, "/oauth/introspect", { client_id: agent.id, token: access_token! });
    expect(body.error).toBe("unauthorized_client");
  });

  test("tells who its user is as far as its scopes allow", async () => {
    const { id } = await ada.bask.me.get();
    const info = async (scope: string) => {
      const { access_token } = await connect(world, ada, acme, agent, { scope });
      const response = await withToken(world, access_token, "/oauth/userinfo");
      return [response.status, await response.json()];
    };
    expect(await info("openid email")).toEqual([200, { sub: id, org: acme, email: ada.email, email_verified: false }]);
    expect(await info("openid profile")).toEqual([200, { sub: id, org: acme, name: ada.fullName }]);
    expect(await info("members:read")).toMatchObject([403, { error: "insufficient_scope" }]);
  });
});

test("a refusal says in WWW-Authenticate whether a token is needed, is not valid, or is one for less (RFC 6750, 3)", async () => {
  const { access_token: token } = await connect(world, ada, acme, agent, { scope: "members:read" });
  const challengeAt = async (path: string, Authorization?: string) => {
    const response = await world.fetch(path, Authorization === undefined ? {} : { headers: { Authorization } });
    return [response.status, response.headers.get("www-authenticate")];
  };
  const roles = `/organizations/${acme}/roles`;
  for (const path of [roles, "/oauth/userinfo"]) {
    expect(await challengeAt(path)).toEqual([401, "Bearer"]);
    expect(await challengeAt(path, "Bearer nonsense")).toEqual([401, 'Bearer error="invalid_token"']);
    expect(await challengeAt(path, `Bearer ${token}`)).toEqual([403, 'Bearer error="insufficient_scope"']);
  }
  await post(world, "/oauth/revoke", { client_id: agent.id, token: token! });
  expect(await challengeAt(roles, `bearer ${token}`)).toEqual([401, 'Bearer error="invalid_token"']);
});

describe("routes of OAuth", () => {
  test("answer every error in OAuth's own shape", async () => {
    const json = { "Content-Type": "text/plain" };
    const answers = [
      await post(world, "/oauth/token", {}),
      await post(world, "/oauth/token", { grant_type: "password", client_id: agent.id }),
      await post(world, "/oauth/token", { grant_type: "refresh_token" }),
      await post(world, "/oauth/token", { grant_type: "refresh_token", client_id: agent.id }),
      await post(world, "/oauth/token", { grant_type: "x".repeat(200), client_id: agent.id }),
      await post(world, "/oauth/token", { grant_type: "refresh_token", client_id: agent.id }, json),
      await post(world, "/oauth/token", {}, { Authorization: "Basic !!!" }),
      await post(world, "/oauth/token", { grant_type: "x" }, { Authorization: `Basic ${btoa("a:b:c")}` }),
      await post(world, "/oauth/token", { grant_type: "x" }, { Authorization: `Basic ${btoa("%ff:b")}` }),
    ];
    const shapes = answers.map(({ status, body }) => [status, ...Object.keys(body)]);
    expect(new Set(shapes.map((shape) => shape.join()))).toEqual(
      new Set(["400,error,error_description", "401,error,error_description"]),
    );
    expect(answers.map(({ body }) => body.error)).toEqual([
      "invalid_request",
      "unsupported_grant_type",
      "invalid_request",
      "invalid_request",
      "invalid_request",
      "invalid_request",
      "invalid_request",
      "invalid_client",
      "invalid_client",
    ]);
    expect(answers.every(({ headers }) => headers.get("access-control-allow-origin") === "*")).toBe(true);
    expect(answers.at(-1)!.headers.get("www-authenticate")).toBe('Basic realm="oauth"');
  });

  test("are described where programs look, for pages of every origin", async () => {
    for (const [path, part] of [
      [
        "/.well-known/oauth-authorization-server",
        { issuer: "https://bask.test", code_challenge_methods_supported: ["S256"] },
      ],
      ["/.well-known/openid-configuration", { issuer: "https://bask.test", subject_types_supported: ["public"] }],
      [
        "/.well-known/oauth-protected-resource",
        { resource: "https://bask.test", authorization_servers: ["https://bask.test"] },
      ],
      ["/.well-known/oauth-protected-resource/mcp", { resource: "https://bask.test/mcp" }],
      ["/.well-known/oauth-protected-resource/api/v1", { resource: "https://bask.test/api/v1" }],
    ] as const) {
      const response = await world.fetch(path);
      expect(response.headers.get("access-control-allow-origin")).toBe("*");
      expect(await response.json()).toMatchObject(part);
      const preflight = await world.fetch(path, {
        method: "OPTIONS",
        headers: {
          Origin: "https://inspector.example",
          "Access-Control-Request-Method": "GET",
          "Access-Control-Request-Headers": "mcp-protocol-version",
        },
      });
      expect([preflight.status, preflight.headers.get("access-control-allow-headers")]).toEqual([
        204,
        "mcp-protocol-version",
      ]);
    }
  });
});

test("a gateway may ask about tokens as often as it has requests", async () => {
  const busy = await openWorld({ config: { authRateLimit: 1 } });
  const gateway = await registerApp(busy, { secret });
  const fields = { client_id: gateway.id, client_secret: secret, token: "nonsense" };
  const { won } = await storm(100, () => post(busy, "/oauth/introspect", fields));
  expect(new Set(won.map(({ status }) => status))).toEqual(new Set([200]));
  await busy.close();
});
