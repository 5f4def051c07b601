import { beforeAll, describe, expect, test } from "bun:test";
import { createHmac, createPublicKey, generateKeyPairSync, randomBytes, sign, verify } from "node:crypto";
import { openAccessTokens } from "../../src/crypto/access-tokens";
import { openKeyring } from "../../src/crypto/keyring";
import { createClient } from "../support/client";
import { expectRefusal } from "../support/expect";
import { openWorld, type Person, type World } from "../support/world";

let world: World;
let ada: Person;
beforeAll(async () => {
  world = await openWorld();
  ada = await world.person("Ada");
});

const me = (accessToken: string) =>
  createClient({ url: world.url, tokens: { accessToken, refreshToken: "" } }).me.get();
const encode = (value: unknown) =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
const decode = (part: string) => JSON.parse(Buffer.from(part, "base64url").toString());

/** The parts of a new token, so that one of them can be replaced. */
function parts() {
  const [header, payload, signature] = ada.bask.tokens()!.accessToken.split(".") as [string, string, string];
  return { header, payload, signature, claims: decode(payload), protected: decode(header) };
}

describe("an access token", () => {
  test("is a JWT valid for exactly 900 seconds with the claims of RFC 9068, verifiable with the published keys alone", async () => {
    const { header, payload, signature, claims, protected: head } = parts();
    const { keys } = (await (await world.fetch("/.well-known/jwks.json")).json()) as { keys: Record<string, string>[] };
    expect(head).toEqual({ alg: "EdDSA", typ: "at+jwt", kid: keys[0]!.kid });
    expect(claims).toMatchObject({
      iss: "https://bask.test",
      aud: "https://bask.test",
      sub: expect.stringMatching(/^usr_/),
      sid: expect.stringMatching(/^ses_/),
    });
    expect(claims.exp - claims.iat).toBe(900);
    const key = createPublicKey({ key: keys[0] as never, format: "jwk" });
    expect(verify(null, Buffer.from(`${header}.${payload}`), key, Buffer.from(signature, "base64url"))).toBe(true);
    expect(keys.every((published) => !("d" in published))).toBe(true);
  });

  test("is valid until the second it expires", async () => {
    const own = await openWorld();
    const { bask } = await own.person("Grace");
    const pair = bask.tokens()!;
    const call = () =>
      createClient({ url: own.url, tokens: { accessToken: pair.accessToken, refreshToken: "" } }).me.get();
    own.time.pass({ seconds: 899, milliseconds: 999 });
    expect((await call()).email).toBe("grace@example.com");
    own.time.pass({ milliseconds: 1 });
    expect((await own.fetch("/users/me", { headers: { Authorization: `Bearer ${pair.accessToken}` } })).status).toBe(
      401,
    );
    await expectRefusal(call(), "INVALID_REFRESH_TOKEN");
    await own.close();
  });

  test("of another installation, issuer, algorithm, type or key is refused", async () => {
    const { header, payload, signature, claims, protected: head } = parts();
    const stranger = openAccessTokens(openKeyring([randomBytes(32)]), "https://bask.test");
    const otherIssuer = openAccessTokens(openKeyring(world.app.config.secretKeys), "https://evil.test");
    const session = { id: claims.sid, userId: claims.sub };
    const { privateKey, publicKey } = generateKeyPairSync("ed25519");
    const own = publicKey.export({ format: "jwk" });
    const signedBy = (h: object, p: object = claims) => {
      const text = `${encode(h)}.${encode(p)}`;
      return `${text}.${sign(null, Buffer.from(text), privateKey).toString("base64url")}`;
    };
    const { keys } = world.app.accessTokens.jwks;
    const hs256 = `${encode({ ...head, alg: "HS256" })}.${payload}`;
    const forged = [
      stranger.issue(session, world.time.now()),
      otherIssuer.issue(session, world.time.now()),
      `${encode({ alg: "none", typ: "at+jwt" })}.${payload}.`,
      `${encode({ alg: "none", typ: "at+jwt" })}.${payload}`,
      `${hs256}.${createHmac("sha256", JSON.stringify(keys[0])).update(hs256).digest("base64url")}`,
      `${hs256}.${createHmac("sha256", Buffer.from(keys[0]!.x!, "base64url")).update(hs256).digest("base64url")}`,
      signedBy(head),
      signedBy({ ...head, kid: "unknown" }),
      signedBy({ ...head, jwk: own }),
      signedBy({ ...head, jku: "http://127.0.0.1:9/jwks.json" }),
      signedBy({ ...head, x5u: "http://127.0.0.1:9/cert.pem" }),
      signedBy({ ...head, crit: ["exp"] }),
      signedBy({ ...head, b64: false, crit: ["b64"] }),
      `${encode({ ...head, typ: "JWT" })}.${payload}.${signature}`,
      `${header}.${encode({ ...claims, sub: "usr_00000000000000000000000000" })}.${signature}`,
      JSON.stringify({ payload, signatures: [{ protected: header, signature }] }),
      `${header}.${payload}.${signature}.${signature}.${signature}`,
      `${header}..${payload}.${signature}.`,
    ];
    for (const token of forged) {
      const response = await world.fetch("/users/me", { headers: { Authorization: `Bearer ${token}` } });
      expect([token.slice(0, 60), response.status]).toEqual([token.slice(0, 60), 401]);
    }
    for (const field of ["iss", "aud", "sub", "sid", "jti", "iat", "exp"]) {
      expect(
        await world.app.accessTokens.verify(signedBy(head, { ...claims, [field]: undefined }), world.time.now()),
      ).toBeUndefined();
    }
  });

  test("in another encoding of the same bytes is refused", async () => {
    const { header, payload, signature } = parts();
    const last = signature.at(-1)!;
    const neighbour = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const respelled = [
      `${header}.${payload}.${signature}=`,
      `${header}.${payload}.${signature}==`,
      `${header}.${payload}=.${signature}`,
      `${header}.${payload}.${signature.slice(0, -1)}${neighbour[neighbour.indexOf(last) + 1]}`,
      `${header}.${payload}.${signature.slice(0, 10)}\n${signature.slice(10)}`,
      `${header} .${payload}.${signature}`,
      `${header}.${payload}.${signature}${"A".repeat(9000)}`,
    ];
    for (const token of respelled) expect(await world.app.accessTokens.verify(token, world.time.now())).toBeUndefined();
  });

  test("is accepted by the process that signed it as by any other, and an ID token of the same claims by none", async () => {
    const { claims } = parts();
    const now = world.time.now();
    const [signer, other] = [1, 2].map(() => openAccessTokens(openKeyring(world.app.config.secretKeys), claims.iss));
    await Promise.all([signer!.ready(), other!.ready()]);
    const token = signer!.issue({ id: claims.sid, userId: claims.sub }, now);
    const read = await signer!.verify(token, now);
    expect(read).toMatchObject({ sub: claims.sub, sid: claims.sid });
    expect(await other!.verify(token, now)).toEqual(read!);
    for (const at of [now + 900_000, now + 1_000_000]) expect(await signer!.verify(token, at)).toBe("expired");
    const idToken = signer!.issueIdToken({ aud: claims.iss, sub: claims.sub, sid: claims.sid }, now);
    for (const process of [signer, other]) expect(await process!.verify(idToken, now)).toBeUndefined();
  });

  test("survives a new secret in front of the old one, and ends when the old one is removed", async () => {
    const [old] = world.app.config.secretKeys as [Buffer];
    const fresh = randomBytes(32);
    const { accessToken } = ada.bask.tokens()!;
    const now = world.time.now();
    const rotated = openAccessTokens(openKeyring([fresh, old]), "https://bask.test");
    expect(await rotated.verify(accessToken, now)).toMatchObject({ exp: expect.any(Number) });
    expect(rotated.jwks.keys).toHaveLength(2);
    const { claims } = parts();
    const next = rotated.issue({ id: claims.sid, userId: claims.sub }, now);
    expect(decode(next.split(".")[0]!).kid).toBe(rotated.jwks.keys[0]!.kid);
    expect(await openAccessTokens(openKeyring([fresh]), "https://bask.test").verify(accessToken, now)).toBeUndefined();
  });
});

