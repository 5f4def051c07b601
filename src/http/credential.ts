import { Problem } from "../problems";

export type Credential = { kind: "token" | "key" | "impersonation"; text: string };

/** An API key, a personal access token, or a token that stands for one, also one that was copied with quotes or as `KEY=...`. */
const keyLike = /^(\w+=)?\W*bs[kpwd]_/;
const bearer = /^bearer +([^\s,]+)$/i;

/**
 * The one credential of a request: `Authorization: Bearer` with an access token, the token of an impersonation or an API key, or `X-API-Key`. Beside a key, another scheme
 * in `Authorization` is a proxy's and is ignored.
 * @throws Problem BAD_REQUEST for two at once, UNAUTHORIZED for a header that holds none
 */
export function findCredential(authorization: string | null, apiKey: string | null): Credential | undefined {
  if (authorization !== null && apiKey !== null && /^bearer\b/i.test(authorization)) {
    throw new Problem("BAD_REQUEST", { reason: "two_credentials" });
  }
  if (apiKey !== null) return { kind: "key", text: apiKey };
  if (authorization === null) return undefined;
  const text = bearer.exec(authorization)?.[1];
  if (text === undefined) throw new Problem("UNAUTHORIZED", { reason: "malformed_authorization" });
  if (text.startsWith("bim_")) return { kind: "impersonation", text };
  return { kind: keyLike.test(text) ? "key" : "token", text };
}
