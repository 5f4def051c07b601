import { describe, expect, test } from "bun:test";
import { generateSync } from "otplib";
import { newTotpSecret, otpauthUrl, totpStep } from "../../src/crypto/totp";

/** The SHA-1 vectors of RFC 6238, appendix B, cut to six digits; the secret is its ASCII seed in base32. */
const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const vectors: [seconds: number, code: string][] = [
  [59, "287082"],
  [1111111109, "081804"],
  [1111111111, "050471"],
  [1234567890, "005924"],
  [2000000000, "279037"],
  [20000000000, "353130"],
];

describe("a TOTP code", () => {
  test("matches the vectors of RFC 6238", () => {
    for (const [seconds, code] of vectors)
      expect(totpStep(secret, code, seconds * 1000)).toBe(Math.floor(seconds / 30));
  });

  test("has a step: the current one, one back or one forward", () => {
    const now = 1_234_567_890;
    for (const away of [-2, -1, 0, 1, 2]) {
      const code = generateSync({ secret, epoch: now + away * 30 });
      expect(totpStep(secret, code, now * 1000)).toBe(Math.abs(away) > 1 ? undefined : Math.floor(now / 30) + away);
    }
  });

  test("in any other form has no step, and nothing is thrown", () => {
    for (const text of [
      "",
      "28708",
      "2870820",
      " 287082",
      "28708a",
      "２８７０８２",
      "🔑".repeat(6),
      "x".repeat(100_000),
    ]) {
      expect(totpStep(secret, text, 59_000)).toBeUndefined();
    }
  });
});

describe("an otpauth URL", () => {
  test("escapes the issuer and the label", () => {
    const url = otpauthUrl(secret, "Acme: A&B?", "ada+test@example.com/#x");
    expect(new URL(url).protocol).toBe("otpauth:");
    expect(url).toContain("issuer=Acme%20%20A%26B%3F");
    expect(url).not.toMatch(/[#\s]/);
    expect(url.split("?")).toHaveLength(2);
  });
});

test("a secret has 160 bits", () => {
  expect(newTotpSecret()).toMatch(/^[A-Z2-7]{32}$/);
  expect(newTotpSecret()).not.toBe(newTotpSecret());
});
