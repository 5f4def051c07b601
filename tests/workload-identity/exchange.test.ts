import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { expectRefusal, storm } from "../support/expect";
import { openWorld, type Person, type World } from "../support/world";

/** A real OpenID Connect issuer: discovery, keys, and tokens signed with them. */
async function openIssuer() {
  const { privateKey, publicKey } = await generateKeyPair("RS256", { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid: "one", alg: "RS256", use: "sig" };
  let asked = 0;
  const broken = { status: 200, path: "" };
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: ({ url }) => {
      asked++;
      const { origin, pathname } = new URL(url);
      if (pathname.startsWith(broken.path) && broken.status !== 200) return new Response("Bad Gateway", broken);
      if (pathname === "/jwks") return Response.json({ keys: [jwk] });
      return Response.json({ issuer: origin, jwks_uri: `${origin}/jwks` });
    },
  });
  const url = server.url.origin;
  const sign = (claims: JWTPayload, key = privateKey) =>
    new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: "one" }).sign(key);
  return { url, sign, broken, asked: () => asked, close: () => server.stop(true) };
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
  world.visitor.workloadIdentity.exchangeToken({ audience: to, subject_token: await issuer.sign(job(claims)) });

beforeAll(async () => {
  [issuer, stranger] = await Promise.all([openIssuer(), openIssuer()]);
  world = await openWorld({ config: { oidcIssuers: [issuer.url] } });
  ada = await world.person("Ada");
  organization = (await ada.bask.organizations.create({ name: "Analytical Engines" })).id;
  ({ id: key } = await ada.bask.apiKeys.create(organization, { name: "CI", preset: "ci" }));
  await ada.bask.workloadIdentity.createTrust(organization, key, { issuer: issuer.url, claims: rule });
});
afterAll(() => Promise.all([issuer.close(), stranger.close()]));

