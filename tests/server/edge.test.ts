import { beforeAll, describe, expect, test } from "bun:test";
import { routes } from "../../src/server/routes";
import { openWorld, type Person, type World } from "../support/world";

let world: World;
let ada: Person;
beforeAll(async () => {
  world = await openWorld();
  ada = await world.person("Ada");
});

const json = { "Content-Type": "application/json" };
const bearer = () => ({ Authorization: `Bearer ${ada.bask.tokens()!.accessToken}` });
const found = (body: unknown) =>
  (body as { error: { code: string; details?: { path: string; message: string }[] } }).error;

describe("every response", () => {
  test("has a request id, the client's own where it is well-formed", async () => {
    const given = await world.fetch("/health/nowhere", { headers: { "X-Request-Id": "trace-1:a.b" } });
    expect(given.headers.get("x-request-id")).toBe("trace-1:a.b");
    expect(found(await given.json())).toMatchObject({ requestId: "trace-1:a.b" });
    for (const odd of ["a b", "x".repeat(129), "<script>", "a;b"]) {
      const made = (await world.fetch("/users/me", { headers: { "X-Request-Id": odd } })).headers.get("x-request-id")!;
      expect(made).toMatch(/^[\da-f-]{36}$/);
    }
  });

  test("may not be stored, sniffed or framed by browsers", async () => {
    for (const path of ["/users/me", "/nowhere", "/health"]) {
      const { headers } = await world.fetch(path, { headers: bearer() });
      expect(headers.get("cache-control")).toBe("no-store");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
      expect(headers.get("referrer-policy")).toBe("no-referrer");
    }
  });

  test("has Strict-Transport-Security where the public URL is https", async () => {
    const plain = await openWorld({ config: { publicUrl: "http://localhost:3000" } });
    for (const path of ["/users/me", "/nowhere", "/health"]) {
      expect((await world.fetch(path)).headers.get("strict-transport-security")).toBe("max-age=31536000");
      expect((await plain.fetch(path)).headers.get("strict-transport-security")).toBeNull();
    }
  });

  test("is the same under the base path and without it", async () => {
    const [plain, based] = await Promise.all(
      ["/users/me", "/api/v1/users/me"].map((path) => world.fetch(path, { headers: bearer() })),
    );
    expect(await plain!.json()).toEqual(await based!.json());
  });
});

