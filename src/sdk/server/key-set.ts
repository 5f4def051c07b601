import type { Clock } from "../clock";
import { clientError, readError } from "../error";
import type { Fetch } from "../platform";

/** The public keys of an installation, by their id. */
type Keys = ReadonlyMap<string, CryptoKey>;

interface Jwk {
  kty?: string;
  crv?: string;
  kid?: string;
  x?: string;
}

/** Milliseconds for which keys are used without asking again. */
const freshFor = 10 * 60_000;
/** Milliseconds between two requests, whatever tokens name: a flood of unknown ids causes no flood of requests. */
const minInterval = 10_000;
/** Milliseconds for a request. */
const timeout = 5_000;

/** Fetches the keys of an installation when they are needed, once for all who wait, and keeps them. */
export function openKeySet(url: string, fetch: Fetch, clock: Clock) {
  let keys: Keys = new Map();
  let fetchedAt = -Infinity;
  let triedAt = -Infinity;
  let fetching: Promise<void> | undefined;

  async function load() {
    triedAt = clock.now();
    const aborter = new AbortController();
    const stop = clock.after(timeout, () => aborter.abort(clientError("TIMEOUT")));
    try {
      const response = await fetch(url, { method: "GET", headers: {}, signal: aborter.signal });
      const text = await response.text();
      if (response.status !== 200) throw readError(response.status, response.headers, text);
      keys = await importKeys((JSON.parse(text) as { keys: Jwk[] }).keys);
      fetchedAt = clock.now();
    } finally {
      stop();
    }
  }

  /** Keys that were fetched before are used on while the installation does not answer. */
  async function refresh() {
    if (clock.now() - triedAt < minInterval && !fetching) return;
    fetching ??= load().finally(() => {
      fetching = undefined;
    });
    await fetching.catch((error: unknown) => {
      if (keys.size === 0) throw error;
    });
  }

  /** The key with an id; undefined when the installation has none. */
  return async function keyOf(id: string): Promise<CryptoKey | undefined> {
    if (!keys.has(id) || clock.now() - fetchedAt > freshFor) await refresh();
    return keys.get(id);
  };
}

async function importKeys(list: readonly Jwk[]): Promise<Keys> {
  const keys = new Map<string, CryptoKey>();
  for (const { kty, crv, kid, x } of list) {
    if (kty !== "OKP" || crv !== "Ed25519" || kid === undefined || x === undefined) continue;
    keys.set(kid, await crypto.subtle.importKey("jwk", { kty, crv, x }, "Ed25519", false, ["verify"]));
  }
  return keys;
}
