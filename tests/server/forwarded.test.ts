import { describe, expect, test } from "bun:test";
import { openClientIps, userAgentOf } from "../../src/server/origin";
import { openWorld } from "../support/world";

const proxies = ["10.0.0.0/8", "fd00::/8"];

/** The IP a request counts as, that came from a proxy with these headers. */
function ipOf(headers: Record<string, string>, peer = "10.0.0.1") {
  return openClientIps(proxies, () => peer)(new Request("http://localhost/", { headers }));
}

describe("a request through a trusted proxy", () => {
  test("is of the client's IP, in every spelling proxies write", () => {
    const spellings: [written: string, ip: string][] = [
      ["203.0.113.7", "203.0.113.7"],
      ["203.0.113.7:41234", "203.0.113.7"],
      [" 203.0.113.7 ", "203.0.113.7"],
      ["203.0.113.7,", "203.0.113.7"],
      ["203.0.113.7, ,", "203.0.113.7"],
      ["::ffff:203.0.113.7", "203.0.113.7"],
      ["[::ffff:203.0.113.7]:443", "203.0.113.7"],
      ["2001:db8::7", "2001:db8::7"],
      ["2001:0DB8:0:0::7", "2001:db8::7"],
      ["[2001:db8::7]", "2001:db8::7"],
      ["[2001:db8::7]:443", "2001:db8::7"],
      ['"[2001:db8::7]:443"', "2001:db8::7"],
      ["fe80::7%eth0", "fe80::7"],
      ["198.51.100.1, 203.0.113.7", "203.0.113.7"],
      ["198.51.100.1, 203.0.113.7, 10.1.2.3, fd00::1", "203.0.113.7"],
    ];
    for (const [written, ip] of spellings) {
      expect([written, ipOf({ "X-Forwarded-For": written })]).toEqual([written, ip]);
      const forwarded = written
        .split(",")
        .filter((hop) => hop.trim())
        .map((hop) => `for=${hop.trim()};proto=https`)
        .join(", ");
      expect([forwarded, ipOf({ Forwarded: forwarded })]).toEqual([forwarded, ip]);
    }
    expect(ipOf({ Forwarded: 'proto=https;FOR="203.0.113.7:99";by=10.0.0.2' })).toBe("203.0.113.7");
  });

  test("without a usable IP is of the proxy that says none", () => {
    for (const written of [
      "",
      "unknown",
      "_hidden",
      "1",
      "203.0.113",
      "0x7f000001",
      "203.0.113.7:",
      "[]",
      "a.example",
    ]) {
      expect([written, ipOf({ "X-Forwarded-For": written })]).toEqual([written, "10.0.0.1"]);
      expect([written, ipOf({ "X-Forwarded-For": `198.51.100.1, ${written || "-"}, 10.0.0.2` })]).toEqual([
        written,
        "10.0.0.2",
      ]);
      expect([written, ipOf({ Forwarded: `for=${written}` }, "10.0.0.3")]).toEqual([written, "10.0.0.3"]);
    }
    expect(ipOf({}, "fd00::5")).toBe("fd00::5");
    expect(ipOf({ Forwarded: "proto=https" })).toBe("10.0.0.1");
  });

  test("is never of an IP that the client made up", () => {
    expect(ipOf({ "X-Forwarded-For": "198.51.100.1" }, "203.0.113.9")).toBe("203.0.113.9");
    expect(ipOf({ Forwarded: "for=198.51.100.1", "X-Forwarded-For": "203.0.113.7" })).toBe("203.0.113.7");
    for (const opened of ['for=198.51.100.1;by="', 'for="198.51.100.1', 'for=198.51.100.1, "'])
      expect([opened, ipOf({ Forwarded: `${opened}, for="203.0.113.7:1"` })]).toEqual([opened, "203.0.113.7"]);
  });
});

test("two clients behind one proxy are counted apart, whatever port they come from", async () => {
  const world = await openWorld({ config: { authRateLimit: 1, trustedProxies: ["127.0.0.1"] } });
  const ask = async (hop: string) => {
    const headers = { "Content-Type": "application/json", "X-Forwarded-For": hop };
    const body = JSON.stringify({ email: "ada@example.com", password: "wrong password" });
    return (await world.fetch("/auth/login", { method: "POST", headers, body })).status;
  };
  expect([await ask("203.0.113.7:1"), await ask("203.0.113.8:1"), await ask("203.0.113.7:2")]).toEqual([401, 401, 429]);
});

test("an IP that is kept keeps nothing of the header it was read from, nor a user agent what is not kept of it", () => {
  const clientIp = openClientIps(["127.0.0.1"], () => "127.0.0.1");
  const header = (i: number) => String(i).padEnd(14_000, "x");
  const requestWith = (name: string, value: string) => new Request("http://localhost/", { headers: { [name]: value } });
  const reads = [
    (i: number) => clientIp(requestWith("x-forwarded-for", `${header(i)}, 198.51.100.7`)),
    (i: number) => userAgentOf(requestWith("user-agent", header(i))),
  ];
  for (const read of reads) {
    const kept = Array.from({ length: 500 }, (_, i) => read(i));
    const before = memory();
    while (kept.length < 3_500) {
      kept.push(read(kept.length));
      if (kept.length % 250 === 0) Bun.gc(true);
    }
    expect(memory() - before).toBeLessThan(15_000_000); // the headers are 42 MB
    expect(kept[0]!.length).toBeLessThanOrEqual(256);
  }
});

function memory() {
  Bun.gc(true);
  return process.memoryUsage.rss();
}
