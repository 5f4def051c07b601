import { createHash, createHmac } from "node:crypto";
import type { HashParser } from "./foreign-hash";

/** A core takes about a second for 14, and twice as long for each one more. */
const maxCost = 14;

/** Who wraps the hash, and what bcrypt is given of the password: it reads at most 72 bytes. */
const wrappings: Readonly<Record<string, (password: string) => Buffer>> = {
  "": (password) => Buffer.from(password),
  /** Django's BCryptPasswordHasher. */
  bcrypt$: (password) => Buffer.from(password),
  /** Django's BCryptSHA256PasswordHasher. */
  bcrypt_sha256$: (password) => Buffer.from(createHash("sha256").update(password).digest("hex")),
  /** WordPress since 6.8, which trims passwords as PHP does. */
  $wp: (password) => Buffer.from(createHmac("sha384", "wp-sha384").update(phpTrim(password)).digest("base64")),
};

/** bcrypt: `$2a$`, `$2b$` or `$2y$`, also as Django (`bcrypt$$2b$`, `bcrypt_sha256$$2b$`) and WordPress (`$wp$2y$`) wrap it. */
export const bcrypt: HashParser = (text) => {
  const match = /^(bcrypt\$|bcrypt_sha256\$|\$wp|)(\$2[aby]\$(\d\d)\$[./A-Za-z\d]{53})$/.exec(text);
  if (!match || Number(match[3]) < 4) return undefined;
  if (Number(match[3]) > maxCost) return "too costly";
  const wrapped = wrappings[match[1]!]!;
  return {
    stored: text,
    verify: async (password) => {
      const { verify } = await import("@node-rs/bcrypt");
      return verify(wrapped(password).subarray(0, 72), match[2]!);
    },
  };
};

/** What `trim` of PHP leaves of a text. */
export const phpTrim = (text: string): string => text.replace(/^[ \t\n\r\0\v]+|[ \t\n\r\0\v]+$/g, "");
