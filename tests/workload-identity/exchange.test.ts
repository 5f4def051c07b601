import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { expectRefusal, storm } from "../support/expect";
import { openWorld, type Person, type World } from "../support/world";

/** A real OpenID Connect issuer: discovery, keys, and tokens signed with them. */
async function openIssuer() {
  const { privateKey, publicKey } = await generateKeyPair("RS256", { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid: "one", alg: "RS256", use: "sig" };
  let asked = 0;
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: ({ url }) => {
      asked++;
      const { origin, pathname } = new URL(url);
      if (pathname === "/jwks") return Response.json({ keys: [jwk] });
      return Response.json({ issuer: origin, jwks_uri: `${origin}/jwks` });
    },
  });
  const url = server.url.origin;
  const sign = (claims: JWTPayload, key = privateKey) =>
    new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: "one" }).sign(key);
  return { url, sign, asked: () => asked, close: () => server.stop(true) };
}

let issuer: Awaited<ReturnType<typeof openIssuer>>;
let stranger: Awaited<ReturnType<typeof openIssuer>>;
let world: World;
let ada: Person;
let organization: string;
let key: string;
let tokens = 0;

const rule = { repository_id: "4711", ref: "refs/heads/main" };
/** What GitHub says of a job on the main branch. */
const job = (claims: JWTPayload = {}): JWTPayload => {
  const now = Math.floor(world.time.now() / 1000);
  return {
    iss: issuer.url,
    sub: "repo:ada/engine:ref:refs/heads/main",
    aud: "https://bask.test",
    iat: now,
    exp: now + 300,
    jti: `token-${++tokens}`,
    event_name: "push",
    ...rule,
    ...claims,
  };
};
const exchange = async (claims?: JWTPayload, to = key) =>
  world.visitor.workloadIdentity.exchange(to, await issuer.sign(job(claims)));

beforeAll(async () => {
  [issuer, stranger] = await Promise.all([openIssuer(), openIssuer()]);
  world = await openWorld({ config: { oidcIssuers: [issuer.url] } });
  ada = await world.person("Ada");
  organization = (await ada.bask.organizations.create({ name: "Analytical Engines" })).id;
  ({ id: key } = await ada.bask.apiKeys.create(organization, { name: "CI", preset: "ci" }));
  await ada.bask.workloadIdentity.trust(organization, key, { issuer: issuer.url, claims: rule });
});
afterAll(() => Promise.all([issuer.close(), stranger.close()]));

describe("a job that its issuer vouches for", () => {
  test("gets a token that stands for the key for 15 minutes, by every way a key is sent", async () => {
    const answer = await exchange();
    expect(answer).toMatchObject({ token_type: "Bearer", expires_in: 900 });
    const robot = world.machine(answer.access_token);
    expect(await robot.whoami()).toMatchObject({ type: "api_key", keyId: key, organizationId: organization });
    const bearer = await world.fetch("/whoami", { headers: { Authorization: `Bearer ${answer.access_token}` } });
    expect(bearer.status).toBe(200);
    await expectRefusal(robot.members.list(organization), "INSUFFICIENT_SCOPE");
    world.time.pass({ minutes: 15 });
    await expectRefusal(robot.whoami(), "INVALID_API_KEY");
    ada.bask = await world.signIn(ada);
  });

  test("shares the key's limits and its end", async () => {
    const own = await ada.bask.apiKeys.create(organization, { name: "Short", rateLimit: 3, expiresInDays: 1 });
    await ada.bask.workloadIdentity.trust(organization, own.id, { issuer: issuer.url, claims: rule });
    const [first, second] = [await exchange({}, own.id), await exchange({}, own.id)];
    for (const token of [first.access_token, second.access_token, own.key]) await world.machine(token).whoami();
    await expectRefusal(world.machine(first.access_token).whoami(), "RATE_LIMITED");
    world.time.pass({ minutes: 1 });
    await world.machine(first.access_token).whoami();
    await ada.bask.apiKeys.revoke(organization, own.id);
    await expectRefusal(world.machine(first.access_token).whoami(), "INVALID_API_KEY");
    await expectRefusal(exchange({}, own.id), "UNAUTHORIZED");
  });

  test("is known to other services by its token", async () => {
    const { access_token } = await exchange();
    const known = await ada.bask.apiKeys.verify({ key: access_token, organization });
    expect(known).toMatchObject({
      valid: true,
      keyId: key,
      scopes: ["organization:read", "api-keys:read", "usage:read"],
    });
  });

  test("uses its token once, under fifty tries at once", async () => {
    const token = await issuer.sign(job());
    const { won, lost } = await storm(50, () => world.visitor.workloadIdentity.exchange(key, token));
    expect(won).toHaveLength(1);
    expect(new Set(lost)).toEqual(new Set(["UNAUTHORIZED"]));
  });
});

