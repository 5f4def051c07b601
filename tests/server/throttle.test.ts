import { beforeAll, describe, expect, test } from "bun:test";
import { openWorld, type World } from "../support/world";

let world: World;
beforeAll(async () => {
  world = await openWorld({ config: { authRateLimit: 3, trustedProxies: ["127.0.0.1"] } });
});

const login = { email: "nobody@example.com", password: "wrong password" };
const bodies: Record<string, object> = {
  "/auth/refresh": { refreshToken: "none" },
  "/api-keys/revoke-leaked": { key: "none" },
};
const ask = (path: string, ip: string) =>
  world.fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Forwarded-For": ip },
    body: JSON.stringify(bodies[path] ?? login),
  });
const statuses = async (times: number, path: string, ip: string) =>
  (await Promise.all(Array.from({ length: times }, () => ask(path, ip)))).map(({ status }) => status);

describe("the rate limit of a network", () => {
  test("covers all routes where people sign in or recover together, and says when to retry", async () => {
    const first = await ask("/auth/login", "192.0.2.1");
    expect(first.headers.get("X-RateLimit-Limit")).toBe("3");
    expect(first.headers.get("X-RateLimit-Remaining")).toBe("2");
    expect(first.headers.get("RateLimit-Policy")).toBe('"minute";q=3;w=60');
    await ask("/auth/forgot-password", "192.0.2.1");
    await ask("/api/v1/auth/register", "192.0.2.1");
    const refused = await ask("/auth/reset-password", "192.0.2.1");
    expect(refused.status).toBe(429);
    expect(refused.headers.get("Retry-After")).toBe("60");
    expect(await refused.json()).toMatchObject({ error: { code: "RATE_LIMITED", retryAfter: 60 } });
    world.time.pass({ minutes: 1 });
    expect((await ask("/auth/login", "192.0.2.1")).status).toBe(401);
  });

  test("is ten times as high for refresh and logout, counted separately", async () => {
    await statuses(4, "/auth/login", "192.0.2.2");
    const received = await statuses(31, "/auth/refresh", "192.0.2.2");
    expect(received.filter((status) => status !== 429)).toHaveLength(30);
  });

  test("bounds guessing of API keys", async () => {
    const received = await statuses(31, "/api-keys/revoke-leaked", "192.0.2.5");
    expect(received.filter((status) => status !== 429)).toHaveLength(30);
  });

  test("is shared by the /64 of an IPv6 address, and by every spelling of an IPv4 address", async () => {
    await statuses(3, "/auth/login", "2001:db8::1");
    expect(await statuses(1, "/auth/login", "2001:DB8:0:0:ffff::2")).toEqual([429]);
    expect(await statuses(1, "/auth/login", "2001:db8:0:1::1")).toEqual([401]);
    await statuses(3, "/auth/login", "192.0.2.3");
    expect(await statuses(1, "/auth/login", "::ffff:192.0.2.3")).toEqual([429]);
  });

  test("is exact for a hundred requests at once", async () => {
    const received = await statuses(100, "/auth/login", "192.0.2.4");
    expect(received.filter((status) => status !== 429)).toHaveLength(3);
  });
});
