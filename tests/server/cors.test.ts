import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { openWorld, type World } from "../support/world";

const app = "https://app.example.com";
let world: World;
beforeAll(async () => {
  world = await openWorld({ config: { corsOrigins: [app] } });
});
afterAll(() => world.close());

const preflight = (origin: string, to = world, headers = "content-type") =>
  to.fetch("/auth/login", {
    method: "OPTIONS",
    headers: {
      Origin: origin,
      "Access-Control-Request-Method": "POST",
      "Access-Control-Request-Headers": headers,
    },
  });

describe("pages of other origins", () => {
  test("that are listed may ask and read, credentials and limits included", async () => {
    const asked = await preflight(app);
    expect(asked.status).toBe(204);
    expect(asked.headers.get("access-control-allow-origin")).toBe(app);
    expect(asked.headers.get("access-control-allow-methods")).toBe("POST");
    expect(asked.headers.get("access-control-allow-headers")).toBe("content-type");
    expect(asked.headers.get("vary")).toBe("Origin, Access-Control-Request-Headers");
    const answer = await world.fetch("/users/me", { headers: { Origin: app } });
    expect(answer.status).toBe(401);
    expect(answer.headers.get("access-control-allow-origin")).toBe(app);
    expect(answer.headers.get("access-control-allow-credentials")).toBe("true");
    expect(answer.headers.get("access-control-expose-headers")).toContain("RateLimit");
    expect(answer.headers.get("vary")).toBe("Origin");
  });

  test("may send what tracing adds, whoever's it is", async () => {
    const headers = "authorization,baggage,content-type,sentry-trace,traceparent,tracestate,x-datadog-trace-id";
    expect((await preflight(app, world, headers)).headers.get("access-control-allow-headers")).toBe(headers);
  });

  test("of an app with a scheme of its own may be listed", async () => {
    for (const origin of ["capacitor://localhost", "chrome-extension://abcdefghijklmnopabcdefghijklmnop"]) {
      const listed = await openWorld({ config: { corsOrigins: [origin] } });
      expect((await preflight(origin, listed)).headers.get("access-control-allow-origin")).toBe(origin);
      await listed.close();
    }
  });

  test("that are not listed, or only look alike, may not", async () => {
    for (const origin of [
      "https://evil.example.com",
      `${app}.evil.com`,
      "https://APP.example.com",
      "http://app.example.com",
      "null",
      "https://app.example.com:444",
    ]) {
      const asked = await preflight(origin);
      expect([origin, asked.status, asked.headers.get("access-control-allow-origin")]).toEqual([origin, 405, null]);
    }
  });

  test("may ask for tokens without credentials, whoever they are, and never where a browser is sent (RFC 9700, 2.6)", async () => {
    const sharedAt = async (path: string, Origin: string) => {
      const asked = await world.fetch(path, {
        method: "OPTIONS",
        headers: { Origin, "Access-Control-Request-Method": "GET" },
      });
      const answers = [asked, await world.fetch(path, { headers: { Origin } })];
      return answers.flatMap(({ headers }) => [
        headers.get("access-control-allow-origin"),
        headers.get("access-control-allow-credentials"),
      ]);
    };
    for (const origin of [app, "https://anywhere.example"]) {
      expect(await sharedAt("/oauth/userinfo", origin)).toEqual(["*", null, "*", null]);
      expect(await sharedAt("/api/v1/oauth/authorize", origin)).toEqual([null, null, null, null]);
      expect(await sharedAt("/oauth/authorize?client_id=x", origin)).toEqual([null, null, null, null]);
    }
  });

  test("are none by default", async () => {
    const closed = await openWorld();
    expect((await preflight(app, closed)).headers.get("access-control-allow-origin")).toBeNull();
    expect((await closed.fetch("/health", { headers: { Origin: app } })).headers.get("vary")).toBeNull();
    await closed.close();
  });
});