describe("a job with a token of its issuer", () => {
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

  test("is told beforehand whether its claims would be accepted, exactly as the exchange decides", async () => {
    const tried = async (claims: JWTPayload) => {
      const check = await ada.bask.workloadIdentity.checkTrusts(organization, key, { claims: job(claims) });
      const exchanged = await exchange(claims).then(
        () => true,
        () => false,
      );
      expect(check.accepted).toBe(exchanged);
      return check;
    };
    expect(await tried({})).toMatchObject({ accepted: true, isPullRequest: false, data: [{ mismatch: null }] });
    expect(await tried({ ref: "refs/heads/other" })).toMatchObject({ data: [{ mismatch: "other" }] });
    expect(await tried({ ref_protected: "false" })).toMatchObject({ data: [{ mismatch: "unprotected" }] });
    expect(await tried({ event_name: "pull_request" })).toMatchObject({ accepted: false, isPullRequest: true });
    const check = (claims: Record<string, unknown>) =>
      ada.bask.workloadIdentity.checkTrusts(organization, key, { claims });
    for (const odd of [{}, { iss: 1, aud: null, ref: {} }, { aud: [[]], ref: ["main"] }])
      expect(await check(odd)).toMatchObject({ accepted: false });
    await expectRefusal(check(Object.fromEntries([...Array(101).keys()].map((n) => [`c${n}`, n]))), "VALIDATION_ERROR");
  });

  test("shares the key's limits and its end", async () => {
    const own = await ada.bask.apiKeys.create(organization, { name: "Short", rateLimit: 3, expiresInDays: 1 });
    await ada.bask.workloadIdentity.createTrust(organization, own.id, { issuer: issuer.url, claims: rule });
    const [first, second] = [await exchange({}, own.id), await exchange({}, own.id)];
    for (const token of [first.access_token, second.access_token, own.key]) await world.machine(token).whoami();
    await expectRefusal(world.machine(first.access_token).whoami(), "RATE_LIMITED");
    world.time.pass({ minutes: 1 });
    await world.machine(first.access_token).whoami();
    await ada.bask.apiKeys.revoke(organization, own.id);
    await expectRefusal(world.machine(first.access_token).whoami(), "INVALID_API_KEY");
    await expectRefusal(exchange({}, own.id), "UNAUTHORIZED");
  });

  test("loses a token that is reported as leaked, and exchanges another: the key works on", async () => {
    const own = await ada.bask.apiKeys.create(organization, { name: "Leaky" });
    await ada.bask.workloadIdentity.createTrust(organization, own.id, { issuer: issuer.url, claims: rule });
    const [leaked, earlier] = [await exchange({}, own.id), await exchange({}, own.id)];
    world.time.pass({ seconds: 1 });
    const later = await exchange({}, own.id);
    const works = (token: string) => world.machine(token).whoami();
    await works(leaked.access_token);
    const text = `token: "${leaked.access_token}"`;
    expect(await world.visitor.apiKeys.revokeLeaked({ key: text })).toEqual({ revoked: true });
    expect(await world.visitor.apiKeys.revokeLeaked({ key: text })).toEqual({ revoked: false });
    for (const { access_token } of [leaked, earlier]) {
      expect((await expectRefusal(works(access_token), "INVALID_API_KEY")).reason).toBe("workload_token_ended");
    }
    for (const text of [later.access_token, own.key]) await works(text);
    const { data } = await ada.bask.auditLogs.list(organization, { action: "api_key.token_leaked" });
    expect(data).toMatchObject([{ targetId: own.id, actorType: "system" }]);
    await ada.bask.apiKeys.revoke(organization, own.id);
  });

  test("is verified by other services by its token", async () => {
    const { access_token } = await exchange();
    const known = await ada.bask.apiKeys.verify({ key: access_token, organization });
    expect(known).toMatchObject({
      valid: true,
      keyId: key,
      scopes: ["organization:read", "api-keys:read", "usage:read"],
    });
  });

  test("exchanges its token once: fifty requests within a minute get the same token, and later ones none", async () => {
    const token = await issuer.sign(job({ sub: "the one job" }));
    const other = await ada.bask.apiKeys.create(organization, { name: "Other" });
    await ada.bask.workloadIdentity.createTrust(organization, other.id, { issuer: issuer.url, claims: rule });
    const exchangeIt = (to = key) =>
      world.visitor.workloadIdentity.exchangeToken({ audience: to, subject_token: token });
    const { won } = await storm(50, () => exchangeIt());
    expect(won).toHaveLength(50);
    expect(new Set(won.map(({ access_token }) => access_token)).size).toBe(1);
    world.time.pass({ seconds: 59 });
    expect(await exchangeIt()).toMatchObject({ access_token: won[0]!.access_token, expires_in: 841 });
    await expectRefusal(exchangeIt(other.id), "UNAUTHORIZED");
    world.time.pass({ seconds: 1 });
    await expectRefusal(exchangeIt(), "UNAUTHORIZED");
    const { data } = await ada.bask.auditLogs.list(organization, { action: "api_key.token_exchanged", target: key });
    expect(data.filter(({ details }) => details.subject === "the one job")).toHaveLength(1);
  });

  test("sends the exchange as a form, as RFC 8693 has it, or as JSON", async () => {
    const fields = {
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      subject_token_type: "urn:ietf:params:oauth:token-type:id_token",
      audience: key,
    };
    const post = async (body: string, type: string, path = "/auth/token-exchange") =>
      world.fetch(path, { method: "POST", headers: { "Content-Type": type }, body });
    const form = async (extra = {}) =>
      String(new URLSearchParams({ ...fields, subject_token: await issuer.sign(job()), ...extra }));
    const response = await post(await form(), "application/x-www-form-urlencoded; charset=UTF-8");
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ token_type: "Bearer", expires_in: 900 });
    expect((await post(await form({ odd: "1" }), "application/x-www-form-urlencoded")).status).toBe(422);
    expect((await post(`${await form()}&audience=${key}`, "application/x-www-form-urlencoded")).status).toBe(422);
    expect((await post(await form(), "text/plain")).status).toBe(415);
    expect((await post("email=a", "application/x-www-form-urlencoded", "/auth/login")).status).toBe(415);
  });
});

