import { openClock } from "../../clock";
import { CliError, exitCodes } from "../command";
import { discover, explained, library, loginOf, userAgent } from "./server";
import type { Login, LoginStore } from "./store";

/** Milliseconds before its end at which an access token is replaced, so that it does not expire on the way. */
const margin = 30_000;
/** Milliseconds that a request may take. */
const timeout = 30_000;

const clock = openClock();

/** Sends requests to the API as the user who has logged in. */
export interface CliSession {
  url: string;
  /** @param path below the API's own, such as `/whoami` */
  fetch(path: string, init?: { method?: string; body?: string }): Promise<Response>;
}

/** The login of this machine. @throws CliError where there is none */
export async function requireLogin(store: LoginStore): Promise<Login> {
  const login = await store.read();
  if (!login) throw new CliError("You are not logged in. Run: bask login --url URL", exitCodes.notPermitted);
  return login;
}

/** A session that renews its tokens by itself, and keeps the new ones. @throws CliError */
export async function openCliSession(store: LoginStore): Promise<CliSession> {
  let login = await requireLogin(store);
  if (login.expiresAt - margin < clock.now()) await renew();

  async function renew() {
    const server = await discover(login.url);
    const { refreshTokenGrant } = await library();
    const tokens = await explained(login.url, () => refreshTokenGrant(server, login.refreshToken));
    login = loginOf(server.serverMetadata(), tokens, clock.now(), tokens.refresh_token ?? login.refreshToken);
    await store.write(login);
  }

  const send = (path: string, { method = "GET", body }: { method?: string; body?: string } = {}) =>
    explained(login.url, () =>
      fetch(`${login.url}/api/v1${path}`, {
        method,
        headers: {
          Authorization: `Bearer ${login.accessToken}`,
          "User-Agent": userAgent,
          ...(body !== undefined && { "Content-Type": "application/json" }),
        },
        ...(body !== undefined && { body }),
        redirect: "error",
        signal: AbortSignal.timeout(timeout),
      }),
    );

  return {
    url: login.url,
    async fetch(path, init) {
      const response = await send(path, init);
      if (response.status !== 401) return response;
      await renew();
      return send(path, init);
    },
  };
}

/** The time of this machine, in milliseconds since 1970. */
export const now = () => clock.now();
