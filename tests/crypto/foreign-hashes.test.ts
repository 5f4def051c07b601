import { describe, expect, test } from "bun:test";
import { pbkdf2Sync, scryptSync } from "node:crypto";
import { hashSync } from "@node-rs/bcrypt";
import { isForeign, verifyForeign } from "../../src/crypto/foreign-hashes";

/** The example that Firebase publishes with its variant of scrypt. */
const firebase =
  "firebase-scrypt$14$8$Bw==$jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==$42xEC+ixf3L2lw==$lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==";
const long = "long ".repeat(20);
const salt = "00112233445566778899aabbccddeeff";

const hashes: [name: string, stored: string, password: string][] = [
  ["Firebase's scrypt", firebase, "user1password"],
  ["bcrypt", hashSync("a password", 4), "a password"],
  ["bcrypt of PHP", hashSync("a password", 4).replace("$2b$", "$2y$"), "a password"],
  ["bcrypt beyond 72 bytes", hashSync(long.slice(0, 72), 4), long],
  [
    "better-auth's scrypt",
    `${salt}:${scryptSync("pässword", salt, 64, { N: 16_384, r: 16, p: 1, maxmem: 2 ** 26 }).toString("hex")}`,
    "pässword",
  ],
  [
    "Django's PBKDF2",
    `pbkdf2_sha256$1000$seasalt$${pbkdf2Sync("a password", "seasalt", 1000, 32, "sha256").toString("base64")}`,
    "a password",
  ],
];

describe("a hash of another system", () => {
  for (const [name, stored, password] of hashes) {
    test(`of ${name} matches its password and no other`, async () => {
      expect(isForeign(stored)).toBe(true);
      expect(await verifyForeign(stored, password)).toBe(true);
      expect(await verifyForeign(stored, `X${password}`)).toBe(false);
    });
  }

  test("in no known format matches no password", async () => {
    for (const text of [
      "",
      "a password",
      "$2b$04$short",
      "$argon2id$v=19$m=19456,t=2,p=1$x$y",
      "pbkdf2_md5$1$a$YQ==",
    ]) {
      expect(isForeign(text)).toBe(false);
      expect(await verifyForeign(text, text)).toBe(false);
    }
  });
});
