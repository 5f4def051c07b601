import { describe, expect, test } from "bun:test";
import { createHash, createHmac, pbkdf2Sync, scryptSync } from "node:crypto";
import { hashSync as argon2 } from "@node-rs/argon2";
import { hashSync as bcrypt } from "@node-rs/bcrypt";
import { firebaseScryptString } from "../../src/crypto/foreign/firebase-scrypt";
import { pbkdf2String } from "../../src/crypto/foreign/pbkdf2";
import { isForeign, parseForeignHash, verifyForeign } from "../../src/crypto/foreign-hashes";

const long = "long ".repeat(20);
const salt = "00112233445566778899aabbccddeeff";
const base64 = (bytes: Buffer) => bytes.toString("base64");
const zeros = (length: number) => base64(Buffer.alloc(length));

/** Published examples, and hashes that another implementation made. */
const hashes: [name: string, stored: string, password: string][] = [
  [
    "Firebase's scrypt, as its documentation has it",
    "firebase-scrypt$14$8$Bw==$jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==$42xEC+ixf3L2lw==$lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==",
    "user1password",
  ],
  ["bcrypt", bcrypt("a password", 4), "a password"],
  ["bcrypt, from its first test vectors", "$2a$06$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i", "abc"],
  ["bcrypt of PHP", bcrypt("a password", 4).replace(/^.2./, () => "$2y"), "a password"],
  ["bcrypt beyond 72 bytes", bcrypt(long.slice(0, 72), 4), long],
  ["bcrypt of Django", `bcrypt$${bcrypt("a password", 4)}`, "a password"],
  [
    "bcrypt of Django over SHA-256",
    `bcrypt_sha256$${bcrypt(createHash("sha256").update(long).digest("hex"), 4)}`,
    long,
  ],
  [
    "bcrypt of WordPress over HMAC-SHA384",
    `$wp${bcrypt(base64(createHmac("sha384", "wp-sha384").update(long.trim()).digest()), 4).replace("$2b$", "$2y$")}`,
    long,
  ],
  ["phpass, from its own tests", "$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0", "test12345"],
  ["phpass of phpBB", "$H$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0", "test12345"],
  [
    "better-auth's scrypt",
    `${salt}:${scryptSync("pässword", salt, 64, { N: 16_384, r: 16, p: 1, maxmem: 2 ** 26 }).toString("hex")}`,
    "pässword",
  ],
  [
    "scrypt of Django",
    `scrypt$16384$seasalt$8$5$${base64(scryptSync("a password", "seasalt", 64, { N: 16_384, r: 8, p: 5, maxmem: 2 ** 26 }))}`,
    "a password",
  ],
  [
    "scrypt, from RFC 7914",
    `$scrypt$ln=14,r=8,p=1$${base64(Buffer.from("SodiumChloride")).replace(/=+$/, "")}$${Buffer.from("7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887", "hex").toString("base64").replace(/=+$/, "")}`,
    "pleaseletmein",
  ],
  ["PBKDF2 of Django", "pbkdf2_sha256$10000$seasalt$CWWFdHOWwPnki7HvkcqN9iA2T3KLW1cf2uZ5kvArtVY=", "lètmein"],
  ["PBKDF2 of Django with SHA-1", "pbkdf2_sha1$10000$seasalt$oAfF6vgs95ncksAhGXOWf4Okq7o=", "lètmein"],
  [
    "PBKDF2-HMAC-SHA1, from RFC 6070",
    pbkdf2("sha1", 4096, "saltSALTsaltSALTsaltSALTsaltSALTsalt", "3d2eec4fe41c849b80c8d83662c0e44a8b291a964cf2f07038"),
    "passwordPASSWORDpassword",
  ],
  [
    "PBKDF2 with a key of two blocks",
    pbkdf2("sha256", 27_500, "salt", pbkdf2Sync("a password", "salt", 27_500, 64, "sha256").toString("hex")),
    "a password",
  ],
  [
    "PBKDF2 with SHA-512",
    pbkdf2("sha512", 1000, "salt", pbkdf2Sync("a password", "salt", 1000, 64, "sha512").toString("hex")),
    "a password",
  ],
  ["argon2 of Django", "argon2$argon2id$v=19$m=102400,t=2,p=8$Y041dExhNkljRUUy$TMa6A8fPJhCAUXRhJXCXdw", "secret"],
  [
    "argon2 without a version, which is the first one",
    "$argon2i$m=65536,t=2,p=1$c29tZXNhbHQ$9sTbSlTio3Biev89thdrlKKiCaYsjjYVJxGAL3swxpQ",
    "password",
  ],
  ["argon2 with padding", `${argon2("a password", { memoryCost: 64, timeCost: 1, outputLen: 31 })}=`, "a password"],
  ["argon2 of a text that is not normalized", argon2("ﬁ", { memoryCost: 64 }), "ﬁ"],
  ["argon2 of a text that was normalized", argon2("fi", { memoryCost: 64 }), "ﬁ"],
];

function pbkdf2(digest: "sha1" | "sha256" | "sha512", iterations: number, salt: string, key: string): string {
  return pbkdf2String({ digest, iterations, salt: Buffer.from(salt), key: Buffer.from(key, "hex") });
}

