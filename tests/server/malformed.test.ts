import { beforeAll, describe, expect, test } from "bun:test";
import { sendRaw, statusOf } from "../support/socket";
import { openWorld, type World } from "../support/world";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});

describe("a client that aborts its body", () => {
  test("causes a bad request and no internal error", async () => {
    await sendRaw(
      world,
      'POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"email":',
      { abort: true },
    );
    expect((await world.fetch("/health")).status).toBe(200);
    expect(world.log.filter((line) => line.includes("INTERNAL_ERROR"))).toEqual([]);
  });
});

describe("malformed HTTP", () => {
  const head = "POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";
  const cases: [string, string][] = [
    ["two lengths", `${head}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`],
    ["a length and chunks", `${head}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
    ["a negative length", `${head}Content-Length: -1\r\n\r\n`],
    ["a space before the colon", "GET /health HTTP/1.1\r\nHost : x\r\n\r\n"],
    ["NUL in a header", "GET /users/me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer a\0b\r\n\r\n"],
    ["a malformed Host", "POST /organizations HTTP/1.1\r\nHost: [\r\nIdempotency-Key: a\r\nContent-Length: 0\r\n\r\n"],
    ["100 kB of headers", `GET /health HTTP/1.1\r\nHost: x\r\nX-Long: ${"x".repeat(100_000)}\r\n\r\n`],
  ];
  for (const [name, bytes] of cases) {
    test(`${name}: no 2xx, no 500, and the server goes on`, async () => {
      const status = statusOf(await sendRaw(world, bytes)) ?? 400;
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(500);
      expect((await world.fetch("/health")).status).toBe(200);
    });
  }
});

describe("the Host header", () => {
  const get = (host: string) => sendRaw(world, `GET /health HTTP/1.1\r\n${host}\r\n`);
  const accepted = [
    "a",
    "abc:80",
    "my_service:3000",
    "127.0.0.1:3000",
    "[::1]:3000",
    "xn--mnchen-3ya.example",
    "a.example.",
  ];
  const refused = [
    "",
    "a b",
    "a/b",
    "x@y",
    "[::1",
    "[::::]",
    "[:]",
    "a%zz",
    "%",
    "a,b",
    "a:b",
    "a:123456",
    "a\x80",
    'a"b',
    "a<b",
  ];

  test("of one name or IP address, however short, is accepted", async () => {
    for (const host of accepted) expect([host, statusOf(await get(`Host: ${host}\r\n`))]).toEqual([host, 200]);
  });

  test("that is missing, malformed or sent twice is a bad request in every route", async () => {
    const requests = ["GET /health", "GET /users/me", "POST /auth/login", "PATCH /users/me", "GET /openapi.json"];
    // What no route answers is read by proxies too.
    requests.push("GET /nowhere", "PUT /health", "OPTIONS /auth/login", "TRACE /health");
    for (const request of requests)
      expect([
        request,
        statusOf(await sendRaw(world, `${request} HTTP/1.1\r\nHost: a\r\nHost: b\r\nContent-Length: 0\r\n\r\n`)),
      ]).toEqual([request, 400]);
    expect(statusOf(await get(""))).toBe(400);
    for (const host of refused) expect([host, statusOf(await get(`Host: ${host}\r\n`))]).toEqual([host, 400]);
  });

  test("of another authority than an absolute URL's is the one that counts", async () => {
    const response = await sendRaw(world, "GET http://other.example/health HTTP/1.1\r\nHost: a\r\n\r\n");
    expect(statusOf(response)).toBe(200);
    expect(statusOf(await sendRaw(world, "GET http://other.example/health HTTP/1.1\r\n\r\n"))).toBe(400);
  });

  test("of any length leaves a method that a path does not have a 405", async () => {
    for (const host of ["a", "ab", "abc", "a.example"]) {
      const response = await sendRaw(world, `PUT /health HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 0\r\n\r\n`);
      expect([host, statusOf(response)]).toEqual([host, 405]);
    }
  });
});

describe("a method", () => {
  const call = async (method: string, path: string) =>
    statusOf(await sendRaw(world, `${method} ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n`));

  test("that no route has is refused with 405, and with 404 on a path that does not exist", async () => {
    const methods =
      "ACL CONNECT COPY LINK LOCK MERGE MKCOL MOVE OPTIONS PROPFIND PURGE QUERY REPORT SEARCH TRACE UNLOCK";
    for (const method of methods.split(" ")) {
      const statuses = [
        await call(method, "/health"),
        await call(method, "/auth/login"),
        await call(method, "/nowhere"),
      ];
      expect([method, ...statuses]).toEqual([method, 405, 405, 404]);
    }
  });

  test("that Bun's parser does not know ends the connection without a response, and nothing else", async () => {
    for (const method of ["BREW", "UPDATE", "BASELINE-CONTROL", "get", "GETX", "A", "X".repeat(5_000)])
      expect([method, await call(method, "/health")]).toEqual([method, undefined]);
    expect(await call("GET", "/health")).toBe(200);
  });
});
