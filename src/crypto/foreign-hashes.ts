import {
  createCipheriv,
  pbkdf2 as pbkdf2Callback,
  type ScryptOptions,
  scrypt as scryptCallback,
  timingSafeEqual,
} from "node:crypto";
import { promisify } from "node:util";
import { verify as verifyBcrypt } from "@node-rs/bcrypt";

/** The hash formats of other systems that can be imported. Each hash is replaced by argon2id at the first sign-in. */
const formats: readonly { pattern: RegExp; verify(parts: string[], password: string): Promise<boolean> }[] = [
  {
    /** bcrypt, which reads at most 72 bytes. */
    pattern: /^(\$2[aby]\$\d\d\$[./0-9A-Za-z]{53})$/,
    verify: ([stored], password) => verifyBcrypt(Buffer.from(password).subarray(0, 72), stored!),
  },
  {
    /** better-auth: `salt:key`, both hexadecimal; the salt is used as text, not decoded. */
    pattern: /^([0-9a-f]{32}):([0-9a-f]{128})$/,
    async verify([salt, key], password) {
      return same(await scrypt(password.normalize("NFKC"), salt!, 64, { N: 16_384, r: 16, p: 1 }), key!, "hex");
    },
  },
  {
    /** Django: `pbkdf2_sha256$iterations$salt$key`. */
    pattern: /^pbkdf2_(sha1|sha256|sha512)\$(\d{1,8})\$([^$]{1,128})\$([A-Za-z0-9+/]+=*)$/,
    async verify([digest, iterations, salt, key], password) {
      const length = Buffer.from(key!, "base64").length;
      return same(await pbkdf2(password, salt!, Number(iterations), length, digest!), key!, "base64");
    },
  },
  {
    /** Firebase: `firebase-scrypt$memCost$rounds$saltSeparator$signerKey$salt$hash`, bytes in base64. */
    pattern: /^firebase-scrypt\$(\d{1,2})\$(\d{1,2})\$([^$]*)\$([^$]+)\$([^$]+)\$([^$]+)$/,
    async verify([memCost, rounds, separator, signerKey, salt, hash], password) {
      const fullSalt = Buffer.concat([Buffer.from(salt!, "base64"), Buffer.from(separator!, "base64")]);
      const key = await scrypt(password, fullSalt, 32, { N: 2 ** Number(memCost), r: Number(rounds), p: 1 });
      const cipher = createCipheriv("aes-256-ctr", key, Buffer.alloc(16));
      return same(Buffer.concat([cipher.update(Buffer.from(signerKey!, "base64")), cipher.final()]), hash!, "base64");
    },
  },
];

/** Whether a stored text is a hash in one of these formats. */
export const isForeign = (stored: string): boolean => formats.some(({ pattern }) => pattern.test(stored));

/** Verifies a password against an imported hash. It is not normalized first, because the other systems did not. */
export async function verifyForeign(stored: string, password: string): Promise<boolean> {
  for (const { pattern, verify } of formats) {
    const [, ...parts] = pattern.exec(stored) ?? [];
    if (parts.length > 0) return verify(parts, password);
  }
  return false;
}

const pbkdf2 = promisify(pbkdf2Callback);

/** Bytes of memory that scrypt may use. */
const maxmem = 256 * 1024 * 1024;

function scrypt(password: string, salt: string | Buffer, length: number, cost: ScryptOptions): Promise<Buffer> {
  return new Promise((resolve, reject) =>
    scryptCallback(password, salt, length, { ...cost, maxmem }, (error, key) => (error ? reject(error) : resolve(key))),
  );
}

function same(computed: Buffer, stored: string, encoding: "hex" | "base64"): boolean {
  const expected = Buffer.from(stored, encoding);
  return computed.length === expected.length && timingSafeEqual(computed, expected);
}
