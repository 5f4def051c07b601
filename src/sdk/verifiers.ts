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

/** As many random bytes, as text. `crypto.randomUUID` exists on secure pages only. */
export const randomText = (bytes: number): string => base64url(crypto.getRandomValues(new Uint8Array(bytes)));

/** Makes a verifier and keeps it under a key. @returns its challenge (RFC 7636, S256) */
export async function newVerifier(key: string): Promise<string> {
  const verifier = randomText(32);
  kept.set(key, verifier);
  storage()?.setItem(key, verifier);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  return base64url(new Uint8Array(digest));
}

/** The latest verifier under a key; one that fits nothing where this browser asked for nothing. */
export const readVerifier = (key: string): string => storage()?.getItem(key) ?? kept.get(key) ?? "-".repeat(43);
