import { pbkdf2 as pbkdf2Callback } from "node:crypto";
import { promisify } from "node:util";
import { equals, type ForeignHash, type HashParser, unpadded } from "./foreign-hash";

const derive = promisify(pbkdf2Callback);

/** The length of each digest in bytes. */
const digests = { sha1: 20, sha256: 32, sha512: 64 } as const;
type Digest = keyof typeof digests;

/** One to two seconds of a core. */
const maxIterations = 4_000_000;

interface Pbkdf2 {
  digest: Digest;
  iterations: number;
  salt: Buffer;
  key: Buffer;
}

/**
 * PBKDF2 as Django writes it, `pbkdf2_sha256$iterations$salt$key` with the salt as text, or as a PHC string,
 * `$pbkdf2-sha256$i=iterations,l=length$salt$key` with bytes in base64.
 */
export const pbkdf2: HashParser = (text) => {
  const django = /^pbkdf2_(sha1|sha256|sha512)\$(\d{1,10})\$([^$]{1,128})\$([A-Za-z\d+/]{20,172}={0,2})$/.exec(text);
  if (django) {
    const [, digest, iterations, salt, key] = django;
    return hash(text, {
      digest: digest as Digest,
      iterations: Number(iterations),
      salt: Buffer.from(salt!),
      key: Buffer.from(key!, "base64"),
    });
  }
  const phc =
    /^\$pbkdf2-(sha1|sha256|sha512)\$i=(\d{1,10})(?:,l=\d{1,3})?\$([A-Za-z\d+/]{1,172})\$([A-Za-z\d+/]{20,172})$/.exec(
      text,
    );
  if (!phc) return undefined;
  const [, digest, iterations, salt, key] = phc;
  return hash(text, {
    digest: digest as Digest,
    iterations: Number(iterations),
    salt: Buffer.from(salt!, "base64"),
    key: Buffer.from(key!, "base64"),
  });
};

function hash(stored: string, { digest, iterations, salt, key }: Pbkdf2): ForeignHash | "too costly" | undefined {
  if (iterations < 1 || key.length < 16) return undefined;
  if (iterations > maxIterations) return "too costly";
  // Each digest-sized block of a longer key costs all iterations again and makes no guess harder, so only the first one is compared.
  const block = key.subarray(0, digests[digest]);
  return {
    stored,
    verify: async (password) => equals(await derive(password, salt, iterations, block.length, digest), block),
  };
}

/** A hash as a PHC string, for systems that keep its parts apart. */
export const pbkdf2String = ({ digest, iterations, salt, key }: Pbkdf2): string =>
  `$pbkdf2-${digest}$i=${iterations},l=${key.length}$${unpadded(salt)}$${unpadded(key)}`;
