import { beforeAll, describe, expect, test } from "bun:test";
import { basePath } from "../../src/http/route";
import { grantOperator, revokeOperator } from "../../src/operators/operators";
import { routes } from "../../src/server/routes";
import { codeOf } from "../support/authenticator";
import { type Bask, createClient } from "../support/client";
import { expectRefusal } from "../support/expect";
import { sendMessage } from "../support/mcp";
import { openWorld, type Person, type World } from "../support/world";

const reason = { reason: "Ticket 4711: the key list is empty" };
const minutes = 60_000;

let world: World;
let root: Person;
let secret: string;
let mary: Person;
let marysId: string;
let organization: string;

beforeAll(async () => {
  world = await openWorld();
  root = await world.person("Root");
  mary = await world.person("Mary");
  await world.verify(root);
  await world.verify(mary);
  await grantOperator(world.app, root.email);
  ({ secret } = await root.bask.twoFactor.setup({ password: root.password }));
  await root.bask.twoFactor.verify({ code: codeOf(secret, world.time) });
  marysId = (await mary.bask.me.get()).id;
  ({ id: organization } = await mary.bask.organizations.create({ name: "Acme" }));
  await mary.bask.apiKeys.create(organization, { name: "Website" });
});

const as = (accessToken: string): Bask =>
  createClient({ url: world.url, retries: 0, tokens: { accessToken, refreshToken: "" } });
const start = () => root.bask.admin.users.impersonate(marysId, reason);
/** A code works once. */
const signIn = () => {
  world.time.pass({ seconds: 30 });
  return world.signIn(root, codeOf(secret, world.time));
};
const send = (method: string, path: string, token: string, init: RequestInit = {}) =>
  world.fetch(basePath + path, {
    method,
    ...init,
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json", ...init.headers },
  });
const codeIn = async (response: Response) => ((await response.json()) as { error?: { code: string } }).error?.code;

/** A path with ids of what there is, so that nothing is refused for want of it. */
const pathOf = async (path: string) => {
  const [key] = (await mary.bask.apiKeys.list(organization)).data;
  return path
    .replace("/organizations/:id", `/organizations/${organization}`)
    .replace("/users/:id", `/users/${marysId}`)
    .replace(":keyId", key!.id)
    .replace(/:\w+/g, "usr_00000000000000000000000000");
};

