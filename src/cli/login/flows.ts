import type { Configuration } from "openid-client";
import { CliError } from "../command";
import type { Output } from "../output";
import { library, type Tokens } from "./server";

/** Milliseconds in which the browser comes back: as long as a server keeps the request. */
const browserTimeout = 10 * 60_000;

/** Shows a code, which its user types on a page in any browser, and asks until they have agreed (RFC 8628). */
export async function logInByCode(server: Configuration, scope: string, out: Output): Promise<Tokens> {
  const { initiateDeviceAuthorization, pollDeviceAuthorizationGrant } = await library();
  const started = await initiateDeviceAuthorization(server, { scope });
  out.prompt(`Open ${started.verification_uri}\nand type   ${started.user_code}`);
  return pollDeviceAuthorizationGrant(server, started);
}

/** Leads the browser of this machine to the server, and waits for it to come back with a code (RFC 8252, 7.3; PKCE). */
export async function logInByBrowser(server: Configuration, scope: string, out: Output): Promise<Tokens> {
  const { authorizationCodeGrant, buildAuthorizationUrl, calculatePKCECodeChallenge, ...random } = await library();
  const pkceCodeVerifier = random.randomPKCECodeVerifier();
  const expectedState = random.randomState();
  const callback = awaitCallback(expectedState);
  try {
    const url = buildAuthorizationUrl(server, {
      redirect_uri: callback.redirectUri,
      scope,
      state: expectedState,
      code_challenge: await calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: "S256",
    });
    out.prompt(`Open ${url.href}`);
    openBrowser(url.href);
    const back = await callback.url;
    return await authorizationCodeGrant(server, back, { expectedState, pkceCodeVerifier });
  } finally {
    await callback.close();
  }
}

/** Listens on this machine for the browser that comes back; any page can send one here, but only the server knows the state. */
function awaitCallback(state: string) {
  const { promise, resolve, reject } = Promise.withResolvers<URL>();
  const timer = setTimeout(() => reject(new CliError("No one agreed in time. Run it again.")), browserTimeout);
  const listener = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch(request) {
      const url = new URL(request.url);
      if (url.pathname !== "/callback" || url.searchParams.get("state") !== state)
        return new Response("Not found.", { status: 404 });
      resolve(url);
      return new Response("You can close this page and go back to the terminal.");
    },
  });
  return {
    url: promise,
    redirectUri: `http://127.0.0.1:${listener.port}/callback`,
    async close() {
      clearTimeout(timer);
      await listener.stop();
    },
  };
}

/** Where there is none, the user opens what was printed. */
function openBrowser(url: string) {
  const opener = { darwin: "open", win32: "explorer" }[process.platform as string] ?? "xdg-open";
  if (Bun.which(opener) !== null)
    Bun.spawn([opener, url], { stdin: "ignore", stdout: "ignore", stderr: "ignore" }).unref();
}
