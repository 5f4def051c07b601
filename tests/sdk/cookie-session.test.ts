import { beforeAll, beforeEach, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createClient } from "../../src/sdk/client";
import { systemClock } from "../../src/sdk/clock";
import { continueSession } from "../../src/sdk/server";
import { openWorld, type Person, type World } from "../support/world";

let world: World;
let ada: Person;
let grace: Person;
/** The cookies of a browser, and how often the server that renders its pages asked Bask. */
let jar: Map<string, string>;
let requests: number;
beforeAll(async () => {
  world = await openWorld();
  [ada, grace] = await Promise.all([world.person("Ada"), world.person("Grace")]);
});
beforeEach(() => {
  [jar, requests] = [new Map(), 0];
});

function keep(cookies: readonly string[]) {
  for (const cookie of cookies) {
    const [, name, value, attributes] = /^([^=]+)=([^;]*); (.*)$/.exec(cookie)!;
    expect(attributes).toMatch(/^Path=\/; Secure; HttpOnly; SameSite=Lax; Max-Age=\d+$/);
    if (attributes!.endsWith("=0")) jar.delete(name!);
    else jar.set(name!, value!);
  }
}

/** Calls Bask as a page does. */
async function post(path: string, body: object) {
  const sent = { "Content-Type": "application/json", Origin: "https://bask.test", Cookie: cookies() };
  const response = await fetch(`${world.url}/api/v1${path}`, {
    method: "POST",
    headers: sent,
    body: JSON.stringify(body),
  });
  keep(response.headers.getSetCookie());
  return response;
}