describe("an issuer that cannot be asked", () => {
  test("is not the fault of the token: 503 with Retry-After, and it is asked again", async () => {
    const flaky = await openIssuer();
    const relying = await openWorld({
      databaseUrl: world.app.config.database.url,
      time: world.time,
      config: { oidcIssuers: [flaky.url] },
    });
    const exchangeIt = async () =>
      relying.visitor.workloadIdentity.exchangeToken({
        audience: key,
        subject_token: await flaky.sign(job({ iss: flaky.url })),
      });
    for (const path of ["/.well-known", "/jwks"]) {
      Object.assign(flaky.broken, { status: 502, path });
      const refused = await expectRefusal(exchangeIt(), "UNAVAILABLE");
      expect([refused.reason, refused.retryAfter]).toEqual(["issuer_unavailable", 5]);
    }
    flaky.broken.status = 200;
    await expectRefusal(exchangeIt(), "UNAUTHORIZED");
    await flaky.close();
    await relying.close();
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
    ["of a tag that is called like the branch", () => ({ ref: "refs/tags/main", ref_type: "tag" })],
    ["of an external pull request", () => ({ event_name: undefined, pipeline_source: "external_pull_request_event" })],
    ["with an object as ref", () => ({ ref: { toString: "main" } as never })],
    ["with an object as its id", () => ({ jti: { odd: true } as never })],
  ];
  for (const [what, claims] of cases) {
    test(what, async () => {
      await expectRefusal(exchange(claims()), "UNAUTHORIZED");
    });
  }

  test("that another issuer signed, in either name, without contacting that issuer", async () => {
    for (const iss of [stranger.url, issuer.url]) {
      const token = await stranger.sign(job({ iss }));
      await expectRefusal(
        world.visitor.workloadIdentity.exchangeToken({ audience: key, subject_token: token }),
        "UNAUTHORIZED",
      );
    }
    expect(stranger.asked()).toBe(0);
  });

  test("that is unsigned, cut or one of our own", async () => {
    const [header, payload] = (await issuer.sign(job())).split(".");
    const none = Buffer.from(JSON.stringify({ alg: "none" })).toString("base64url");
    for (const token of [`${none}.${payload}.`, `${header}.${payload}`, "x", ada.bask.tokens()!.accessToken]) {
      await expectRefusal(
        world.visitor.workloadIdentity.exchangeToken({ audience: key, subject_token: token }),
        "UNAUTHORIZED",
      );
    }
  });

  test("by any time in it that no clock has, never with an error of ours", async () => {
    for (const exp of [1e15, 1e308, Number.MAX_SAFE_INTEGER]) await exchange({ exp });
    for (const claims of [{ iat: 1e15 }, { exp: -1e15 }, { iat: -1e300 }, { nbf: 1e15 }]) {
      await expectRefusal(exchange(claims), "UNAUTHORIZED");
    }
  });

  test("with the reason, when only the protection of its branch is missing", async () => {
    const refused = await expectRefusal(exchange({ ref_protected: "false" }), "UNAUTHORIZED");
    expect(refused.reason).toBe("unprotected_ref");
    await exchange({ ref_protected: "true" });
  });

  test("for a key that does not trust it, is another's, or does not exist", async () => {
    const { id } = await ada.bask.apiKeys.create(organization, { name: "Untrusting" });
    for (const to of [id, "key_00000000000000000000000000", "nonsense"]) {
      await expectRefusal(exchange({}, to), "UNAUTHORIZED");
    }
  });

  test("that was altered after the exchange", async () => {
    const { access_token } = await exchange();
    const altered = `${access_token.slice(0, 20)}${access_token[20] === "A" ? "B" : "A"}${access_token.slice(21)}`;
    await expectRefusal(world.machine(altered).whoami(), "INVALID_API_KEY");
  });
});

describe("a trust", () => {
  const trust = (input: object) =>
    ada.bask.workloadIdentity.createTrust(organization, key, { issuer: issuer.url, claims: rule, ...input });

  test("names an issuer of this installation, a repository by its id, and a ref or an environment", async () => {
    await expectRefusal(trust({ issuer: stranger.url }), "VALIDATION_ERROR");
    await expectRefusal(trust({ claims: { ref: "refs/heads/main" } }), "VALIDATION_ERROR");
    await expectRefusal(trust({ claims: { repository: "ada/engine", ref: "refs/heads/main" } }), "VALIDATION_ERROR");
    await expectRefusal(trust({ claims: { repository_id: "1" } }), "VALIDATION_ERROR");
    await expectRefusal(trust({ claims: { repository_id: "1", ref: "refs/heads/*" } }), "VALIDATION_ERROR");
  });

  test("ends when it is removed", async () => {
    const { id } = await trust({ claims: { project_id: "12", environment: "production" } });
    const gitlab = { project_id: "12", environment: "production", repository_id: undefined, ref: undefined };
    await exchange(gitlab);
    await ada.bask.workloadIdentity.deleteTrust(organization, key, id);
    expect((await ada.bask.workloadIdentity.listTrusts(organization, key)).data.map(({ id }) => id)).not.toContain(id);
    await expectRefusal(exchange(gitlab), "UNAUTHORIZED");
    await expectRefusal(ada.bask.workloadIdentity.deleteTrust(organization, key, id), "NOT_FOUND");
  });

  test("is created only by an actor who may do what the key may", async () => {
    const strong = await ada.bask.apiKeys.create(organization, { name: "Strong", scopes: ["*"] });
    const weak = await ada.bask.apiKeys.create(organization, { name: "Weak", scopes: ["api-keys:*"] });
    const asked = world.machine(weak.key).workloadIdentity.createTrust(organization, strong.id, {
      issuer: issuer.url,
      claims: rule,
    });
    await expectRefusal(asked, "FORBIDDEN");
  });
});
