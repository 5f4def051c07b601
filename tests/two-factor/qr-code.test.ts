import { expect, test } from "bun:test";
import { encode } from "uqr";
import { otpauthUrl } from "../../src/crypto/totp";
import { qrCode } from "../../src/two-factor/qr-code";

/** The modules of a drawing, a unit each. */
function drawn(svg: string) {
  const [, size] = /viewBox="0 0 (\d+) \1"/.exec(svg)!;
  const dark = [...svg.matchAll(/M(\d+),(\d+)h10v10h-10z/g)].map(
    ([, x, y]) => [Number(x) / 10, Number(y) / 10] as const,
  );
  return { size: Number(size) / 10, dark };
}

test("a QR code has a quiet zone of four modules on each side, and the modules of its text", () => {
  const url = otpauthUrl("ABCDEFGHIJKLMNOP", "Acme", "ada@example.com");
  const { size, dark } = drawn(qrCode(url));
  const { data, size: modules } = encode(url, { boostEcc: true, border: 0 });
  expect(size).toBe(modules + 8);
  const expected = data.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [[x + 4, y + 4]] : [])));
  expect(dark.map((module) => module.join()).sort()).toEqual(expected.map((module) => module.join()).sort());
});

test("a QR code is black on white, whatever the theme of the page", () => {
  expect(qrCode("x")).toContain('fill="#fff"');
  expect(qrCode("x")).toContain('fill="#000"');
});

test("the longest name and email fit a QR code", () => {
  const email = `${"ä".repeat(32)}@${"x".repeat(60)}.${"y".repeat(60)}.${"z".repeat(60)}.example`;
  expect(qrCode(otpauthUrl("A".repeat(32), "🦊".repeat(60), email))).toStartWith("<svg");
});
