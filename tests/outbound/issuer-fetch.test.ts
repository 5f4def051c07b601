import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { openNetworks } from "../../src/access/networks";
import { openClock } from "../../src/clock";
import { openOidc } from "../../src/identities/oidc";
import { openOutbound } from "../../src/outbound/outbound";
import { IssuerUnavailable, openIssuers } from "../../src/workload-identity/issuers";
import { client } from "../support/oidc";

/** An issuer in a private network, and what it names elsewhere. */
let issuer: Bun.Server<undefined>;
let elsewhere: Bun.Server<undefined>;
let keysUrl = "";
let answer: (() => Response) | undefined;
const asked: string[] = [];
const keys = await generateKeyPair("ES256", { extractable: true });
const url = () => `http://127.0.0.1:${issuer.port}`;

beforeAll(async () => {
  const jwk = { ...(await exportJWK(keys.publicKey)), kid: "1", alg: "ES256" };
  const serve = (hostname: string) =>
    Bun.serve({
      port: 0,
      hostname,
      fetch(request) {
        const { pathname } = new URL(request.url);
        asked.push(`${hostname}${pathname}`);
        if (pathname === "/keys") return answer?.() ?? Response.json({ keys: [jwk] });
        return Response.json({ issuer: url(), jwks_uri: keysUrl, authorization_endpoint: `${url()}/authorize` });
      },
    });
  issuer = serve("127.0.0.1");
  elsewhere = serve("127.0.0.2");
});
afterAll(async () => {
  await Promise.all([issuer.stop(true), elsewhere.stop(true)]);
});

/** What becomes of a token of the issuer, which names its keys there. */
async function verifyWithKeysAt(keys: string, networks: string[] = []) {
  keysUrl = keys;
  asked.length = 0;
  const outbound = openOutbound({ isOpened: openNetworks(networks) });
  const issuers = openIssuers([url()], openClock(), outbound);
  return issuers.verify(await token()).then(
    ({ sub }) => sub,
    (error: unknown) => (error instanceof IssuerUnavailable ? "unavailable" : error),
  );
}
const token = () =>
  new SignJWT({ jti: crypto.randomUUID() })
    .setProtectedHeader({ alg: "ES256", kid: "1" })
    .setIssuer(url())
    .setSubject("job")
    .setAudience("bask")
    .setIssuedAt()
    .setExpirationTime("5m")
    .sign(keys.privateKey);

describe("an issuer that an operator configured", () => {
  test("may be in a private network, with its keys", async () => {
    expect(await verifyWithKeysAt(`${url()}/keys`)).toBe("job");
    expect(asked).toEqual(["127.0.0.1/.well-known/openid-configuration", "127.0.0.1/keys"]);
  });

  test("leads nowhere else in a private network, unless the operator opened that", async () => {
    const there = `http://127.0.0.2:${elsewhere.port}/keys`;
    expect(await verifyWithKeysAt(there)).toBe("unavailable");
    expect(await verifyWithKeysAt(`http://localhost:${issuer.port}/keys`)).toBe("unavailable");
    expect(await verifyWithKeysAt("http://169.254.169.254/latest/meta-data")).toBe("unavailable");
    expect(asked).not.toContain("127.0.0.2/keys");
    expect(await verifyWithKeysAt(there, ["127.0.0.2"])).toBe("job");
  });

  test("is read no further than its keys may be long, and not followed elsewhere", async () => {
    answer = () => new Response("x".repeat(300_000));
    expect(await verifyWithKeysAt(`${url()}/keys`)).toBe("unavailable");
    answer = () => Response.redirect(`http://127.0.0.2:${elsewhere.port}/keys`, 302);
    expect(await verifyWithKeysAt(`${url()}/keys`)).toBe("unavailable");
    expect(asked).not.toContain("127.0.0.2/keys");
    answer = undefined;
  });

  test("is reached the same way where people sign in", async () => {
    keysUrl = `${url()}/keys`;
    asked.length = 0;
    const outbound = openOutbound({ isOpened: openNetworks([]) });
    const open = (at: string) =>
      openOidc(
        { name: "corp", title: "Corp", kind: "oidc", issuer: at, authority: "none", ...client },
        openClock(),
        outbound.fetchOf(url()),
      ).authorizationUrl({ state: "s", nonce: "n", codeVerifier: "v".repeat(43), redirectUri: "https://bask.test/" });
    expect(await open(url())).toStartWith(`${url()}/authorize?`);
    await expect(open(`http://127.0.0.2:${elsewhere.port}`)).rejects.toThrow();
    expect(asked).toEqual(["127.0.0.1/.well-known/openid-configuration"]);
  });
});
