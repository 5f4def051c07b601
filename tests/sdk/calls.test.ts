import { describe, expect, test } from "bun:test";
import { type Bask, BaskError, type ClientOptions, createClient, isBaskError } from "../../src/sdk/client";
import { refusalOf } from "../support/expect";
import { clientClock, failure, json, network } from "../support/sdk";

const client = (options: Partial<ClientOptions>): Bask =>
  createClient({ url: "http://bask.test/", apiKey: "bsk_test_x", clock: clientClock(), ...options });
const page = { data: [], nextCursor: null };

test("of a page to its own origin is relative, so that a server can render the page too", async () => {
  const sent: string[] = [];
  const fetch = async (url: string) => {
    sent.push(url);
    return json(page);
  };
  await client({ url: "/", fetch }).organizations.list({ limit: 2 });
  expect(sent).toEqual(["/api/v1/organizations?limit=2"]);
});

describe("a request that failed", () => {
  const passing = [
    ["no connection", new TypeError("fetch failed")],
    ["408", failure(408, "UNKNOWN")],
    ["429", failure(429, "RATE_LIMITED")],
    ["500", failure(500, "INTERNAL_ERROR")],
    ["503", failure(503, "UNAVAILABLE")],
    ["a proxy's 502", new Response("<h1>Bad gateway</h1>", { status: 502 })],
  ] as const;
  test.each(passing)("with %s is sent again", async (_, failed) => {
    const { fetch, sent } = network((_, i) =>
      i === 0 ? (failed instanceof Error ? failed : failed.clone()) : json(page),
    );
    await client({ fetch }).organizations.list();
    expect(sent).toHaveLength(2);
  });

  test("is sent again at most twice, each time after a longer wait, in which clients spread", async () => {
    for (const [random, waits] of [
      [0, [250, 500]],
      [1, [500, 1_000]],
    ] as const) {
      const clock = clientClock(random);
      const { fetch, sent } = network(() => failure(503, "UNAVAILABLE"));
      const error = await refusalOf(client({ fetch, clock }).me.get());
      expect([error.code, sent.length, clock.waits]).toEqual(["UNAVAILABLE", 3, [...waits]]);
    }
  });

  test("waits as long as the server says, and not at all where that is beyond the deadline", async () => {
    const clock = clientClock();
    const { fetch } = network((_, i) =>
      i < 2 ? failure(429, "RATE_LIMITED", {}, { "Retry-After": "3" }) : json(page),
    );
    await client({ fetch, clock }).organizations.list();
    expect(clock.waits).toEqual([3_000, 3_000]);

    const late = network(() => failure(429, "RATE_LIMITED", { retryAfter: 31 }));
    expect(await refusalOf(client({ fetch: late.fetch, clock }).me.get())).toMatchObject({ retryAfter: 31 });
    expect([late.sent.length, clock.waits.length]).toEqual([1, 2]);
  });

  test("for a reason that stays is not sent again", async () => {
    for (const [status, code] of [
      [400, "BAD_REQUEST"],
      [403, "FORBIDDEN"],
      [404, "NOT_FOUND"],
      [409, "CONFLICT"],
      [422, "VALIDATION_ERROR"],
    ] as const) {
      const { fetch, sent } = network(() => failure(status, code));
      expect((await refusalOf(client({ fetch }).me.get())).code).toBe(code);
      expect(sent).toHaveLength(1);
    }
  });

  test("is not sent again where it may have changed something, unless it carries an Idempotency-Key", async () => {
    const { fetch, sent } = network(() => new TypeError("fetch failed"));
    const { apiKeys, request } = client({ fetch });
    for (const call of [
      () => apiKeys.disable("org_1", "key_1"),
      () => apiKeys.disable("org_1", "key_1", { idempotencyKey: "not taken by this route" }),
      () => request("POST", "/projects", { body: {} }),
    ]) {
      sent.length = 0;
      expect((await refusalOf(call())).code).toBe("NETWORK_ERROR");
      expect(sent).toHaveLength(1);
    }
    sent.length = 0;
    await refusalOf(request("POST", "/projects", { body: {}, idempotencyKey: "mine" }));
    expect(sent.map(({ headers }) => headers["Idempotency-Key"])).toEqual(["mine", "mine", "mine"]);
  });

  test("that creates something carries the same Idempotency-Key each time, and another call another one", async () => {
    const { fetch, sent } = network((_, i) => (i % 2 === 0 ? failure(500, "INTERNAL_ERROR") : json({ id: "key_1" })));
    const { apiKeys } = client({ fetch });
    await apiKeys.create("org_1", { name: "A" });
    await apiKeys.create("org_1", { name: "A" });
    const [a, b, c, d] = sent.map(({ headers }) => headers["Idempotency-Key"]);
    expect(a).toMatch(/^[\w-]{24}$/);
    expect([a, c]).toEqual([b, d]);
    expect(a).not.toBe(c);
  });

  test("and is still in progress says why it was sent again, not that it is in progress", async () => {
    const { fetch, sent } = network((_, i) =>
      i === 0 ? failure(500, "INTERNAL_ERROR") : failure(409, "CONFLICT", { reason: "request_in_progress" }),
    );
    expect((await refusalOf(client({ fetch }).apiKeys.create("org_1", { name: "A" }))).code).toBe("INTERNAL_ERROR");
    expect(sent).toHaveLength(3);
  });
});