describe("an operator who looks as a user", () => {
  test("is no agent", async () => {
    const { token } = await start();
    for (const method of ["tools/list", "tools/call"]) {
      const message = { jsonrpc: "2.0", id: 1, method, params: { name: "whoami", arguments: {} } };
      const refused = await sendMessage(world.url, { Authorization: `Bearer ${token}` }, message);
      expect([refused.status, await refused.text()]).toEqual([
        401,
        expect.stringContaining("agent_credential_required"),
      ]);
    }
  });

  test("sees what the user sees; both logs and an email say so, with the reason", async () => {
    const { token, id, userId, createdAt, endsAt } = await start();
    expect(userId).toBe(marysId);
    expect(Date.parse(endsAt) - Date.parse(createdAt)).toBe(30 * minutes);
    const looking = as(token);
    expect(await looking.me.get()).toMatchObject({ id: marysId, email: mary.email });
    expect((await looking.apiKeys.list(organization)).data).toMatchObject([{ name: "Website" }]);
    const [hers] = (await mary.bask.me.listAuditLogs({ action: "user.impersonated" })).data;
    expect(hers).toMatchObject({ actorType: "operator", ip: null, userAgent: null, details: reason });
    const [theirs] = (await root.bask.me.listAuditLogs({ action: "operator.acted" })).data;
    expect(theirs).toMatchObject({ targetId: marysId, details: { action: "user.impersonated", ...reason } });
    const email = (await world.emailsTo(mary.email)).at(-1)!;
    expect(email).toMatchObject({ template: "account-viewed" });
    expect(email.text).toContain(reason.reason);
    await root.bask.admin.impersonations.end(id);
    await expectRefusal(looking.me.get(), "UNAUTHORIZED");
    await expectRefusal(root.bask.admin.impersonations.end(id), "NOT_FOUND");
    expect((await mary.bask.me.listAuditLogs({ action: "user.impersonation_ended" })).data).toHaveLength(1);
  });

  test("changes nothing by any route, takes no export, and is no operator", async () => {
    const { token } = await start();
    const tried: Record<string, string | undefined> = {};
    const expected: Record<string, string> = {};
    // The routes of OAuth take the tokens of apps only, and answer in words of their own.
    for (const { method, path, access, exports } of routes.filter(({ oauth }) => !oauth)) {
      if (access === "anyone") continue;
      const isReading = method === "GET" && !exports;
      if (isReading && access !== "operator") continue;
      const name = `${method} ${path}`;
      expected[name] = isReading ? "FORBIDDEN" : "IMPERSONATION_READ_ONLY";
      const body = method === "GET" ? {} : { body: "{}" };
      tried[name] = await codeIn(await send(method, await pathOf(path), token, body));
    }
    expect(Object.keys(expected).length).toBeGreaterThan(80);
    expect(tried).toEqual(expected);
  });

  test("reads by every route without one of them writing, and no secret is among it", async () => {
    const { token } = await start();
    const { key } = await mary.bask.apiKeys.create(organization, { name: "Secret" });
    const refused: string[] = [];
    for (const { method, path, access, exports, response } of routes.filter(({ oauth }) => !oauth)) {
      if (method !== "GET" || exports || !["user", "actor"].includes(access)) continue;
      const answer = await send(method, await pathOf(path), token);
      const text = await answer.text();
      expect(text).not.toContain(key);
      expect(text).not.toMatch(/whsec_|otpauth|argon2/);
      if (answer.status === 403 || answer.status >= 500 || (response && answer.status === 204))
        refused.push(`${path} ${answer.status}`);
    }
    expect(refused).toEqual([]);
  });

  test("gets no session out of it: no refresh, no cookie, no key, no second factor, no other header", async () => {
    const { token } = await start();
    const refresh = await send("POST", "/auth/refresh", token, { body: "{}" });
    expect(await codeIn(refresh)).toBe("INVALID_REFRESH_TOKEN");
    const presented = await send("POST", "/auth/refresh", token, { body: JSON.stringify({ refreshToken: token }) });
    expect(await codeIn(presented)).toBe("INVALID_REFRESH_TOKEN");
    const cookie = await world.fetch(`${basePath}/auth/refresh`, {
      method: "POST",
      headers: {
        Cookie: `__Host-bask_refresh=${token}`,
        "Sec-Fetch-Site": "same-origin",
        "Content-Type": "application/json",
      },
      body: "{}",
    });
    expect(cookie.status).toBe(401);
    expect(cookie.headers.get("set-cookie")).toBeNull();
    for (const method of ["GET", "POST"])
      expect((await send(method, "/oauth/userinfo", token, method === "GET" ? {} : { body: "{}" })).status).toBe(403);
    const asKey = await world.fetch(`${basePath}/users/me`, { headers: { "X-API-Key": token } });
    expect(asKey.status).toBe(401);
    for (const spelled of [`${token} `, token.toUpperCase(), ` ${token}=`, token.slice(0, -1)]) {
      const { status } = await world.fetch(`${basePath}/users/me`, {
        method: "DELETE",
        headers: { Authorization: `bearer ${spelled}`, "Content-Type": "application/json" },
        body: JSON.stringify({ password: mary.password }),
      });
      expect([400, 401, 403]).toContain(status);
    }
    const override = await send("GET", "/users/me", token, { headers: { "X-HTTP-Method-Override": "DELETE" } });
    expect(override.status).toBe(200);
    expect((await mary.bask.sessions.list()).data.every(({ isCurrent }) => isCurrent)).toBe(true);
    const { data } = await as(token).sessions.list();
    expect(data).toMatchObject([{ isCurrent: false }]);
  });

  test("stops after 30 minutes, with the operator's session, and with that role, in every process", async () => {
    const late = await start();
    const operator = await signIn();
    const signedOut = await operator.admin.users.impersonate(marysId, reason);
    const revoked = await start();
    const other = await openWorld({ databaseUrl: world.app.config.database.url, time: world.time });
    const there = createClient({
      url: other.url,
      retries: 0,
      tokens: { accessToken: signedOut.token, refreshToken: "" },
    });
    await there.me.get();
    await operator.auth.logout();
    await expectRefusal(as(signedOut.token).me.get(), "UNAUTHORIZED");
    await expectRefusal(there.me.get(), "UNAUTHORIZED");
    await other.close();

    await as(revoked.token).me.get();
    await revokeOperator(world.app, root.email);
    await expectRefusal(as(revoked.token).me.get(), "UNAUTHORIZED");
    await grantOperator(world.app, root.email);

    world.time.pass({ minutes: 29, seconds: 28 });
    await as(late.token).me.get();
    world.time.pass({ seconds: 2 });
    await expectRefusal(as(late.token).me.get(), "UNAUTHORIZED");
  });

  test("is never another operator, and the user who becomes one is not looked at any more", async () => {
    const tim = await world.person("Tim");
    await world.verify(tim);
    const timsId = (await tim.bask.me.get()).id;
    root.bask = await signIn();
    const { token } = await root.bask.admin.users.impersonate(timsId, reason);
    await as(token).me.get();
    await grantOperator(world.app, tim.email);
    await expectRefusal(as(token).me.get(), "UNAUTHORIZED");
    await expectRefusal(root.bask.admin.users.impersonate(timsId, reason), "CONFLICT");
    await expectRefusal(root.bask.admin.users.impersonate("usr_missing", reason), "NOT_FOUND");
    await expectRefusal(mary.bask.admin.users.impersonate(timsId, reason), "FORBIDDEN");
    await expectRefusal(root.bask.admin.users.impersonate(marysId, {} as typeof reason), "VALIDATION_ERROR");
  });

  test("cannot end an impersonation of another operator", async () => {
    const [tim] = (await root.bask.admin.users.list({ search: "tim@" })).data;
    expect(tim!.operatorSince).not.toBeNull();
    const timsBask = await world.signIn({ email: tim!.email, password: "Tim likes long passwords" });
    const setup = await timsBask.twoFactor.setup({ password: "Tim likes long passwords" });
    await timsBask.twoFactor.verify({ code: codeOf(setup.secret, world.time) });
    const { id, token } = await root.bask.admin.users.impersonate(marysId, reason);
    await expectRefusal(timsBask.admin.impersonations.end(id), "NOT_FOUND");
    await as(token).me.get();
  });
});
