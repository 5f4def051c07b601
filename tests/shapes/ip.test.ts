import { describe, expect, test } from "bun:test";
import { isIP } from "node:net";
import fc from "fast-check";
import ipaddr from "ipaddr.js";
import { openNetworks } from "../../src/access/networks";
import { canonicalIp, canonicalNetwork } from "../../src/shapes/ip.contract";

const ip = fc.oneof(fc.ipV4(), fc.ipV6());
const bits = fc.integer({ min: 0, max: 128 }).map(String);
/** What looks like an IP or a CIDR, and mostly is none. */
const nearly = fc.oneof(
  fc
    .array(fc.constantFrom("0", "1", "f", "ffff", "255", "256", ":", "::", ".", "/", "%", " ", "01", "x"), {
      maxLength: 12,
    })
    .map((parts) => parts.join("")),
  fc.tuple(ip, fc.constantFrom("", ":", ".", "/", "/08", "%eth0", "/129", "/33", " ")).map((parts) => parts.join("")),
);
const network = fc.oneof(
  ip,
  fc.tuple(ip, bits).map((parts) => parts.join("/")),
  nearly,
);

describe("the canonical form of an IP", () => {
  test("exists for every IP, and is the same for every spelling of it", () => {
    fc.assert(
      fc.property(fc.ipV6(), (text) => {
        const canonical = canonicalIp(text);
        fc.pre(canonical !== undefined);
        expect(canonicalIp(canonical!)).toBe(canonical!);
        expect(canonicalIp(text.toUpperCase())).toBe(canonical!);
        expect(canonicalIp(ipaddr.parse(text).toNormalizedString())).toBe(canonical!);
      }),
    );
    fc.assert(
      fc.property(fc.ipV4(), (text) =>
        expect([canonicalIp(text), canonicalIp(`::ffff:${text}`)]).toEqual([text, text]),
      ),
    );
  });

  test("does not exist for what only some parsers take for one", () => {
    const none = [
      "2001:db8::1:",
      "::f:",
      ":1::",
      "1::2::3",
      "::1%eth0",
      "[::1]",
      "1",
      "1.2.3",
      "0x7f.0.0.1",
      "010.0.0.1",
      "::ffff:01.2.3.4",
      "1.2.3.4.",
      "256.0.0.1",
      "::1.2.3.4",
      "::1/128",
      "",
      " ::1",
    ];
    for (const text of none) expect([text, canonicalIp(text)]).toEqual([text, undefined]);
  });

  test("exists only for what node:net takes for one", () => {
    fc.assert(
      fc.property(nearly, (text) => canonicalIp(text) === undefined || isIP(text) > 0),
      { numRuns: 2_000 },
    );
  });
});

describe("the canonical form of a network", () => {
  test("is its own, has no host bits, and contains the same IPs", () => {
    fc.assert(
      fc.property(network, ip, (text, other) => {
        const canonical = canonicalNetwork(text);
        if (canonical === undefined) return expect(openNetworks([text])(other)).toBe(false);
        expect(canonicalNetwork(canonical)).toBe(canonical);
        const base = canonical.split("/")[0]!;
        expect(canonicalIp(base)).toBe(base);
        for (const candidate of [base, other])
          expect(openNetworks([canonical])(candidate)).toBe(openNetworks([text])(candidate));
        expect(openNetworks([canonical])(base)).toBe(true);
      }),
      { numRuns: 3_000 },
    );
  });

  test("is short: without host bits, and without the length of a single IP", () => {
    const spellings = {
      "10.0.0.1/8": "10.0.0.0/8",
      "10.0.0.1/32": "10.0.0.1",
      "2001:DB8::1/32": "2001:db8::/32",
      "2001:db8::1/128": "2001:db8::1",
      "::ffff:10.0.0.1/104": "10.0.0.0/8",
      "::ffff:0:0/96": "0.0.0.0/0",
      "::/0": "::/0",
    };
    for (const [text, canonical] of Object.entries(spellings)) expect(canonicalNetwork(text)).toBe(canonical);
  });
});
