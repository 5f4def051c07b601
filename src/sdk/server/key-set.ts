import type { Clock } from "../clock";
import { clientError, readError } from "../error";
import type { Fetch } from "../platform";

/** A public key of an installation, and the one algorithm that it is for. */
export interface PublicKey {
  alg: string;
  verify(signature: Uint8Array<ArrayBuffer>, signed: Uint8Array<ArrayBuffer>): Promise<boolean>;
}

/** By their id. */
type Keys = ReadonlyMap<string, PublicKey>;

/** How the Web Crypto API calls the algorithms of JOSE. */
const algorithms = {
  EdDSA: { name: "Ed25519" },
  ES256: { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" },
  RS256: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" },
};

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
  /** Why the latest request failed, if it did. */
  let failure: unknown;

  async function load() {
    triedAt = clock.now();
    const aborter = new AbortController();
    const stop = clock.after(timeout, () => aborter.abort(clientError("TIMEOUT")));
    try {
      const response = await fetch(url, { method: "GET", headers: {}, signal: aborter.signal });
      const { status, headers } = response;
      const text = await response.text();
      if (status !== 200) throw readError({ status, headers, text });
      keys = await importKeys((JSON.parse(text) as { keys: (JsonWebKey & { kid?: string })[] }).keys);
      fetchedAt = clock.now();
    } finally {
      stop();
    }
  }

  async function refresh() {
    if (clock.now() - triedAt < minInterval && !fetching) return;
    fetching ??= load()
      .then(
        () => {
          failure = undefined;
        },
        (error: unknown) => {
          failure = error;
        },
      )
      .finally(() => {
        fetching = undefined;
      });
    await fetching;
  }

  /**
   * The key with an id; undefined when the installation has none. Keys that were fetched before are used on while it does not answer.
   * @throws what the request failed with, where the key may be one that was not fetched: to call it unknown would sign its user out
   */
  return async function keyOf(id: string): Promise<PublicKey | undefined> {
    if (!keys.has(id) || clock.now() - fetchedAt > freshFor) await refresh();
    const key = keys.get(id);
    if (!key && failure !== undefined) throw failure;
    return key;
  };
}

async function importKeys(list: readonly (JsonWebKey & { kid?: string })[]): Promise<Keys> {
  const keys = new Map<string, PublicKey>();
  for (const { kid, alg = "", kty, crv, x, y, n, e } of list) {
    const algorithm = Object.hasOwn(algorithms, alg) ? algorithms[alg as keyof typeof algorithms] : undefined;
    if (kid === undefined || !algorithm) continue;
    const jwk = JSON.parse(JSON.stringify({ kty, crv, x, y, n, e })) as JsonWebKey;
    const key = await crypto.subtle.importKey("jwk", jwk, algorithm, false, ["verify"]).catch(() => undefined);
    if (!key) continue;
    keys.set(kid, { alg, verify: (signature, signed) => crypto.subtle.verify(algorithm, key, signature, signed) });
  }
  return keys;
}
