import type { Api } from "./api";

/** Where there is no storage, such as in tests and scripts. */
const kept = new Map<string, string>();

/** A page that is opened by a link must find what the page that asked for it kept. Bask's own page for links reads the same key. */
const storage = () =>
  (globalThis as { localStorage?: { getItem(key: string): string | null; setItem(key: string, value: string): void } })
    .localStorage;

const base64url = (bytes: Uint8Array) =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

/** Makes a verifier and keeps it under a key. @returns its challenge (RFC 7636, S256) */
async function newVerifier(key: string): Promise<string> {
  const verifier = base64url(crypto.getRandomValues(new Uint8Array(32)));
  kept.set(key, verifier);
  storage()?.setItem(key, verifier);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  return base64url(new Uint8Array(digest));
}

/** The latest verifier under a key; one that fits nothing where this browser asked for nothing. */
const readVerifier = (key: string): string => storage()?.getItem(key) ?? kept.get(key) ?? "-".repeat(43);

const link = "bask.email-link";
const provider = "bask.provider";

/** Puts what a browser keeps between two requests into the methods that need it. */
export function addVerifiers({ auth, emailLinks, identities }: Pick<Api, "auth" | "emailLinks" | "identities">) {
  const { withProvider, loginWithProvider, startReauthentication, reauthenticateWithProvider } = auth;
  auth.withProvider = async (name, input, own) =>
    withProvider(name, { ...input, codeChallenge: await newVerifier(provider) } as never, own);
  auth.loginWithProvider = async (input, own) =>
    loginWithProvider({ ...input, codeVerifier: readVerifier(provider) } as never, own);
  auth.startReauthentication = async (input, own) =>
    startReauthentication({ ...input, codeChallenge: await newVerifier(provider) } as never, own);
  auth.reauthenticateWithProvider = async (input, own) =>
    reauthenticateWithProvider({ ...input, codeVerifier: readVerifier(provider) } as never, own);
  const { startLinking, link: linkIdentity } = identities;
  identities.startLinking = async (input, own) =>
    startLinking({ ...input, codeChallenge: await newVerifier(provider) } as never, own);
  identities.link = async (input, own) =>
    linkIdentity({ ...input, codeVerifier: readVerifier(provider) } as never, own);

  const { request, login, loginWithCode } = emailLinks;
  emailLinks.request = async (input, own) =>
    request({ ...input, codeChallenge: await newVerifier(link) } as never, own);
  emailLinks.login = async (input, own) => login({ ...input, codeVerifier: readVerifier(link) } as never, own);
  emailLinks.loginWithCode = async (input, own) =>
    loginWithCode({ ...input, codeVerifier: readVerifier(link) } as never, own);
}
