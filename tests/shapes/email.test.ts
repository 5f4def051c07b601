import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { canonicalEmail } from "../../src/shapes/email.contract";

/** Letters in all their forms, what combines with them, and what shows nothing. */
const unit = fc.oneof(
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 1 }),
  fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
  fc.integer({ min: 0x300, max: 0x36f }).map((code) => String.fromCodePoint(code)),
  fc.constantFrom("J", "K", "Σ", "İ", "ẞ", "Å", "ﬁ", ".", "-", "xn--", "\u00ad", "\u200b", "。", "１"),
);
const name = fc.array(unit, { minLength: 1, maxLength: 6 }).map((units) => units.join(""));

describe("the canonical form of an email", () => {
  test("is its own canonical form, and lowercase", () => {
    fc.assert(
      fc.property(name, name, fc.constantFrom("example.com", "Example.ORG"), (local, label, domain) => {
        const email = canonicalEmail(`${local}@${label}.${domain}`) ?? canonicalEmail(`${local}@${domain}`);
        fc.pre(email !== undefined);
        expect(canonicalEmail(email!)).toBe(email!);
        expect(email!.toLowerCase()).toBe(email!);
      }),
      { numRuns: 5_000 },
    );
  });

  test("is one for every spelling", () => {
    const spellings: [canonical: string, ...spellings: string[]][] = [
      ["ada@example.com", "Ada@Example.COM", "ａｄａ@example.com", "ada@ｅxample.com"],
      ["ǰ@example.com", "J\u030c@example.com", "j\u030c@example.com", "ǰ@example.com"],
      ["x@xn--mnchen-3ya.example", "x@münchen.example", "x@MÜNCHEN.example", "x@mu\u0308nchen.example"],
      ["x@xn--r8jz45g.xn--zckzah", "x@例え.テスト", "x@例え。テスト"],
    ];
    for (const [canonical, ...others] of spellings)
      for (const spelling of [canonical, ...others])
        expect([spelling, canonicalEmail(spelling)]).toEqual([spelling, canonical]);
  });

  test("leaves what addresses may have: tags, quotes, hyphens, letters of every script", () => {
    for (const email of [
      "a.b+tag@example.com",
      "o'neil@example.co.uk",
      "x_y-z@a-b.example",
      "адá@example.com",
      "ß@example.com",
    ])
      expect([email, canonicalEmail(email)]).toEqual([email, email]);
  });

  test("does not exist for what cannot be written to, or cannot be told from another address", () => {
    const none = [
      "",
      "@",
      "ada",
      "ada@",
      "@example.com",
      "a@b@example.com",
      "a＠b@example.com",
      "a＠example.com",
      "a..b@example.com",
      ".a@example.com",
      "a.@example.com",
      "a b@example.com",
      "a\t@example.com",
      "a\0@example.com",
      '"a"@example.com',
      "a,b@example.com",
      "<a@example.com>",
      "\u0301a@example.com",
      "\ud800@example.com",
      "x@192.0.2.1",
      "x@[192.0.2.1]",
      "x@0x7f.1",
      "x@2130706433",
      "x@example.123",
      "x@localhost",
      "x@example.com.",
      "x@-example.com",
      "x@example-.com",
      "x@exa_mple.com",
      "x@example..com",
      "x@xn--a.com",
      "x@exa%6dple.com",
      "x@example.com:80",
      `${"a".repeat(65)}@example.com`,
      `a@${"a".repeat(64)}.com`,
      `a@${"a.".repeat(127)}com`,
      `${"é".repeat(33)}@example.com`,
    ];
    for (const email of none) expect([email, canonicalEmail(email)]).toEqual([email, undefined]);
  });

  test("does not exist with a character that shows nothing, of which Unicode has hundreds", () => {
    const hidden: number[] = [];
    for (let code = 0; code < 0x110000; code++)
      if (/[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Cc}\p{Z}\u2800]/u.test(String.fromCodePoint(code)))
        hidden.push(code);
    expect(hidden.length).toBeGreaterThan(4_000);
    for (const code of hidden) {
      const text = String.fromCodePoint(code);
      for (const email of [`a${text}b@example.com`, `${text}@example.com`, `a@exa${text}mple.com`])
        expect([code.toString(16), canonicalEmail(email)]).toEqual([code.toString(16), undefined]);
    }
  });
});
