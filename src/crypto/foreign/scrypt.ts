import { scrypt as scryptCallback } from "node:crypto";
import { equals, type ForeignHash, type HashParser } from "./foreign-hash";

/** RFC 7914: N is the cost, r the size of a block, p the number of runs. */
export interface ScryptCost {
  N: number;
  r: number;
  p: number;
}

/** Bytes. */
const maxMemory = 64 * 1024 * 1024;
/** N * r * p: about 1.5 seconds of a core. */
const maxWork = 2 ** 22;

/** Whether a hash with this cost can be verified at all. */
export const isScryptCost = ({ N, r, p }: ScryptCost): boolean =>
  N > 1 && r > 0 && p > 0 && Number.isInteger(Math.log2(N));

export const isTooCostly = ({ N, r, p }: ScryptCost): boolean => 128 * N * r > maxMemory || N * r * p > maxWork;

/** A key as scrypt derives it, computed on the thread pool. */
export const deriveScrypt = (password: string, salt: Buffer, length: number, cost: ScryptCost): Promise<Buffer> =>
  new Promise((resolve, reject) =>
    scryptCallback(password, salt, length, { ...cost, maxmem: 2 * maxMemory }, (error, key) =>
      error ? reject(error) : resolve(key),
    ),
  );

/**
 * scrypt as better-auth (`salt:key`, both hexadecimal; the salt is used as text, not decoded), Django (`scrypt$N$salt$r$p$key`, the salt as
 * text) or a PHC string (`$scrypt$ln=14,r=8,p=1$salt$key`) writes it.
 */
export const scrypt: HashParser = (text) => betterAuth(text) ?? django(text) ?? phc(text);

const betterAuth: HashParser = (text) => {
  const [, salt, key] = /^([\da-f]{32}):([\da-f]{128})$/.exec(text) ?? [];
  if (!salt || !key) return undefined;
  return hash(text, {
    cost: { N: 16_384, r: 16, p: 1 },
    salt: Buffer.from(salt),
    key: Buffer.from(key, "hex"),
    prepare: (password) => password.normalize("NFKC"),
  });
};

const django: HashParser = (text) => {
  const match = /^scrypt\$(\d{1,12})\$([^$]{1,128})\$(\d{1,6})\$(\d{1,6})\$([A-Za-z\d+/]{22,172}={0,2})$/.exec(text);
  if (!match) return undefined;
  const [, N, salt, r, p, key] = match;
  const cost = { N: Number(N), r: Number(r), p: Number(p) };
  return hash(text, { cost, salt: Buffer.from(salt!), key: Buffer.from(key!, "base64") });
};

const phc: HashParser = (text) => {
  const match = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,6}),p=(\d{1,6})\$([A-Za-z\d+/]{1,172})\$([A-Za-z\d+/]{22,172})$/.exec(
    text,
  );
  if (!match) return undefined;
  const [, ln, r, p, salt, key] = match;
  const cost = { N: 2 ** Number(ln), r: Number(r), p: Number(p) };
  return hash(text, { cost, salt: Buffer.from(salt!, "base64"), key: Buffer.from(key!, "base64") });
};

interface Scrypt {
  cost: ScryptCost;
  salt: Buffer;
  key: Buffer;
  prepare?: (password: string) => string;
}

function hash(stored: string, { cost, salt, key, prepare }: Scrypt): ForeignHash | "too costly" | undefined {
  if (!isScryptCost(cost)) return undefined;
  if (isTooCostly(cost)) return "too costly";
  return {
    stored,
    verify: async (password) =>
      equals(await deriveScrypt(prepare ? prepare(password) : password, salt, key.length, cost), key),
  };
}
