import { beforeAll, describe, expect, test } from "bun:test";
import { createPublicKey, randomBytes } from "node:crypto";
import { createLocalJWKSet, createRemoteJWKSet, jwtVerify } from "jose";
import { openAccessTokens } from "../../src/crypto/access-tokens";
import { openKeyring } from "../../src/crypto/keyring";
import { type SigningAlgorithm, signingAlgorithms, signingKeysOf } from "../../src/crypto/signing-keys";
import { systemClock } from "../../src/sdk/clock";
import { verifyAccessToken } from "../../src/sdk/server";
import { openPresence } from "../../src/secrets/presence";
import { createClient } from "../support/client";
import { testTime } from "../support/clock";
import { newDatabase } from "../support/databases";
import { openWorld, type Person, type World } from "../support/world";

const issuer = "https://bask.test";
const algorithmOf = (token: string) => JSON.parse(Buffer.from(token.split(".")[0]!, "base64url").toString()).alg;
const published = async (world: World) => {
  const { keys } = (await (await world.fetch("/.well-known/jwks.json")).json()) as { keys: { alg: string }[] };
  return keys.map(({ alg }) => alg);
};

describe("keys are derived from the secret", () => {
  test("the same in every process, another for each secret and algorithm, of the strength that their names promise", async () => {
    const seen = new Set<string>();
    for (const algorithm of signingAlgorithms) {
      const keys = async (secret: number) =>
        (await signingKeysOf(openKeyring([Buffer.alloc(32, secret)]), algorithm)[0].load()).publicJwk;
      const [first, again, other] = await Promise.all([keys(1), keys(1), keys(2)]);
      expect(again).toEqual(first);
      for (const { kid } of [first, other]) seen.add(kid!);
      const { asymmetricKeyDetails } = createPublicKey({ key: first as never, format: "jwk" });
      expect(asymmetricKeyDetails).toMatchObject(
        { EdDSA: {}, ES256: { namedCurve: "prime256v1" }, RS256: { modulusLength: 2048, publicExponent: 65537n } }[
          algorithm
        ],
      );
      expect(Object.keys(first).filter((name) => /^(d|p|q|dp|dq|qi)$/.test(name))).toEqual([]);
    }
    expect(seen.size).toBe(6);
  });

  test("and jose finds them good, whatever the secret", async () => {
    for (let i = 0; i < 8; i++) {
      const keyring = openKeyring([randomBytes(32)]);
      for (const algorithm of signingAlgorithms) {
        const tokens = openAccessTokens(keyring, issuer, algorithm);
        await tokens.ready();
        const token = tokens.issue(
          { id: "ses_00000000000000000000000000" as never, userId: "usr_00000000000000000000000000" as never },
          Date.now(),
        );
        const { payload } = await jwtVerify(token, createLocalJWKSet(tokens.jwks), {
          algorithms: [algorithm],
          issuer,
          audience: issuer,
          typ: "at+jwt",
        });
        expect(payload.sub).toStartWith("usr_");
        expect(await openAccessTokens(keyring, issuer).verify(token, Date.now())).toMatchObject({ sub: payload.sub });
      }
    }
  });
});

describe("another algorithm", () => {
  const time = testTime();
  let before: World;
  let ada: Person;
  let old: string;
  beforeAll(async () => {
    before = await openWorld({ time });
    ada = await before.person("Ada");
    old = ada.bask.tokens()!.accessToken;
  });
  /** A process of the same installation that signs with another algorithm. */
  const restartedWith = (signingAlgorithm: SigningAlgorithm) =>
    openWorld({ time, databaseUrl: before.app.config.database.url, config: { signingAlgorithm } });
  const me = (world: World, accessToken: string) =>
    createClient({ url: world.url, tokens: { accessToken, refreshToken: "" } }).me.get();

  for (const algorithm of ["ES256", "RS256"] as const) {
    test(`${algorithm}: signs no one out, in the processes that were restarted and in those that were not`, async () => {
      const after = await restartedWith(algorithm);
      const fresh = (await after.signIn(ada)).tokens()!.accessToken;
      expect([algorithmOf(old), algorithmOf(fresh)]).toEqual(["EdDSA", algorithm]);
      for (const world of [before, after]) {
        for (const token of [old, fresh]) expect((await me(world, token)).email).toBe(ada.email);
        const jwksUrl = `${world.url}/.well-known/jwks.json?${algorithm}`;
        const keys = createRemoteJWKSet(new URL(jwksUrl));
        for (const token of [old, fresh]) {
          const { payload } = await jwtVerify(token, keys, {
            issuer,
            audience: issuer,
            currentDate: new Date(time.now()),
          });
          const clock = { ...systemClock, now: time.now };
          expect(await verifyAccessToken(token, { url: issuer, jwksUrl, clock })).toMatchObject({
            userId: payload.sub,
          });
        }
      }
    });
  }

  test("the keys of the one before are published until its last token has expired, and no longer", async () => {
    const own = testTime();
    const database = await newDatabase();
    const first = await openWorld({ time: own, databaseUrl: database.url });
    const presence = openPresence(first.app);
    own.pass({ minutes: 30 });
    await presence.beat();
    const second = await openWorld({ time: own, databaseUrl: database.url, config: { signingAlgorithm: "ES256" } });
    for (const world of [first, second]) expect((await published(world)).sort()).toEqual(["ES256", "EdDSA"]);
    await presence.leave();
    own.pass({ minutes: 15 });
    expect(await published(second)).toEqual(["ES256", "EdDSA"]);
    own.pass({ minutes: 1, seconds: 1 });
    expect(await published(second)).toEqual(["ES256"]);
    await Promise.all([first.close(), second.close()]);
    await database.remove();
  });
});
