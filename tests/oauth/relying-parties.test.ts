import { beforeAll, describe, expect, test } from "bun:test";
import * as oauth from "oauth4webapi";
import * as openid from "openid-client";
import { realTime } from "../support/clock";
import { freePort } from "../support/free-port";
import { agree, redirectUri, registerApp } from "../support/oauth";
import { openWorld, type Person, type World } from "../support/world";

const secret = "a secret of the app";

let world: World;
let ada: Person;
let acme: string;
let issuer: URL;
beforeAll(async () => {
  const port = await freePort();
  issuer = new URL(`http://127.0.0.1:${port}`);
  // These libraries go by the clock of the machine.
  world = await openWorld({ port, config: { publicUrl: issuer.origin }, time: realTime() });
  ada = await world.person("Ada");
  acme = (await ada.bask.organizations.create({ name: "Acme" })).id;
});

/** What the browser of a user does who agrees. */
async function visit(url: URL): Promise<URL> {
  const response = await fetch(url, { redirect: "manual" });
  const request = new URL(response.headers.get("location")!).searchParams.get("request")!;
  return agree(ada, acme, request);
}

describe("openid-client", () => {
  test("discovers the server, signs a user in, refreshes, asks who they are, introspects and revokes", async () => {
    const app = await registerApp(world, { secret });
    const config = await openid.discovery(issuer, app.id, secret, undefined, {
      execute: [openid.allowInsecureRequests],
    });
    const pkceCodeVerifier = openid.randomPKCECodeVerifier();
    const [expectedState, expectedNonce] = [openid.randomState(), openid.randomNonce()];
    const url = openid.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri,
      scope: "openid profile email members:read",
      code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: "S256",
      state: expectedState,
      nonce: expectedNonce,
      max_age: "3600",
    });
    const checks = { pkceCodeVerifier, expectedState, expectedNonce, maxAge: 3600 };
    const tokens = await openid.authorizationCodeGrant(config, await visit(url), checks);
    const { id } = await ada.bask.me.get();
    expect(tokens.claims()).toMatchObject({ iss: issuer.origin, aud: app.id, sub: id, org: acme });
    expect(await openid.fetchUserInfo(config, tokens.access_token, id)).toMatchObject({ name: ada.fullName });
    const next = await openid.refreshTokenGrant(config, tokens.refresh_token!);
    expect(await openid.tokenIntrospection(config, next.access_token)).toMatchObject({
      active: true,
      client_id: app.id,
    });
    await openid.tokenRevocation(config, next.refresh_token!);
    expect(await openid.tokenIntrospection(config, next.access_token)).toMatchObject({ active: false });
  });

  test("connects a device", async () => {
    const config = await openid.discovery(issuer, "bask-cli", undefined, openid.None(), {
      execute: [openid.allowInsecureRequests],
    });
    const device = await openid.initiateDeviceAuthorization(config, { scope: "members:read" });
    const { digest } = await ada.bask.apps.readDevice({ userCode: device.user_code });
    await ada.bask.apps.approveDevice({ userCode: device.user_code, organizationId: acme, digest });
    const tokens = await openid.pollDeviceAuthorizationGrant(config, { ...device, interval: 0 });
    expect(tokens.scope).toBe("members:read");
  });
});

describe("oauth4webapi", () => {
  const insecure = { [oauth.allowInsecureRequests]: true };

  test("gets a token for one service, and finds the server from that service's metadata", async () => {
    const service = new URL("/mcp", issuer);
    const resource = await oauth.processResourceDiscoveryResponse(
      service,
      await oauth.resourceDiscoveryRequest(service, insecure),
    );
    const [named] = resource.authorization_servers!;
    const server = await oauth.processDiscoveryResponse(
      new URL(named!),
      await oauth.discoveryRequest(new URL(named!), { algorithm: "oauth2", ...insecure }),
    );
    const client = { client_id: (await registerApp(world)).id };
    const verifier = oauth.generateRandomCodeVerifier();
    const url = new URL(server.authorization_endpoint!);
    url.search = `${new URLSearchParams({
      client_id: client.client_id,
      redirect_uri: redirectUri,
      response_type: "code",
      resource: resource.resource,
      scope: "members:read",
      state: "state",
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
    })}`;
    const back = oauth.validateAuthResponse(server, client, await visit(url), "state");
    const answer = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      oauth.None(),
      back,
      redirectUri,
      verifier,
      insecure,
    );
    const tokens = await oauth.processAuthorizationCodeResponse(server, client, answer);
    const sent = new Request(service, { headers: { Authorization: `Bearer ${tokens.access_token}` } });
    const claims = await oauth.validateJwtAccessToken(server, sent, resource.resource, insecure);
    expect(claims).toMatchObject({ client_id: client.client_id, org: acme, scope: "members:read" });
    // An answer of another server, or without the issuer, is refused by the library: no mix-up.
    const mixedUp = await visit(new URL(url));
    mixedUp.searchParams.set("iss", "https://evil.test");
    expect(() => oauth.validateAuthResponse(server, client, mixedUp, "state")).toThrow();
    mixedUp.searchParams.delete("iss");
    expect(() => oauth.validateAuthResponse(server, client, mixedUp, "state")).toThrow();
  });
});

test("a server below a path of its host is found by every way to look for it, and one without MCP says nothing of it", async () => {
  const port = await freePort();
  const publicUrl = `http://127.0.0.1:${port}/auth`;
  const below = await openWorld({ config: { publicUrl, mcp: false } });
  // A proxy hands over what is below the path without it, and the well-known paths of the host as they are.
  await using _proxy = Bun.serve({
    port,
    hostname: "127.0.0.1",
    fetch: ({ url }) => fetch(below.url + new URL(url).pathname.replace(/^\/auth/, "")),
  });
  const insecure = { [oauth.allowInsecureRequests]: true };
  for (const algorithm of ["oauth2", "oidc"] as const) {
    const found = await oauth.discoveryRequest(new URL(publicUrl), { algorithm, ...insecure });
    const { issuer, token_endpoint } = await oauth.processDiscoveryResponse(new URL(publicUrl), found);
    expect([issuer, token_endpoint]).toEqual([publicUrl, `${publicUrl}/oauth/token`]);
  }
  const at = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    return [response.status, ((await response.json()) as { issuer?: string; resource?: string }).issuer];
  };
  expect(await at("/.well-known/openid-configuration/auth")).toEqual([200, publicUrl]);
  expect((await at("/.well-known/openid-configuration/other"))[0]).toBe(404);
  const resource = await oauth.resourceDiscoveryRequest(new URL(`${publicUrl}/api/v1`), insecure);
  const api = await oauth.processResourceDiscoveryResponse(new URL(`${publicUrl}/api/v1`), resource);
  expect(api.authorization_servers).toEqual([publicUrl]);
  for (const path of ["/auth/mcp", "/mcp", "/auth/other"])
    expect((await at(`/.well-known/oauth-protected-resource${path}`))[0]).toBe(404);
  const app = await registerApp(below);
  const asked = await below.fetch(
    `/oauth/authorize?${new URLSearchParams({ client_id: app.id, redirect_uri: redirectUri, response_type: "code", code_challenge: "a".repeat(43), code_challenge_method: "S256", resource: `${publicUrl}/mcp` })}`,
    { redirect: "manual" },
  );
  expect(new URL(asked.headers.get("location")!).searchParams.get("error")).toBe("invalid_target");
  await below.close();
});
