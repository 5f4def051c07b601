import { beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { generateKeyPairSync, sign } from "node:crypto";
import { Webhook } from "standardwebhooks";
import type { WebhookEvent } from "../../src/sdk/client";
import { systemClock } from "../../src/sdk/clock";
import { createApiKeyVerifier, verifyAccessToken, verifyWebhook } from "../../src/sdk/server";
import { expectReason, expectRefusal, refusalOf } from "../support/expect";
import { network } from "../support/sdk";
import { openWorld, type Person, type World } from "../support/world";

let world: World;
let ada: Person;
let organization: string;
beforeAll(async () => {
  world = await openWorld();
  ada = await world.person("Ada");
  organization = (await ada.bask.organizations.create({ name: "Acme" })).id;
});
const clock = () => ({ ...systemClock, now: world.time.now });

describe("verifyAccessToken", () => {
  /** A path of its own for each test, so that none uses the keys that another fetched. */
  let jwksUrl: string;
  let count = 0;
  let asked: string[];
  beforeEach(() => {
    jwksUrl = `${world.url}/.well-known/jwks.json?${++count}`;
    asked = [];
  });
  const verify = (token: string, more: object = {}) =>
    verifyAccessToken(token, {
      url: "https://bask.test",
      jwksUrl,
      clock: clock(),
      fetch: (url, init) => {
        asked.push(url);
        return fetch(url, init);
      },
      ...more,
    });
  const tokenOf = async () => (await world.signIn(ada)).tokens()!.accessToken;

  test("tells whose token it is, asking for the keys once", async () => {
    const token = await tokenOf();
    const me = await ada.bask.me.get();
    const [first] = await Promise.all([verify(token), verify(`Bearer ${token}`), verify(token)]);
    expect(first).toMatchObject({ userId: me.id, sessionId: expect.stringMatching(/^ses_/) });
    expect(first.expiresAt.getTime()).toBe(world.time.now() + 900_000);
    expect(asked).toEqual([jwksUrl]);
  });

  test("refuses one that expired, with five seconds for clocks that differ", async () => {
    const token = await tokenOf();
    world.time.pass({ seconds: 904 });
    await verify(token);
    world.time.pass({ seconds: 1 });
    await expectRefusal(verify(token), "TOKEN_EXPIRED");
    ada.bask = await world.signIn(ada);
  });

  test("refuses what is not one of this installation's tokens", async () => {
    const token = await tokenOf();
    const [header, payload, signature] = token.split(".") as [string, string, string];
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const { privateKey } = generateKeyPairSync("ed25519");
    const kid = JSON.parse(Buffer.from(header, "base64url").toString()).kid as string;
    const forge = (head: object, body: object) => {
      const text = `${encode(head)}.${encode(body)}`;
      return `${text}.${sign(null, Buffer.from(text), privateKey).toString("base64url")}`;
    };
    const claims = JSON.parse(Buffer.from(payload, "base64url").toString());
    const wrong = [
      "",
      "x",
      `${header}.${payload}`,
      `${header}.${payload}.${signature}.${signature}`,
      `${header}.${payload}.`,
      `${header}.${encode({ ...claims, sub: "usr_other" })}.${signature}`,
      `${encode({ alg: "none", typ: "at+jwt", kid })}.${payload}.`,
      `${encode({ alg: "HS256", typ: "at+jwt", kid })}.${payload}.${signature}`,
      forge({ alg: "EdDSA", typ: "at+jwt", kid }, claims),
      forge({ alg: "EdDSA", typ: "at+jwt", kid: "unknown" }, claims),
      `${header}.${payload}.${signature}=`,
      `${"A".repeat(9_000)}.${payload}.${signature}`,
      ada.bask.tokens()!.refreshToken,
    ];
    for (const text of wrong) await expectReason(verify(text), "invalid_access_token");
    await expectReason(verify(token, { url: "https://other.test" }), "invalid_access_token");
  });

  test("asks again for an unknown key, but not for each token that names one; and goes on while it gets no answer", async () => {
    const token = await tokenOf();
    const header = Buffer.from(JSON.stringify({ alg: "EdDSA", typ: "at+jwt", kid: "new" })).toString("base64url");
    const unknown = [header, ...token.split(".").slice(1)].join(".");
    await verify(token);
    world.time.pass({ seconds: 11 });
    for (let i = 0; i < 5; i++) await expectRefusal(verify(unknown), "UNAUTHORIZED");
    expect(asked).toHaveLength(2);
    world.time.pass({ minutes: 11 });
    const down = network(() => new TypeError("fetch failed"));
    await verify(token, { fetch: down.fetch });
    jwksUrl += "&down";
    await expect(verify(token, { fetch: down.fetch })).rejects.toThrow("fetch failed");
  });
});

describe("createApiKeyVerifier", () => {
  const newKey = async (more: object = {}) =>
    ada.bask.apiKeys.create(organization, { name: "Robot", scopes: ["members:read", "api-keys:verify"], ...more });
  let asked = 0;
  const verifier = async (maxAge?: number) => {
    asked = 0;
    const { key } = await newKey({ name: "Gateway" });
    return createApiKeyVerifier({
      url: world.url,
      apiKey: key,
      clock: clock(),
      maxAge,
      fetch: (url, init) => {
        asked++;
        return fetch(url, init);
      },
    });
  };

  test("asks once a second for a key in steady use, and takes every use from its quotas", async () => {
    const { id, key } = await newKey();
    const verify = await verifier();
    for (let i = 0; i < 10; i++) expect(await verify(key)).toMatchObject({ valid: true, keyId: id });
    expect(asked).toBe(1);
    world.time.pass({ seconds: 1 });
    await verify(key);
    expect(asked).toBe(2);
    const { rateLimit } = await ada.bask.apiKeys.verify({ key, cost: 0, organization });
    expect(rateLimit!.limit - rateLimit!.remaining).toBe(11);
  });

  test("refuses a revoked key within a second", async () => {
    const { id, key } = await newKey();
    const verify = await verifier();
    await verify(key);
    await ada.bask.apiKeys.revoke(organization, id);
    world.time.pass({ milliseconds: 999 });
    expect((await verify(key)).valid).toBe(true);
    world.time.pass({ milliseconds: 1 });
    expect(await verify(key)).toEqual({ valid: false, code: "REVOKED" });
  });

  test("allows no more than the key's limit", async () => {
    const { key } = await newKey({ rateLimit: 5 });
    const verify = await verifier();
    const outcomes: boolean[] = [];
    for (let i = 0; i < 8; i++) outcomes.push((await verify(key)).valid);
    expect(outcomes.filter(Boolean)).toHaveLength(5);
  });

  test("keeps the answers for a permission and an IP address apart", async () => {
    const { key } = await newKey({ allowedIps: ["192.0.2.0/24"] });
    const verify = await verifier();
    const codes = [
      await verify(key, { ip: "192.0.2.1" }),
      await verify(key, { ip: "198.51.100.1" }),
      await verify(key, { ip: "192.0.2.1", permission: "members:remove" }),
      await verify(key, { ip: "192.0.2.1", permission: "members:read" }),
    ].map(({ code }) => code);
    expect(codes).toEqual(["VALID", "IP_NOT_ALLOWED", "INSUFFICIENT_SCOPE", "VALID"]);
  });

  test("shares one question among uses at the same moment, and does not keep a failure", async () => {
    const { key } = await newKey();
    const verify = await verifier();
    await Promise.all(Array.from({ length: 20 }, () => verify(key)));
    expect(asked).toBe(1);
    let fails = true;
    const flaky = createApiKeyVerifier({
      url: world.url,
      apiKey: (await newKey()).key,
      fetch: (url, init) => (fails ? Promise.reject(new TypeError("fetch failed")) : fetch(url, init)),
    });
    expect((await refusalOf(flaky(key))).code).toBe("NETWORK_ERROR");
    fails = false;
    expect((await flaky(key)).valid).toBe(true);
  });
});

describe("verifyWebhook", () => {
  const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  const body = JSON.stringify({ id: "evt_1", type: "member.left", timestamp: "2026-03-02T09:00:00.000Z", data: {} });
  const at = new Date("2026-03-02T09:00:00Z");
  const headers = (text = body, by = secret, when = at) => ({
    "webhook-id": "evt_1",
    "webhook-timestamp": String(when.getTime() / 1_000),
    "webhook-signature": new Webhook(by).sign("evt_1", when, text),
  });
  const later = (seconds: number) => ({ ...systemClock, now: () => at.getTime() + seconds * 1_000 });
  const options = { secret, clock: later(0) };

  test("accepts what the package standardwebhooks signs, in every form of headers and body", async () => {
    const expected = JSON.parse(body) as WebhookEvent;
    expect(await verifyWebhook(body, headers(), options)).toEqual(expected);
    expect(await verifyWebhook(body, new Headers(headers()), options)).toEqual(expected);
    expect(await verifyWebhook(new TextEncoder().encode(body), headers(), options)).toEqual(expected);
    const node = {
      "Webhook-Id": "evt_1",
      "webhook-timestamp": [headers()["webhook-timestamp"]],
      "Webhook-Signature": headers()["webhook-signature"],
    };
    expect(await verifyWebhook(body, node, options)).toEqual(expected);
    const unicode = JSON.stringify({ name: "Zoë ☂" });
    expect(await verifyWebhook(unicode, headers(unicode), options)).toEqual(JSON.parse(unicode));
  });

  test("accepts the secret before and after a rotation", async () => {
    const next = `whsec_${Buffer.from("a new secret of 24 bytes").toString("base64")}`;
    const both = {
      ...headers(),
      "webhook-signature": `${headers()["webhook-signature"]} ${headers(body, next)["webhook-signature"]}`,
    };
    await verifyWebhook(body, both, options);
    await verifyWebhook(body, both, { ...options, secret: next });
    await verifyWebhook(body, headers(body, next), { ...options, secret: [secret, next] });
  });

  test("refuses everything else", async () => {
    const signature = headers()["webhook-signature"];
    const refused: [string, Record<string, string>, object?][] = [
      [`${body} `, headers()],
      [body, { ...headers(), "webhook-id": "evt_2" }],
      [body, { ...headers(), "webhook-timestamp": "1" }],
      [body, { ...headers(), "webhook-timestamp": "1e9" }],
      [body, { ...headers(), "webhook-signature": "" }],
      [body, { ...headers(), "webhook-signature": signature.replace("v1,", "v2,") }],
      [body, { ...headers(), "webhook-signature": "v1,AAAA v1, v1" }],
      [body, {}],
      [body, headers(), { clock: later(301) }],
      [body, headers(), { clock: later(-301) }],
      [body, headers(), { secret: `whsec_${"A".repeat(32)}` }],
      [body, headers(), { secret: [] }],
    ];
    for (const [text, sent, more] of refused)
      await expect(verifyWebhook(text, sent, { ...options, ...more })).rejects.toThrow("delivery");
    await verifyWebhook(body, headers(), { ...options, clock: later(300) });
    await expect(verifyWebhook(body, headers(), { ...options, secret: "whsec_not base64!" })).rejects.toThrow(
      TypeError,
    );
  });
});
