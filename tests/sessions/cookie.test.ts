import { beforeAll, describe, expect, test } from "bun:test";
import { createClient } from "../support/client";
import { expectRefusal } from "../support/expect";
import { openWorld, type Person, type World } from "../support/world";

let world: World;
let ada: Person;
beforeAll(async () => {
  world = await openWorld();
  ada = await world.person("Ada");
});

const post = (path: string, body: object, headers: Record<string, string>) =>
  world.fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
const own = { "Sec-Fetch-Site": "same-origin" };

async function cookieOf(response: Response) {
  const [cookie, ...attributes] = response.headers.get("set-cookie")!.split("; ");
  return { cookie: cookie!, attributes: attributes.sort() };
}
async function signIn() {
  const response = await post("/auth/login", { email: ada.email, password: ada.password, session: "cookie" }, own);
  return { answer: (await response.json()) as Record<string, unknown>, ...(await cookieOf(response)) };
}

describe("cookie mode", () => {
  test("puts the refresh token into a cookie that is bound to the host, and not into the response", async () => {
    const { answer, cookie, attributes } = await signIn();
    expect(cookie).toMatch(/^__Host-bask_refresh=bsr_[\w-]{60}$/);
    expect(attributes).toEqual(["HttpOnly", "Max-Age=604800", "Path=/", "SameSite=Lax", "Secure"]);
    expect(answer).not.toHaveProperty("refreshToken");
    expect(answer).toMatchObject({ tokenType: "Bearer", expiresIn: 900 });
  });

  test("says so where browsers will throw the cookie away", async () => {
    const plain = await openWorld({ config: { publicUrl: "http://192.168.1.5:3000" } });
    const bea = await plain.person("Bea");
    const signIn = async (at: World, Host: string, session = "cookie") => {
      const { email, password } = at === plain ? bea : ada;
      const headers = { "Content-Type": "application/json", Host };
      const body = JSON.stringify({ email, password, session });
      return (await at.fetch("/auth/login", { method: "POST", headers, body })).json() as Promise<{ warning?: string }>;
    };
    for (const host of ["192.168.1.5:3000", "bask.lan", "localhost.example.com", "[2001:db8::1]:3000"])
      expect([host, (await signIn(plain, host)).warning]).toEqual([host, expect.stringContaining("only over https")]);
    for (const host of ["localhost:3000", "app.localhost", "127.0.0.1:3000", "[::1]:3000"])
      expect([host, (await signIn(plain, host)).warning]).toEqual([host, undefined]);
    expect((await signIn(plain, "192.168.1.5:3000", "tokens")).warning).toBeUndefined();
    expect((await signIn(world, "192.168.1.5:3000")).warning).toBeUndefined();
  });

  test("refreshes for pages of this origin only", async () => {
    const { cookie } = await signIn();
    for (const [reason, headers] of [
      ["origin_missing", {}],
      ["cross_site", { "Sec-Fetch-Site": "cross-site" }],
      ["cross_site", { "Sec-Fetch-Site": "same-site" }],
      ["cross_site", { Origin: "https://evil.example" }],
      ["cross_site", { Origin: "null" }],
    ] as const) {
      const refused = await post("/auth/refresh", {}, { Cookie: cookie, ...headers } as never);
      expect(refused.status).toBe(403);
      expect((await refused.clone().json()).error.reason).toBe(reason);
      expect(refused.headers.get("set-cookie")).toBeNull();
    }
    const byOrigin = await post("/auth/refresh", {}, { Cookie: cookie, Origin: "https://bask.test" });
    expect(byOrigin.status).toBe(200);
    const next = (await cookieOf(byOrigin)).cookie;
    expect(next).not.toBe(cookie);
    expect((await post("/auth/refresh", {}, { Cookie: next, ...own })).status).toBe(200);
  });

  test("gives twenty refreshes at once the same cookie, and a refused one never clears it", async () => {
    const { cookie } = await signIn();
    const all = await Promise.all(
      Array.from({ length: 20 }, () => post("/auth/refresh", {}, { Cookie: cookie, ...own })),
    );
    expect(new Set(all.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(await Promise.all(all.map(async (response) => (await cookieOf(response)).cookie))).size).toBe(1);
    world.time.pass({ minutes: 1 });
    const late = await post("/auth/refresh", {}, { Cookie: cookie, ...own });
    expect(late.status).toBe(401);
    expect(late.headers.get("set-cookie")).toBeNull();
  });

  test("refuses forms and every other content type", async () => {
    const { cookie } = await signIn();
    const headers = { Cookie: cookie, ...own, "Content-Type": "application/x-www-form-urlencoded" };
    expect((await world.fetch("/auth/refresh", { method: "POST", headers, body: "a=b" })).status).toBe(415);
  });

  test("signs out with the cookie, which is cleared", async () => {
    const { cookie } = await signIn();
    expect((await post("/auth/logout", {}, { Cookie: cookie, Origin: "https://evil.example" })).status).toBe(403);
    const answer = await post("/auth/logout", {}, { Cookie: cookie, ...own });
    expect(answer.status).toBe(204);
    expect(await cookieOf(answer)).toMatchObject({
      cookie: "__Host-bask_refresh=",
      attributes: expect.arrayContaining(["Max-Age=0"]),
    });
    expect((await post("/auth/refresh", {}, { Cookie: cookie, ...own })).status).toBe(401);
  });

  test("signs out with a cookie that is worth nothing by clearing it", async () => {
    const { cookie } = await signIn();
    await post("/auth/logout", {}, { Cookie: cookie, ...own });
    for (const worthless of [cookie, "__Host-bask_refresh=bsr_junk"]) {
      const response = await post("/auth/logout", {}, { Cookie: worthless, ...own });
      expect((await cookieOf(response)).attributes).toContain("Max-Age=0");
    }
  });

  test("is supported by the SDK in a browser", async () => {
    let jar = "";
    const page = createClient({
      url: world.url,
      cookie: true,
      async fetch(url, init) {
        expect(init.credentials).toBe("include");
        const response = await fetch(url, {
          ...init,
          headers: { ...init.headers, ...own, Cookie: jar } as HeadersInit,
        });
        jar = response.headers.get("set-cookie")?.split(";")[0] ?? jar;
        return response;
      },
    });
    await page.auth.login({ email: ada.email, password: ada.password });
    world.time.pass({ minutes: 16 });
    expect(await page.me.get()).toMatchObject({ email: ada.email });
    await page.auth.logout();
    await expectRefusal(page.auth.refresh(), "INVALID_REFRESH_TOKEN");
  });
});