const cookies = () => [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
const signIn = ({ email, password }: Person) => post("/auth/login", { email, password, session: "cookie" });
const options = () => ({
  url: world.url,
  clock: { ...systemClock, now: world.time.now },
  fetch: (url: string, init: object) => {
    requests++;
    return fetch(url, init);
  },
});

/** A page is rendered. @returns for whom */
async function render(given = cookies()): Promise<string | undefined> {
  const session = await continueSession(new Headers({ cookie: given }), options());
  keep(session.cookies);
  if (!session.accessToken) return undefined;
  const { accessToken } = session;
  return (await createClient({ url: world.url, tokens: { accessToken, refreshToken: "" } }).me.get()).email;
}

test("a page is rendered for the one whose cookie the browser has, and asks only when the token ends", async () => {
  expect(await render()).toBeUndefined();
  await signIn(ada);
  expect([await render(), await render(), requests]).toEqual([ada.email, ada.email, 1]);
  world.time.pass({ minutes: 14, seconds: 31 });
  expect([await render(), await render(), requests]).toEqual([ada.email, ada.email, 2]);
});

test("who signs in next is never shown as the one before, and who signed out as no one", async () => {
  await signIn(ada);
  await render();
  await signIn(grace);
  expect(await render()).toBe(grace.email);
  await post("/auth/logout", {});
  expect([...jar.keys()]).toEqual(["__Host-bask_access"]);
  expect([await render(), jar.size]).toEqual([undefined, 0]);
});

test("the session goes on when pages and their clients refresh by turns, or at once", async () => {
  await signIn(ada);
  for (let i = 0; i < 3; i++) {
    world.time.pass({ minutes: 20 });
    const before = cookies();
    const all = await Promise.all([render(before), render(before), render(before)]);
    expect(new Set(all)).toEqual(new Set([ada.email]));
    world.time.pass({ minutes: 20 });
    await post("/auth/refresh", {});
    expect(await render()).toBe(ada.email);
  }
  expect((await world.emailsTo(ada.email)).map(({ template }) => template)).not.toContain("session-reuse");
});

test("a token beside another refresh token, or one that was made up, counts for nothing", async () => {
  await signIn(ada);
  await render();
  const [access, refresh] = [jar.get("__Host-bask_access"), jar.get("__Host-bask_refresh")];
  for (const wrong of [access!.replace(/^./, "!"), "~", "x~y", access!.split("~")[1]]) {
    jar.set("__Host-bask_access", wrong!);
    expect(await render()).toBe(ada.email);
  }
  expect(requests).toBe(5);
  expect(await render(`__Host-bask_access=${access}`)).toBeUndefined();
  expect(await render(`__Host-bask_refresh=bsr_wrong; __Host-bask_access=${access}`)).toBeUndefined();
  expect(refresh).not.toBe(jar.get("__Host-bask_refresh"));
});

test("what a page of another origin sends has no session, and a link from there has", async () => {
  await signIn(ada);
  const sent = async (from: Record<string, string>) => {
    const session = await continueSession(new Headers({ cookie: cookies(), ...from }), options());
    keep(session.cookies);
    return session.accessToken !== undefined;
  };
  const own = { origin: "https://www.bask.test", "sec-fetch-site": "same-origin" };
  expect([await sent(own), await sent({ "sec-fetch-site": "cross-site" }), await sent({})]).toEqual([true, true, true]);
  for (const site of ["same-site", "cross-site"])
    expect(await sent({ origin: "https://blog.bask.test", "sec-fetch-site": site })).toBe(false);
  expect(jar.size).toBe(2);
});

test("a session that has ended, and a server that is down, are an error and no exception; the cookie stays, and is not asked about at each page", async () => {
  await signIn(ada);
  const headers = new Headers({ cookie: cookies() });
  const down = await continueSession(headers, { ...options(), url: "http://127.0.0.1:9" });
  expect(down).toMatchObject({ accessToken: undefined, cookies: [], error: { code: "NETWORK_ERROR" } });
  await (await world.signIn(ada)).sessions.revokeOthers();
  const ended = await continueSession(headers, options());
  expect(ended).toMatchObject({ accessToken: undefined, error: { code: "INVALID_REFRESH_TOKEN" } });
  keep(ended.cookies);
  expect([...jar.keys()]).toEqual(["__Host-bask_refresh", "__Host-bask_access"]);
  const before = requests;
  const again = await continueSession(new Headers({ cookie: cookies() }), options());
  expect(again).toMatchObject({ accessToken: undefined, cookies: [], error: { code: "INVALID_REFRESH_TOKEN" } });
  expect(requests).toBe(before);
  await signIn(ada);
  expect(await render()).toBe(ada.email);
});

test("the limits and the list of sessions are those of the browser, not of the server that renders", async () => {
  const sent: Headers[] = [];
  const headers = new Headers({
    cookie: "__Host-bask_refresh=bsr_x",
    "x-forwarded-for": "203.0.113.9",
    "user-agent": "Firefox",
    authorization: "Bearer other",
  });
  await continueSession(headers, {
    url: "http://bask.test",
    fetch: async (_, init) => {
      sent.push(new Headers(init.headers));
      return new Response("{}", { status: 401 });
    },
  });
  const { "x-forwarded-for": ip, "user-agent": browser, authorization } = Object.fromEntries(sent[0]!);
  expect([ip, browser, authorization]).toEqual(["203.0.113.9", "Firefox", undefined]);
});

test("the proxy.ts of the guide for Next.js gives the token to what is rendered, and the cookies to the browser", async () => {
  const guide = readFileSync(join(import.meta.dir, "../../docs/guides/next.md"), "utf8");
  const code = guide
    .split("// proxy.ts\n")[1]!
    .split("```")[0]!
    .replaceAll(/^import .*$/gm, "");
  const script = new Bun.Transpiler({ loader: "ts" }).transformSync(code).replaceAll(/^export \{[^}]*\};?$/gm, "");
  const NextResponse = {
    next: (next: { request: { headers: Headers } }) => ({ ...next, headers: new Headers() }),
  };
  const run = new Function(
    "continueSession",
    "NextResponse",
    "process",
    `${script.replaceAll("export ", "")}; return proxy;`,
  );
  const proxy = run(continueSession, NextResponse, { env: { BASK_URL: world.url } });
  const ask = async (headers: Record<string, string>) => {
    const { request, headers: answered } = await proxy({ headers: new Headers(headers) });
    return { authorization: request.headers.get("authorization"), cookies: answered.getSetCookie() as string[] };
  };
  await signIn(ada);
  const found = await ask({ cookie: cookies(), authorization: "Bearer other" });
  expect(found).toEqual({
    authorization: expect.stringMatching(/^Bearer eyJ/),
    cookies: [expect.stringContaining("__Host-bask_refresh="), expect.stringContaining("__Host-bask_access=")],
  });
  // A program that sends a token of its own is not a browser, and no one is signed in.
  expect(await ask({ authorization: "Bearer other" })).toEqual({ authorization: "Bearer other", cookies: [] });
});