describe("a hash of another system", () => {
  test.each(hashes)("%s: matches its password and no other", async (_, text, password) => {
    const hash = parseForeignHash(text);
    if (hash === undefined || hash === "too costly") throw new Error(`${text} is ${hash}`);
    expect(isForeign(hash.stored)).toBe(true);
    expect(parseForeignHash(hash.stored)).toMatchObject({ stored: hash.stored });
    expect(await verifyForeign(hash.stored, password)).toBe(true);
    expect(await verifyForeign(hash.stored, `X${password}`)).toBe(false);
  });

  test("trims the password where WordPress does, and only there", async () => {
    expect(await verifyForeign("$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0", " test12345\n")).toBe(true);
    expect(await verifyForeign("$H$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0", " test12345\n")).toBe(false);
    expect(await verifyForeign(bcrypt("a password", 4), " a password")).toBe(false);
  });

  test("in no known format matches no password", async () => {
    for (const text of [
      "",
      "a password",
      "$2b$04$short",
      bcrypt("a password", 4).replace("$04$", "$03$"),
      bcrypt("a password", 4).replace(/^.2./, () => "$2x"),
      `bcrypt_sha256${bcrypt("a password", 4)}`,
      "$argon2id$v=19$m=19456,t=2,p=1$x$y",
      `$argon2id$v=19$m=7,t=1,p=1$${"A".repeat(22)}$${"A".repeat(43)}`,
      `$argon2id$v=19$m=64,t=0,p=1$${"A".repeat(22)}$${"A".repeat(43)}`,
      "pbkdf2_md5$1$a$YQ==",
      `pbkdf2_sha256$0$salt$${zeros(32)}`,
      `pbkdf2_sha256$1000$salt$${zeros(3)}`,
      `scrypt$16383$salt$8$1$${zeros(64)}`,
      `scrypt$1$salt$8$1$${zeros(64)}`,
      `scrypt$16384$salt$8$0$${zeros(64)}`,
      `firebase-scrypt$0$8$Bw==$${zeros(64)}$AAAA$${zeros(64)}`,
      "$P$6IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0".replace("$P$6", "$P$."),
      "md5$salt$5f4dcc3b5aa765d61d8327deb882cf99",
      "5f4dcc3b5aa765d61d8327deb882cf99",
      `pbkdf2_sha256$1000$${"s".repeat(3000)}$${zeros(32)}`,
    ]) {
      expect([text, parseForeignHash(text)]).toEqual([text, undefined]);
      expect(await verifyForeign(text, text)).toBe(false);
    }
  });
});

test("a hash that would keep a core or the memory busy is not verified", async () => {
  for (const text of [
    bcrypt("a password", 4).replace("$04$", "$15$"),
    bcrypt("a password", 4).replace("$04$", "$31$"),
    `bcrypt_sha256$${bcrypt("a password", 4).replace("$04$", "$31$")}`,
    `$wp${bcrypt("a password", 4).replace("$04$", "$31$")}`,
    "$P$FIQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0",
    `argon2$argon2id$v=19$m=2097152,t=1,p=4$${"A".repeat(22)}$${"A".repeat(43)}`,
    `$argon2id$v=19$m=8192,t=999999,p=1$${"A".repeat(22)}$${"A".repeat(43)}`,
    `pbkdf2_sha256$1000000000$salt$${zeros(32)}`,
    pbkdf2("sha512", 1_000_000_000, "salt", "00".repeat(64)),
    `scrypt$1073741824$salt$8$1$${zeros(64)}`,
    `scrypt$16384$salt$8$999999$${zeros(64)}`,
    `scrypt$2$salt$999999$1$${zeros(64)}`,
    `$scrypt$ln=30,r=8,p=1$AAAA$${"A".repeat(86)}`,
    firebaseScryptString(
      { signerKey: zeros(64), saltSeparator: "Bw==", rounds: 8, memCost: 30 },
      { salt: "AAAA", hash: zeros(64) },
    ),
  ]) {
    expect([text, parseForeignHash(text)]).toEqual([text, "too costly"]);
    expect(await verifyForeign(text, "a password")).toBe(false);
  }
});

test("no text that is taken for a hash makes verifying throw", async () => {
  const random = (alphabet: string, length: number) =>
    Array.from({ length }, () => alphabet[Math.floor(Math.random() * alphabet.length)]).join("");
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  for (let i = 0; i < 80; i++) {
    for (const text of [
      `$2b$04$${random(`./${letters}`, 53)}`,
      `$argon2id$v=19$m=16,t=1,p=1$${random(`+/${letters}`, 11 + (i % 54))}$${random(`+/${letters}`, 16 + (i % 71))}`,
      `$pbkdf2-sha256$i=1$${random(`+/${letters}`, 1 + i)}$${random(`+/${letters}`, 22 + i)}`,
      `$scrypt$ln=1,r=1,p=1$${random(`+/${letters}`, 1 + i)}$${random(`+/${letters}`, 22 + i)}`,
      `firebase-scrypt$1$1$${random(`+/${letters}`, i)}$${random(`+/${letters}`, 22 + i)}$${random(`+/${letters}`, 2 + i)}$${random(`+/${letters}`, 22 + i)}`,
      `$P$5${random(`./${letters}`, 30)}`,
    ]) {
      const hash = parseForeignHash(text);
      if (hash && hash !== "too costly") expect(await hash.verify("a password")).toBe(false);
    }
  }
});