describe("a credential", () => {
  test("of one kind is refused where another kind is required", async () => {
    const { accessToken, refreshToken } = ada.bask.tokens()!;
    const { id } = await ada.bask.organizations.create({ name: "Kinds" });
    const { key } = await ada.bask.apiKeys.create(id, { name: "kinds" });
    const { secret } = await (await world.person("Kim")).bask.twoFactor.setup({ password: "Kim likes long passwords" });
    for (const wrong of [refreshToken, key, secret]) await expectRefusal(me(wrong), "UNAUTHORIZED");
    for (const wrong of [accessToken, refreshToken, secret])
      await expectRefusal(world.machine(wrong).whoami(), "INVALID_API_KEY");
    for (const wrong of [accessToken, key, secret]) {
      await expectRefusal(
        createClient({ url: world.url, tokens: { accessToken: "", refreshToken: wrong } }).auth.refresh(),
        "INVALID_REFRESH_TOKEN",
      );
    }
  });

  test("that is malformed is 401 and never 500", async () => {
    const headers = [
      "",
      " ",
      "Bearer",
      "Bearer ",
      "Basic YTpi",
      "Bearer a b",
      `Bearer ${"x".repeat(10_000)}`,
      "Bearer a, Bearer b",
      "bearer\tx",
      "Bearer é",
      "Token x",
      "Bearer eyJhbGciOiJub25lIn0.e30.",
    ];
    for (const Authorization of headers) {
      const response = await world.fetch("/users/me", { headers: { Authorization } });
      expect([Authorization.slice(0, 20), response.status]).toEqual([Authorization.slice(0, 20), 401]);
      expect(response.headers.get("www-authenticate")).toStartWith("Bearer");
    }
    for (const key of ["", " ", "bsk_live_", "x".repeat(10_000), `bsk_live_${"é".repeat(36)}`]) {
      expect((await world.fetch("/whoami", { headers: { "X-API-Key": key } })).status).toBe(401);
    }
  });

  test("beside another one is refused with 400", async () => {
    const { accessToken } = ada.bask.tokens()!;
    const response = await world.fetch("/users/me", {
      headers: { Authorization: `Bearer ${accessToken}`, "X-API-Key": "bsk_live_x" },
    });
    expect(response.status).toBe(400);
  });

  test("of a proxy beside an API key is ignored", async () => {
    const { id } = await ada.bask.organizations.create({ name: "Behind a proxy" });
    const { key } = await ada.bask.apiKeys.create(id, { name: "proxied" });
    const headers = { Authorization: "Basic cHJveHk6c2VjcmV0", "X-API-Key": key };
    expect((await world.fetch("/whoami", { headers })).status).toBe(200);
  });

  test("that is not accepted is ignored where the body holds one that is", async () => {
    const zoe = await world.person("Zoe");
    const post = (path: string, body: object, header: Record<string, string>) =>
      world.fetch(path, {
        method: "POST",
        headers: { "Content-Type": "application/json", ...header },
        body: JSON.stringify(body),
      });
    const { email, password } = zoe;
    for (const Authorization of ["Basic YTpi", "Bearer", "Bearer ", "Bearer expired"]) {
      const header = { Authorization };
      const signIn = await post("/auth/login", { email, password }, header);
      expect([Authorization, signIn.status]).toEqual([Authorization, 200]);
      const { refreshToken } = (await signIn.json()) as { refreshToken: string };
      expect((await post("/auth/refresh", { refreshToken }, header)).status).toBe(200);
      expect((await post("/auth/logout", { refreshToken }, header)).status).toBe(204);
      expect((await post("/auth/logout", {}, header)).status).toBe(401);
    }
    const token = await world.tokenTo(email, "verify-email");
    const verified = await post("/auth/verify-email", { token, password }, { Authorization: "Basic YTpi" });
    expect(verified.status).toBe(204);
  });
});
