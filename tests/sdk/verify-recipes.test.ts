import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { decodeJwt, decodeProtectedHeader } from "jose";
import { signingAlgorithms } from "../../src/crypto/signing-keys";
import { realTime } from "../support/clock";
import { freePort } from "../support/free-port";
import { openWorld, type World } from "../support/world";

const text = readFileSync(join(import.meta.dir, "../../docs/guides/verify.md"), "utf8");
const recipes = [...text.matchAll(/^```(ts|python)\n(.*?)^```$/gms)].map(([, kind, code]) => ({ kind, code: code! }));
const recipe = (name: string) => recipes.find(({ code }) => code.includes(name))!.code;

/** Runs a recipe of the guide as it stands there, for another server and algorithm, and gives what it finds. */
async function run(code: string, result: string, world: World, token: string): Promise<string> {
  const { publicUrl, signingAlgorithm } = world.app.config;
  const inFunction = code
    .replaceAll("https://api.example.com", publicUrl)
    .replaceAll(/"(EdDSA|ES256)"/g, `"${signingAlgorithm}"`)
    .replaceAll(/^import (.*) from ("[^"]+");$/gm, "const $1 = await load($2);")
    .replace(/const (\w+) = await load/, (line, name) => line.replace(name, `{ default: ${name} }`));
  const load = (name: string) => import(name);
  const AsyncFunction = (async () => {}).constructor as new (
    ...names: string[]
  ) => (...given: unknown[]) => Promise<string>;
  return new AsyncFunction("load", "token", `${inFunction}\nreturn ${result};`)(load, token);
}

describe("the recipes of the guide verify tokens", () => {
  for (const signingAlgorithm of signingAlgorithms) {
    test(`that are signed with ${signingAlgorithm}`, async () => {
      const port = await freePort();
      const config = { publicUrl: `http://127.0.0.1:${port}`, signingAlgorithm };
      const world = await openWorld({ time: realTime(), port, config });
      const { bask } = await world.person("Ada");
      const token = bask.tokens()!.accessToken;
      const { id } = await bask.me.get();
      const other = await openWorld({ time: realTime(), config });
      const stranger = (await other.person("Eve")).bask.tokens()!.accessToken;
      const request = `await (await app.request("/", { headers: { Authorization: "Bearer " + token } })).text()`;
      const results = { createRemoteJWKSet: "userId", "hono/jwk": request, jsonwebtoken: "userId" };
      for (const [name, result] of Object.entries(results)) {
        if (name === "jsonwebtoken" && signingAlgorithm === "EdDSA") continue;
        expect([name, await run(recipe(name), result, world, token)]).toEqual([name, id]);
        const forged = `${stranger.slice(0, stranger.lastIndexOf("."))}.${token.split(".")[2]}`;
        const answer = await run(recipe(name), result, world, forged).catch(() => "refused");
        expect([name, answer]).toEqual([name, expect.stringMatching(/refused|Unauthorized/i)]);
      }
      if (python) {
        const code = recipe("PyJWKClient").replaceAll("https://api.example.com", config.publicUrl);
        const script = `token = "${token}"\n${code.replace("EdDSA", signingAlgorithm)}\nprint(claims["sub"])`;
        const { stdout } = Bun.spawn([python, "-c", script], { stdout: "pipe" });
        expect((await new Response(stdout).text()).trim()).toBe(id);
      }
      await Promise.all([world.close(), other.close()]);
    });
  }
});

describe("the configurations of the guide for gateways", () => {
  const gateways = [...text.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, code]) => code!);
  const configured = (name: string, world: World) => {
    const code = gateways.find((code) => code.includes(name))!;
    return Bun.YAML.parse(code.replaceAll("https://api.example.com", world.app.config.publicUrl)) as never;
  };
  /** The claims that a gateway compares are those of the tokens, and the keys are where it looks for them. */
  test("name the issuer, the audience and the documents of a running server", async () => {
    const port = await freePort();
    const config = { publicUrl: `http://127.0.0.1:${port}`, signingAlgorithm: "RS256" as const };
    const world = await openWorld({ port, config });
    const { bask } = await world.person("Ada");
    const { iss, aud } = decodeJwt(bask.tokens()!.accessToken);
    const { kid, alg } = decodeProtectedHeader(bask.tokens()!.accessToken);
    const read = async (url: string) => (await fetch(url)).json();
    const discovered = await read(`${iss}/.well-known/openid-configuration`);
    const { keys } = (await read(discovered.jwks_uri)) as { keys: object[] };
    expect([discovered.issuer, keys]).toEqual([iss, [expect.objectContaining({ kid, alg, use: "sig" })]]);

    const envoy: Envoy = configured("jwt_authn", world);
    const [provider] = Object.values(envoy.typed_config.providers);
    expect(provider).toMatchObject({ issuer: iss, audiences: [aud] });
    expect(provider!.remote_jwks.http_uri.uri).toBe(discovered.jwks_uri);
    const kong: Kong = configured("openid-connect", world);
    expect(kong.plugins[0]!.config.audience_required).toEqual([aud as string]);
    expect(await read(kong.plugins[0]!.config.issuer)).toEqual(discovered);
    const aws: Aws = configured("ApiGatewayV2", world);
    expect(aws.Authorizer.Properties.JwtConfiguration).toEqual({ Issuer: iss as string, Audience: [aud as string] });
    await world.close();
  });
});

interface Envoy {
  typed_config: { providers: Record<string, { remote_jwks: { http_uri: { uri: string } } }> };
}
interface Kong {
  plugins: { config: { issuer: string; audience_required: string[] } }[];
}
interface Aws {
  Authorizer: { Properties: { JwtConfiguration: { Issuer: string; Audience: string[] } } };
}

/** A Python that has PyJWT: that of the system has Debian's package, where another one comes first. */
const python = [Bun.which("python3"), "/usr/bin/python3"].find(
  (path): path is string => path !== null && hasPyJwt(path),
);

function hasPyJwt(path: string): boolean {
  return existsSync(path) && Bun.spawnSync([path, "-c", "import jwt, cryptography"]).exitCode === 0;
}