describe("an error response", () => {
  const cases: [name: string, path: string, init: RequestInit, status: number, code: string][] = [
    ["an unknown path", "/nowhere", {}, 404, "NOT_FOUND"],
    ["another method", "/auth/login", { method: "DELETE" }, 405, "METHOD_NOT_ALLOWED"],
    ["malformed JSON", "/auth/login", { method: "POST", headers: json, body: "{" }, 400, "BAD_REQUEST"],
    [
      "a body that is not UTF-8",
      "/auth/login",
      { method: "POST", headers: json, body: new Uint8Array([0x22, 0xff, 0x22]) },
      400,
      "BAD_REQUEST",
    ],
    [
      "a form",
      "/auth/login",
      { method: "POST", body: new URLSearchParams({ email: "a@example.com" }) },
      415,
      "UNSUPPORTED_MEDIA_TYPE",
    ],
    ["multipart", "/auth/login", { method: "POST", body: new FormData() }, 415, "UNSUPPORTED_MEDIA_TYPE"],
    [
      "plain text",
      "/auth/login",
      { method: "POST", headers: { "Content-Type": "text/plain" }, body: "{}" },
      415,
      "UNSUPPORTED_MEDIA_TYPE",
    ],
    [
      "a lookalike of JSON",
      "/auth/login",
      { method: "POST", headers: { "Content-Type": "application/jsonp" }, body: "{}" },
      415,
      "UNSUPPORTED_MEDIA_TYPE",
    ],
    ["an empty body", "/auth/login", { method: "POST", headers: json }, 422, "VALIDATION_ERROR"],
    ["a list for an object", "/auth/login", { method: "POST", headers: json, body: "[]" }, 422, "VALIDATION_ERROR"],
    [
      "too large a body",
      "/auth/login",
      { method: "POST", headers: json, body: `"${"x".repeat(64 * 1024)}"` },
      413,
      "PAYLOAD_TOO_LARGE",
    ],
    [
      "a body of 900 kB",
      "/auth/login",
      { method: "POST", headers: json, body: `"${"x".repeat(900_000)}"` },
      413,
      "PAYLOAD_TOO_LARGE",
    ],
    [
      "a body 30,000 deep",
      "/auth/login",
      { method: "POST", headers: json, body: "[".repeat(30_000) + "]".repeat(30_000) },
      422,
      "VALIDATION_ERROR",
    ],
    ["a request without a credential", "/users/me", {}, 401, "UNAUTHORIZED"],
  ];
  for (const [name, path, init, status, code] of cases) {
    test(`to ${name} is ${status} ${code} in the one shape`, async () => {
      const response = await world.fetch(path, init);
      const body = await response.json();
      expect([response.status, found(body).code]).toEqual([status, code]);
      expect(Object.keys(body)).toEqual(["error"]);
      expect(body.error).toMatchObject({
        code,
        message: expect.any(String),
        requestId: response.headers.get("x-request-id"),
      });
    });
  }

  test("to a body of unknown length stops reading at the limit", async () => {
    let sent = 0;
    const body = new ReadableStream({
      pull(controller) {
        sent += 65_536;
        if (sent > 800_000) controller.close();
        else controller.enqueue(new Uint8Array(65_536).fill(0x20));
      },
    });
    const response = await world.fetch("/auth/login", { method: "POST", headers: json, body });
    expect(response.status).toBe(413);
  });

  test("to a method names those that are allowed", async () => {
    const response = await world.fetch("/api/v1/organizations", { method: "PUT" });
    expect(response.headers.get("allow")!.split(", ").sort()).toEqual(["GET", "HEAD", "POST"]);
  });

  test("names fields and never repeats values", async () => {
    const response = await world.fetch("/auth/register", {
      method: "POST",
      headers: json,
      body: '{"email":"canary-email","password":"canary","fullName":7,"isAdmin":"canary-extra","__proto__":{"polluted":"canary-proto"}}',
    });
    expect(response.status).toBe(422);
    const text = await response.text();
    expect(text).not.toContain("canary");
    expect(
      found(JSON.parse(text))
        .details!.map(({ path }) => path)
        .sort(),
    ).toEqual(["__proto__", "email", "fullName", "isAdmin", "password"]);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test("to a query names the parameter", async () => {
    for (const query of ["limit=0", "limit=101", "limit=x", "limit=1&limit=2", "cursor=junk", "colour=red"]) {
      const response = await world.fetch(`/organizations?${query}`, { headers: bearer() });
      expect([query, response.status]).toEqual([query, 422]);
    }
  });
});

describe("a bug", () => {
  const secret = "SELECT secret FROM somewhere";
  const throwing = () => {
    throw new Error(secret);
  };

  /** Expects the one shape of an error, and all of it in the log. */
  async function expectInternalError(response: Response, { log }: World) {
    expect(response.status).toBe(500);
    expect(response.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    const { error } = (await response.json()) as { error: { code: string; requestId: string } };
    expect(error.code).toBe("INTERNAL_ERROR");
    expect(JSON.stringify(error)).not.toContain(secret);
    expect(log.join("")).toContain(error.requestId);
    expect(log.join("")).toContain(secret);
  }

  test("is answered in the one shape and logged in full, whether in a rule, a response or a plain route", async () => {
    const broken = await openWorld();
    const ada = await broken.person("Ada");
    const { id } = await ada.bask.organizations.create({ name: "Analytical Engines" });
    const { key } = await ada.bask.apiKeys.create(id, { name: "Robot", scopes: ["members:read"] });
    const members = () => broken.fetch(`/organizations/${id}/members`, { headers: { "X-API-Key": key } });
    const whoami = () => broken.fetch("/whoami", { headers: { "X-API-Key": key } });
    expect((await members()).status).toBe(200);

    const { count } = broken.app.usage;
    broken.app.usage.count = throwing;
    await expectInternalError(await members(), broken);
    await expectInternalError(await whoami(), broken);
    broken.app.usage.count = count;

    broken.app.db.ping = () => Promise.reject(new Error(secret));
    await expectInternalError(await broken.fetch("/ready"), broken);

    Object.assign(broken.app.db, { reader: new Proxy({}, { get: throwing }) });
    await expectInternalError(await members(), broken);
  });
});

describe("identity and ownership", () => {
  test("are never taken from a body", async () => {
    const extra = {
      role: "owner",
      userId: "usr_x",
      organizationId: "org_x",
      ownerId: "usr_x",
      plan: "enterprise",
      id: "org_x",
    };
    for (const [field, value] of Object.entries(extra)) {
      const response = await world.fetch("/organizations", {
        method: "POST",
        headers: { ...json, ...bearer() },
        body: JSON.stringify({ name: "Extra", [field]: value }),
      });
      expect([field, response.status]).toEqual([field, 422]);
    }
  });
});

describe("odd ids", () => {
  const odd = [
    "..%2f",
    "%00",
    "org_",
    "org_%F0%9F%94%91",
    "org_00000000000000000000000000",
    "x".repeat(8_000),
    "null",
    "ORG_01M7ZRJF1FGWHWAKH0APK2FKVR",
    "%2e%2e%2f%2e%2e",
    "'%20or%201=1--",
  ];
  test("are a 4xx on every route that takes one", async () => {
    const { id } = await ada.bask.organizations.create({ name: "Odd ids" });
    for (const route of routes.filter(({ path }) => path.includes(":"))) {
      for (const text of odd) {
        const names = route.path.match(/:\w+/g)!;
        const path = names.reduce((path, name, i) => path.replace(name, i < names.length - 1 ? id : text), route.path);
        const { method } = route;
        const body = method === "GET" || method === "DELETE" ? {} : { body: "{}" };
        const { status } = await world.fetch(path, { method, headers: { ...json, ...bearer() }, ...body });
        expect([method, path.slice(0, 80), status >= 400 && status < 500]).toEqual([method, path.slice(0, 80), true]);
      }
    }
  });
});

describe("NUL", () => {
  test("is refused in paths, queries and bodies before anything is looked up", async () => {
    const { id } = await ada.bask.organizations.create({ name: "Nul" });
    const send = (method: string, path: string, body?: string) =>
      world.fetch(path, { method, headers: { ...json, ...bearer() }, ...(body && { body }) });
    const cases: [string, string, string | undefined, number][] = [
      ["PATCH", `/organizations/${id}/roles/%00`, '{"name":"X"}', 404],
      ["DELETE", `/organizations/${id}/roles/%00`, undefined, 404],
      ["GET", `/organizations/${id}/api-keys?createdBy=%00`, undefined, 422],
      ["PATCH", "/users/me", '{"avatarUrl":"https://a.example/\\u0000"}', 422],
      ["POST", `/organizations/${id}/api-keys`, '{"name":"k","metadata":{"\\u0000":"x"}}', 422],
    ];
    for (const [method, path, body, status] of cases)
      expect([method, path, (await send(method, path, body)).status]).toEqual([method, path, status]);
  });

  test("and times before 1970 or after 9999 are refused", async () => {
    const { id } = await ada.bask.organizations.create({ name: "Years" });
    const from = await world.fetch(`/organizations/${id}/audit-logs?from=0000-01-01T00:00:00Z`, { headers: bearer() });
    const expiresAt = "9999-12-31T23:59:59-23:59";
    const key = await world.fetch(`/organizations/${id}/api-keys`, {
      method: "POST",
      headers: { ...json, ...bearer() },
      body: JSON.stringify({ name: "k", expiresAt }),
    });
    expect([from.status, key.status]).toEqual([422, 422]);
  });
});