describe("a token is refused", () => {
  const cases: [string, () => JWTPayload][] = [
    ["of another repository", () => ({ repository_id: "4712" })],
    ["of another branch", () => ({ ref: "refs/heads/evil" })],
    ["of a pull request", () => ({ event_name: "pull_request" })],
    ["of a pull request that runs on its target", () => ({ event_name: "pull_request_target" })],
    ["of a merge request", () => ({ event_name: undefined, pipeline_source: "merge_request_event" })],
    ["for another audience", () => ({ aud: "https://elsewhere.test" })],
    ["that has ended", () => ({ iat: 1, exp: 2 })],
    ["that is older than an hour", () => ({ iat: Math.floor(world.time.now() / 1000) - 3_700 })],
    ["that nothing names", () => ({ jti: undefined })],
  ];
  for (const [what, claims] of cases) {
    test(what, async () => {
      await expectRefusal(exchange(claims()), "UNAUTHORIZED");
    });
  }

  test("that another issuer signed, in its own name or in ours, without asking that issuer anything", async () => {
    for (const iss of [stranger.url, issuer.url]) {
      const token = await stranger.sign(job({ iss }));
      await expectRefusal(world.visitor.workloadIdentity.exchange(key, token), "UNAUTHORIZED");
    }
    expect(stranger.asked()).toBe(0);
  });

  test("that is none: unsigned, cut, our own", async () => {
    const [header, payload] = (await issuer.sign(job())).split(".");
    const none = Buffer.from(JSON.stringify({ alg: "none" })).toString("base64url");
    for (const token of [`${none}.${payload}.`, `${header}.${payload}`, "x", ada.bask.tokens()!.accessToken]) {
      await expectRefusal(world.visitor.workloadIdentity.exchange(key, token), "UNAUTHORIZED");
    }
  });

  test("for a key that does not trust it, is another's, or does not exist", async () => {
    const { id } = await ada.bask.apiKeys.create(organization, { name: "Untrusting" });
    for (const to of [id, "key_00000000000000000000000000", "nonsense"]) {
      await expectRefusal(exchange({}, to), "UNAUTHORIZED");
    }
  });

  test("that was altered after we gave it", async () => {
    const { access_token } = await exchange();
    const altered = `${access_token.slice(0, 20)}${access_token[20] === "A" ? "B" : "A"}${access_token.slice(21)}`;
    await expectRefusal(world.machine(altered).whoami(), "INVALID_API_KEY");
  });
});

describe("a trust", () => {
  const trust = (input: object) =>
    ada.bask.workloadIdentity.trust(organization, key, { issuer: issuer.url, claims: rule, ...input });

  test("names an issuer of this installation, a repository by its id, and a ref or an environment", async () => {
    await expectRefusal(trust({ issuer: stranger.url }), "VALIDATION_ERROR");
    await expectRefusal(trust({ claims: { ref: "refs/heads/main" } }), "VALIDATION_ERROR");
    await expectRefusal(trust({ claims: { repository: "ada/engine", ref: "refs/heads/main" } }), "VALIDATION_ERROR");
    await expectRefusal(trust({ claims: { repository_id: "1" } }), "VALIDATION_ERROR");
  });

  test("ends when it is removed", async () => {
    const { id } = await trust({ claims: { project_id: "12", environment: "production" } });
    const gitlab = { project_id: "12", environment: "production", repository_id: undefined, ref: undefined };
    await exchange(gitlab);
    await ada.bask.workloadIdentity.distrust(organization, key, id);
    expect((await ada.bask.workloadIdentity.trusts(organization, key)).data.map(({ id }) => id)).not.toContain(id);
    await expectRefusal(exchange(gitlab), "UNAUTHORIZED");
    await expectRefusal(ada.bask.workloadIdentity.distrust(organization, key, id), "NOT_FOUND");
  });

  test("is given only by one who may do what the key may", async () => {
    const strong = await ada.bask.apiKeys.create(organization, { name: "Strong", scopes: ["*"] });
    const weak = await ada.bask.apiKeys.create(organization, { name: "Weak", scopes: ["api-keys:*"] });
    const asked = world.machine(weak.key).workloadIdentity.trust(organization, strong.id, {
      issuer: issuer.url,
      claims: rule,
    });
    await expectRefusal(asked, "FORBIDDEN");
  });
});
