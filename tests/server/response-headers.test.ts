import { beforeAll, describe, expect, test } from "bun:test";
import { openWorld, type World } from "../support/world";

/** One kind of request: what it sends, and what of the headers it must get back, and nothing else. */
interface Kind {
  path: string;
  init?: RequestInit;
  status: number;
  /** The limit that its responses tell of, which no other kind has; undefined where it is not counted. */
  limit?: number;
  policy?: string;
  /** Headers that only this kind has, or has with these values. */
  own?: Record<string, string>;
}

const origins = ["https://one.example.com", "https://two.example.com"];
const onAll = {
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
  "strict-transport-security": "max-age=31536000",
  vary: "Origin",
};
/** Each is checked apart, or is the server's. */
const checked =
  /^(x-request-id|x-ratelimit-.*|ratelimit|ratelimit-policy|retry-after|content-type|content-length|date)$/;

let world: World;
const kinds: Kind[] = [];
beforeAll(async () => {
  world = await openWorld({ config: { corsOrigins: origins, userRateLimit: 900, authRateLimit: 100_000 } });
  const ada = await world.person("Ada");
  const grace = await world.person("Grace");
  const organization = (await ada.bask.organizations.create({ name: "Analytical Engines" })).id;
  const key = async (rateLimit: number, more: object = {}) =>
    (await ada.bask.apiKeys.create(organization, { name: "Robot", rateLimit, ...more })).key;
  const end = new Date(world.time.now() + 3 * 86_400_000);
  const [first, second, ending, exhausted] = [
    await key(99),
    await key(98),
    await key(97, { expiresAt: end.toISOString() }),
    await key(1),
  ];
  world.time.pass({ minutes: 1 });
  await world.fetch("/whoami", { headers: { "X-API-Key": exhausted } });
  const byKey = (key: string, more: Record<string, string> = {}) => ({ headers: { "X-API-Key": key, ...more } });
  const byToken = ({ bask }: typeof ada) => ({
    headers: { Authorization: `Bearer ${bask.tokens()!.accessToken}` } as Record<string, string>,
  });
  const policy = (minute: number) => `"minute";q=${minute};w=60, "hour";q=2000;w=3600, "day";q=10000;w=86400`;
  const shared = (origin: string) => ({
    "access-control-allow-origin": origin,
    "access-control-allow-credentials": "true",
    "access-control-expose-headers": expect.stringContaining("RateLimit") as unknown as string,
  });
  const unauthorized = { "www-authenticate": "Bearer" };
  const user = byToken(grace);
  kinds.push(
    { path: "/whoami", init: byKey(first), status: 200, limit: 99, policy: policy(99) },
    {
      path: "/whoami",
      init: byKey(second, { Origin: origins[0]! }),
      status: 200,
      limit: 98,
      policy: policy(98),
      own: shared(origins[0]!),
    },
    {
      path: "/organizations/org_none",
      init: byKey(ending),
      status: 404,
      limit: 97,
      policy: policy(97),
      own: { sunset: end.toUTCString() },
    },
    { path: "/whoami", init: byKey(exhausted), status: 429, limit: 1, policy: policy(1) },
    { path: "/users/me", init: user, status: 200, limit: 900, policy: '"minute";q=900;w=60' },
    {
      path: "/users/me",
      init: { headers: { Origin: origins[1]! } },
      status: 401,
      own: { ...unauthorized, ...shared(origins[1]!) },
    },
    { path: "/whoami", init: byKey("bsk_live_wrong"), status: 401, own: unauthorized },
    { path: "/nothing/here", init: { headers: { Origin: "https://evil.example.com" } }, status: 404 },
    { path: "/users/me", init: { method: "PUT" }, status: 405, own: { allow: "GET, PATCH, DELETE, HEAD" } },
    { path: "/health", status: 200 },
    { path: "/whoami", init: { headers: { ...byKey(first).headers, ...user.headers } }, status: 400 },
  );
});

describe("1,000 concurrent requests of all kinds", () => {
  test("get their own headers each, and none of another's", async () => {
    const asked = Array.from({ length: 1_000 }, (_, i) => ({
      kind: kinds[(i * 7) % kinds.length]!,
      id: `request-${i}`,
    }));
    const received = await Promise.all(
      asked.map(async ({ kind, id }) => {
        const headers = { ...(kind.init?.headers as Record<string, string>), "X-Request-Id": id };
        const response = await world.fetch(kind.path, { ...kind.init, headers });
        return { kind, id, response, text: await response.text() };
      }),
    );
    const remaining = new Map<Kind, number[]>();
    const reset = Math.floor(world.time.now() / 60_000) * 60 + 60;
    const left = reset - Math.floor(world.time.now() / 1000);
    for (const { kind, id, response, text } of received) {
      const { headers } = response;
      const get = (name: string) => headers.get(name);
      expect([kind.path, response.status, get("x-request-id")]).toEqual([kind.path, kind.status, id]);
      if (kind.status >= 400) expect(JSON.parse(text).error.requestId).toBe(id);
      const others = Object.fromEntries([...headers].filter(([name]) => !checked.test(name)));
      expect(others).toEqual({ ...onAll, ...kind.own });
      expect(get("content-type")).toBe("application/json; charset=utf-8");
      expect(get("retry-after")).toBe(kind.status === 429 ? String(left) : null);
      if (kind.limit === undefined) {
        expect([...headers.keys()].filter((name) => name.includes("ratelimit"))).toEqual([]);
        continue;
      }
      const rest = Number(get("x-ratelimit-remaining"));
      remaining.set(kind, [...(remaining.get(kind) ?? []), rest]);
      expect([get("x-ratelimit-limit"), get("ratelimit-policy")]).toEqual([String(kind.limit), kind.policy!]);
      expect([get("x-ratelimit-reset"), get("ratelimit")]).toEqual([String(reset), `"minute";r=${rest};t=${left}`]);
    }
    for (const [{ limit, status }, rests] of remaining) {
      const counted = rests.map((_, i) => limit! - 1 - i);
      expect(rests.toSorted((a, b) => b - a)).toEqual(status === 429 ? rests.map(() => 0) : counted);
    }
  });
});
