import {
  checkPrime,
  createECDH,
  createHash,
  createPrivateKey,
  createPublicKey,
  hkdfSync,
  type KeyObject,
  sign,
} from "node:crypto";
import { promisify } from "node:util";
import type { JWK } from "jose";
import type { Keyring, Purpose } from "./keyring";

/** The algorithms that access tokens can be signed with (RFC 7518, RFC 8037). */
export const signingAlgorithms = ["EdDSA", "ES256", "RS256"] as const;
export type SigningAlgorithm = (typeof signingAlgorithms)[number];

/** A key that signs tokens. */
export interface SigningKey {
  /** The public half (RFC 7517). */
  readonly publicJwk: JWK;
  /** A signature as JWS has it (RFC 7515). */
  sign(data: Uint8Array): Buffer;
}

/** A signing key that is there when it is needed: one for RS256 takes a good part of a second to find. */
export interface DerivedKey {
  readonly algorithm: SigningAlgorithm;
  readonly kid: string;
  /** Undefined for a key that was not loaded yet. */
  readonly loaded: SigningKey | undefined;
  load(): SigningKey | Promise<SigningKey>;
}

const purposes: Record<SigningAlgorithm, Purpose> = {
  EdDSA: "access-token",
  ES256: "access-token-es256",
  RS256: "access-token-rs256",
};

/**
 * The keys of an algorithm, one for each secret. They are derived from the secrets, so that every process has the same ones and none is stored.
 */
export function signingKeysOf(keyring: Keyring, algorithm: SigningAlgorithm): readonly [DerivedKey, ...DerivedKey[]] {
  const derived = keyring.derive(purposes[algorithm]).map((seed) => {
    if (algorithm === "RS256") return rsaKey(seed);
    const key = algorithm === "EdDSA" ? ed25519Key(seed) : p256Key(seed);
    return { algorithm, kid: key.publicJwk.kid!, loaded: key, load: () => key };
  });
  return derived as [DerivedKey, ...DerivedKey[]];
}

function ed25519Key(seed: Buffer): SigningKey {
  const key = createPrivateKey({ key: Buffer.concat([pkcs8Ed25519, seed]), format: "der", type: "pkcs8" });
  const { kty, crv, x } = createPublicKey(key).export({ format: "jwk" });
  const publicJwk = { kty, crv, x, kid: thumbprint({ crv, kty, x }), use: "sig", alg: "EdDSA" } as JWK;
  return { publicJwk, sign: (data) => sign(null, data, key) };
}

/** The DER that precedes the 32 bytes of an Ed25519 private key (RFC 8410). */
const pkcs8Ed25519 = Buffer.from("302e020100300506032b657004220420", "hex");

/** A private scalar from more random bits than it has (FIPS 186-5, A.2.1), so that none is more likely than another. */
function p256Key(seed: Buffer): SigningKey {
  const scalar = (integerOf(expand(seed, "scalar", 48)) % (p256Order - 1n)) + 1n;
  const d = bytesOf(scalar, 32);
  const ecdh = createECDH("prime256v1");
  ecdh.setPrivateKey(d);
  const point = ecdh.getPublicKey();
  const jwk = { kty: "EC", crv: "P-256", x: base64url(point.subarray(1, 33)), y: base64url(point.subarray(33)) };
  const key = createPrivateKey({ key: { ...jwk, d: base64url(d) }, format: "jwk" });
  const kid = thumbprint({ crv: jwk.crv, kty: jwk.kty, x: jwk.x, y: jwk.y });
  return {
    publicJwk: { ...jwk, kid, use: "sig", alg: "ES256" },
    sign: (data) => sign("sha256", data, { key, dsaEncoding: "ieee-p1363" }),
  };
}

const p256Order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** Its id follows from the seed, so that a token names a key that need not have been found yet. */
function rsaKey(seed: Buffer): DerivedKey {
  const kid = base64url(expand(seed, "kid", 32));
  let loaded: SigningKey | undefined;
  let loading: Promise<SigningKey> | undefined;
  return {
    algorithm: "RS256",
    kid,
    get loaded() {
      return loaded;
    },
    load() {
      loading ??= findRsaKey(seed).then((key) => {
        const { kty, n, e } = createPublicKey(key).export({ format: "jwk" });
        const publicJwk = { kty, n, e, kid, use: "sig", alg: "RS256" } as JWK;
        loaded = { publicJwk, sign: (data) => sign("sha256", data, key) };
        return loaded;
      });
      return loaded ?? loading;
    },
  };
}

/** A key of 2048 bits from two primes that the seed leads to (RFC 8017, 3.2). The search does not hold up anything else. */
async function findRsaKey(seed: Buffer): Promise<KeyObject> {
  const [p, q] = await Promise.all([primeFrom(expand(seed, "p", 128)), primeFrom(expand(seed, "q", 128))]);
  const d = inverse(publicExponent, (p - 1n) * (q - 1n));
  const parts = { n: p * q, e: publicExponent, d, p, q, dp: d % (p - 1n), dq: d % (q - 1n), qi: inverse(q, p) };
  const jwk = Object.fromEntries(Object.entries(parts).map(([name, value]) => [name, base64url(bytesOf(value))]));
  return createPrivateKey({ key: { kty: "RSA", ...jwk }, format: "jwk" });
}

const publicExponent = 65_537n;
const isPrime = promisify(checkPrime) as (candidate: bigint) => Promise<boolean>;

/** The first prime from a number of 1024 bits on, of which the two highest are set, so that two of them have a product of 2048. */
async function primeFrom(bytes: Buffer): Promise<bigint> {
  let candidate = integerOf(bytes) | (3n << 1022n) | 1n;
  while (hasSmallFactor(candidate) || (candidate - 1n) % publicExponent === 0n || !(await isPrime(candidate)))
    candidate += 2n;
  return candidate;
}

const smallPrimes = (() => {
  const found: bigint[] = [];
  for (let n = 3n; n < 300n; n += 2n) if (found.every((prime) => n % prime !== 0n)) found.push(n);
  return found;
})();

const hasSmallFactor = (candidate: bigint): boolean => smallPrimes.some((prime) => candidate % prime === 0n);

/** The number that gives 1 when it is multiplied by another one, by the extended Euclidean algorithm. */
function inverse(number: bigint, modulus: bigint): bigint {
  let [previous, rest] = [modulus, number % modulus];
  let [x, next] = [0n, 1n];
  while (rest > 0n) {
    const quotient = previous / rest;
    [previous, rest] = [rest, previous - quotient * rest];
    [x, next] = [next, x - quotient * next];
  }
  return x < 0n ? x + modulus : x;
}

const expand = (seed: Buffer, what: string, length: number): Buffer =>
  Buffer.from(hkdfSync("sha256", seed, "", what, length));

const integerOf = (bytes: Buffer): bigint => BigInt(`0x${bytes.toString("hex")}`);

/** The bytes of a number, the highest first, and at least so many. */
function bytesOf(number: bigint, length = 0): Buffer {
  const hex = number.toString(16);
  return Buffer.from(hex.padStart(Math.max(length * 2, hex.length + (hex.length % 2)), "0"), "hex");
}

const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64url");

/** The id of a key (RFC 7638). @param members those that the key type requires, in alphabetical order */
const thumbprint = (members: object): string =>
  createHash("sha256").update(JSON.stringify(members)).digest("base64url");
