import { hash } from "node:crypto";
import type { Provider } from "../config/providers";
import type { IssuerFetch } from "../outbound/issuer-fetch";
import type { Checks, ProviderClient } from "./provider";

const form = { "Content-Type": "application/x-www-form-urlencoded" };

/** GitHub, which speaks OAuth but not OpenID Connect: who came back is what its API says about the token, which is dropped then. */
export function openGitHub(provider: Provider, fetch: IssuerFetch): ProviderClient {
  const { issuer, clientId, clientSecret } = provider;
  const api = issuer === "https://github.com" ? "https://api.github.com" : `${issuer}/api/v3`;

  async function request(url: string, init: { method?: string; headers?: object; body?: URLSearchParams }) {
    const headers = { Accept: "application/json", "User-Agent": "bask", ...init.headers };
    const response = await fetch(url, { ...init, headers });
    if (!response.ok) throw new Error(`${url} answered ${response.status}`);
    return response.json() as Promise<unknown>;
  }

  return {
    provider,

    async authorizationUrl({ state, codeVerifier, redirectUri }) {
      const url = new URL(`${issuer}/login/oauth/authorize`);
      url.search = new URLSearchParams({
        client_id: clientId,
        redirect_uri: redirectUri,
        scope: "read:user user:email",
        state,
        code_challenge: hash("sha256", codeVerifier, "base64url"),
        code_challenge_method: "S256",
      }).toString();
      return url.href;
    },

    async claims(callback, checks) {
      const headers = { Authorization: `Bearer ${await exchange(callback, checks)}` };
      const [user, emails] = (await Promise.all([
        request(`${api}/user`, { headers }),
        request(`${api}/user/emails`, { headers }),
      ])) as [{ id?: unknown; name?: unknown; login?: unknown }, unknown];
      if (!Number.isSafeInteger(user.id)) throw new Error("GitHub gave no id");
      const verified = (Array.isArray(emails) ? emails : []).filter((one) => one?.verified === true);
      const { email } = verified.find((one) => one.primary === true) ?? verified[0] ?? {};
      const name = user.name ?? user.login;
      return {
        subject: String(user.id),
        email: typeof email === "string" ? email : undefined,
        isAuthoritative: typeof email === "string" && provider.authority === "all",
        fullName: typeof name === "string" ? name : undefined,
      };
    },
  };

  async function exchange(callback: URL, { state, codeVerifier, redirectUri }: Checks): Promise<string> {
    const code = callback.searchParams.get("code");
    if (!code || callback.searchParams.get("state") !== state)
      throw new Error("the callback has no code, or another state");
    const body = new URLSearchParams({
      client_id: clientId,
      client_secret: clientSecret,
      code,
      redirect_uri: redirectUri,
      code_verifier: codeVerifier,
    });
    const answer = (await request(`${issuer}/login/oauth/access_token`, { method: "POST", headers: form, body })) as {
      access_token?: unknown;
    };
    if (typeof answer.access_token !== "string") throw new Error("GitHub gave no token");
    return answer.access_token;
  }
}