describe("a call", () => {
  const silent = () => network(() => new Promise<Response>(() => {}));

  test("ends after 30 seconds, or after what it is given", async () => {
    const clock = clientClock();
    const { fetch } = silent();
    const bask = client({ fetch, clock });
    const [usual, long] = [refusalOf(bask.me.get()), refusalOf(bask.me.get({ timeout: 60_000 }))];
    clock.pass(30_000);
    expect(await usual).toMatchObject({ code: "TIMEOUT", status: 0 });
    clock.pass(30_000);
    expect((await long).code).toBe("TIMEOUT");
  });

  test("ends when its signal aborts, with the signal's reason, also before it began and while it waits", async () => {
    const reason = new Error("the page was left");
    for (const fetch of [silent().fetch, network(() => failure(503, "UNAVAILABLE")).fetch]) {
      const aborter = new AbortController();
      const call = client({ fetch, clock: { ...clientClock(), after: () => () => {} } }).me.get({
        signal: aborter.signal,
      });
      await new Promise(setImmediate);
      aborter.abort(reason);
      expect(await call.catch((error: unknown) => error)).toBe(reason);
    }
    const { fetch, sent } = silent();
    expect(
      await client({ fetch })
        .me.get({ signal: AbortSignal.abort(reason) })
        .catch((error: unknown) => error),
    ).toBe(reason);
    expect(sent.length).toBeLessThan(2);
  });

  test("gives its response's headers when asked, and then tells a failure once", async () => {
    const headers = {
      "X-Request-Id": "req_9",
      "X-RateLimit-Limit": "100",
      "X-RateLimit-Remaining": "87",
      "X-RateLimit-Reset": "1772442060",
    };
    const { fetch } = network(() => json(page, { headers }));
    const { data, requestId, rateLimit, status } = await client({ fetch }).organizations.list().withResponse();
    expect({ data, requestId, rateLimit, status }).toEqual({
      data: page,
      requestId: "req_9",
      status: 200,
      rateLimit: { limit: 100, remaining: 87, reset: new Date("2026-03-02T09:01:00Z") },
    });
    const failing = client({ fetch: network(() => failure(404, "NOT_FOUND")).fetch });
    expect((await refusalOf(failing.me.get().withResponse())).code).toBe("NOT_FOUND");
  });

  test("writes queries and bodies as the API reads them", async () => {
    const { fetch, sent } = network(() => new Response(null, { status: 204 }));
    const bask = client({ fetch });
    const from = new Date("2026-03-02T09:00:00Z");
    await bask.usage.get("org_1", { step: "day", from });
    await bask.apiKeys.revoke("org_1", "key_1", { descendants: true });
    await bask.apiKeys.revoke("org_1", "key_1", { descendants: false });
    await bask.apiKeys.update("org_1", "key_1", { expiresAt: from, rateLimit: undefined });
    expect(sent.map(({ path, body }) => [path, body])).toEqual([
      ["/organizations/org_1/usage?step=day&from=2026-03-02T09%3A00%3A00.000Z", undefined],
      ["/organizations/org_1/api-keys/key_1?descendants=true", undefined],
      ["/organizations/org_1/api-keys/key_1", undefined],
      ["/organizations/org_1/api-keys/key_1", { expiresAt: "2026-03-02T09:00:00.000Z" }],
    ]);
  });

  test("throws what the server said, and what is not the server's as such", async () => {
    const details = [{ path: "name", message: "is required" }];
    const { fetch } = network((_, i) =>
      i === 0 ? failure(422, "VALIDATION_ERROR", { details }) : new Response("<h1>Not here</h1>", { status: 404 }),
    );
    const bask = client({ fetch });
    const error = await refusalOf(bask.me.get());
    expect(error).toMatchObject({ status: 422, code: "VALIDATION_ERROR", requestId: "req_1", details });
    expect(isBaskError(error)).toBe(true);
    expect(isBaskError(error, "RATE_LIMITED", "VALIDATION_ERROR")).toBe(true);
    expect(isBaskError(error, "RATE_LIMITED")).toBe(false);
    expect(isBaskError(new Error("x"))).toBe(false);
    expect(await refusalOf(bask.me.get())).toMatchObject({ status: 404, code: "UNKNOWN" });
  });
});

describe("a list", () => {
  const pages = network(({ path }) => {
    const cursor = new URLSearchParams(path.split("?")[1]).get("cursor");
    return json(
      cursor ? { data: [{ id: "c" }], nextCursor: null } : { data: [{ id: "a" }, { id: "b" }], nextCursor: "next" },
    );
  });

  test("is a page when awaited, and all entries when iterated, whose pages are fetched as they are needed", async () => {
    const bask = client({ fetch: pages.fetch });
    expect((await bask.members.list("org_1", { limit: 2 })).nextCursor).toBe("next");
    const ids: string[] = [];
    pages.sent.length = 0;
    for await (const { id } of bask.members.list("org_1", { limit: 2, search: "x" })) {
      ids.push(id);
      if (ids.length < 3) expect(pages.sent).toHaveLength(1);
    }
    expect(ids).toEqual(["a", "b", "c"]);
    expect(pages.sent.map(({ path }) => path)).toEqual([
      "/organizations/org_1/members?limit=2&search=x",
      "/organizations/org_1/members?limit=2&search=x&cursor=next",
    ]);
  });

  test("throws what its first page or a later one failed with", async () => {
    for (const failing of [0, 1]) {
      const { fetch } = network((_, i) =>
        i === failing ? failure(403, "FORBIDDEN") : json({ data: [1], nextCursor: "2" }),
      );
      const walk = async () => {
        for await (const _ of client({ fetch }).members.list("org_1"));
      };
      expect(await refusalOf(walk())).toBeInstanceOf(BaskError);
    }
  });
});
