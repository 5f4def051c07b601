import { expect, test } from "bun:test";
import { createHash, randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import * as tables from "../../src/db/tables";
import type { Route } from "../../src/http/route";
import { routes } from "../../src/server/routes";
import { codeOf } from "../support/authenticator";
import { inputSchemaOf, placesIn } from "../support/json-schema";
import { openedToReceiver, openReceiver } from "../support/receiver";
import { sendWebhooks } from "../support/webhooks";
import { openWorld, type World } from "../support/world";

/** Everything the tables hold, and on SQLite the raw files too. */
async function everythingStored(world: World): Promise<string> {
  const texts: string[] = [];
  for (const table of Object.values(tables))
    texts.push(JSON.stringify(await world.app.db.reader.select().from(table).where(sql`true`)));
  const databaseUrl = world.app.config.database.url;
  if (databaseUrl.startsWith("sqlite:")) {
    const folder = join(databaseUrl.slice("sqlite:".length), "..");
    for (const file of readdirSync(folder))
      if (!file.endsWith("-shm")) texts.push(readFileSync(join(folder, file), "latin1"));
  }
  return texts.join("\n");
}

test("no password, code, token, key or secret is found in the log, in errors or in the database", async () => {
  const receiver = openReceiver();
  const world = await openWorld({ config: openedToReceiver });
  const errors: string[] = [];
  const send = async (path: string, body: unknown, headers: Record<string, string> = {}) => {
    const response = await world.fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) errors.push(text);
    return text ? JSON.parse(text) : {};
  };

  const password = "canary-password-one";
  const wrongPassword = "canary-password-two";
  const email = "canary@example.com";
  await send("/auth/register", { email, password, fullName: "Canary" });
  await send("/auth/login", { email, password: wrongPassword });
  const login = await send("/auth/login", { email, password });
  const bearer = { Authorization: `Bearer ${login.accessToken}` };
  const { secret } = await send("/auth/two-factor/setup", { password }, bearer);
  const code = codeOf(secret, world.time);
  const { backupCodes } = await send("/auth/two-factor/verify", { code }, bearer);
  await send("/auth/login", { email, password, twoFactorCode: code });
  const second = await send("/auth/login", { email, password, twoFactorCode: backupCodes[0] });
  const third = await send("/auth/refresh", { refreshToken: second.refreshToken });
  await send("/auth/refresh", { refreshToken: `${third.refreshToken}x` });
  const { id } = await send("/organizations", { name: "Canaries" }, bearer);
  const { key } = await send(`/organizations/${id}/api-keys`, { name: "canary" }, bearer);
  await send("/organizations", { name: "By key" }, { "X-API-Key": key });
  await send("/organizations", { name: "Twice" }, { "X-API-Key": key, ...bearer });
  await send("/auth/register", { email, password: wrongPassword, fullName: 5, [password]: key });
  await world.app.usage.save();

  const mailed = await world.tokenTo(email, "verify-email").then(async (verification) => {
    await send("/auth/verify-email", { token: `${verification}x`, password });
    await send("/auth/verify-email", { token: verification, password });
    await send("/auth/forgot-password", { email });
    return [verification, await world.tokenTo(email, "reset-password")];
  });
  await send("/auth/reset-password", { token: `${mailed[1]}x`, password: wrongPassword });
  await send(`/organizations/${id}/invitations`, { email: "guest@example.com" }, bearer);
  const invitationToken = await world.tokenTo("guest@example.com", "invitation");
  await send("/invitations/accept", { token: `${invitationToken}x` }, bearer);
  await send("/invitations/accept", { token: invitationToken }, bearer);
  const cookies = await world.fetch("/auth/login", {
    method: "POST",
    headers: { "Content-Type": "application/json", "Sec-Fetch-Site": "same-origin" },
    body: JSON.stringify({ email, password, twoFactorCode: backupCodes[1], session: "cookie", trustDevice: true }),
  });
  const { deviceToken } = (await cookies.json()) as { deviceToken: string };
  const planted = [deviceToken, ...cookies.headers.getSetCookie().map((cookie) => /=([^;]+)/.exec(cookie)![1]!)];
  await world.fetch("/auth/refresh", {
    method: "POST",
    headers: { "Content-Type": "application/json", "Sec-Fetch-Site": "same-origin", Cookie: `x=${planted[1]}` },
    body: "{}",
  });
  const { secret: signing, id: webhook } = await send(
    `/organizations/${id}/webhooks`,
    { url: `${receiver.url}/canary-path`, events: ["*"] },
    bearer,
  );
  await send(`/organizations/${id}/roles`, { name: "helper", permissions: ["organization:read"] }, bearer);
  await sendWebhooks(world);

  const codeVerifier = randomBytes(32).toString("base64url");
  const codeChallenge = createHash("sha256").update(codeVerifier).digest("base64url");
  await send("/auth/email-link", { email, codeChallenge });
  const signInLink = await world.tokenTo(email, "sign-in");
  await send("/auth/email-link/login", { token: `${signInLink}x`, codeVerifier });
  const { code: linkCode } = await send("/auth/email-link/code", { token: signInLink });
  await send("/auth/email-link/code/login", { email, code: "000000", codeVerifier });
  const pending = await send("/auth/email-link/login", { token: signInLink, codeVerifier });
  const { challenge } = pending.error;
  await send("/auth/login/continue", { challenge, twoFactorCode: wrongPassword });
  await send("/auth/login/continue", { challenge, twoFactorCode: backupCodes[2] });
  const streamToken = "canary-token-of-the-receiver";
  await world.fetch(`/organizations/${id}/audit-stream`, {
    method: "PUT",
    headers: { "Content-Type": "application/json", ...bearer },
    body: JSON.stringify({ url: `${receiver.url}/stream`, token: streamToken }),
  });
  const rotated = await send(`/organizations/${id}/webhooks/${webhook}/rotate-secret`, {}, bearer);
  const { id: keyId } = await send(`/organizations/${id}/api-keys`, { name: "rotated" }, bearer);
  const successor = await send(`/organizations/${id}/api-keys/${keyId}/rotate`, {}, bearer);
  const newEmail = "canary-new@example.com";
  await send("/users/me/email", { email: newEmail, password, twoFactorCode: backupCodes[3] }, bearer);
  mailed.push(signInLink, await world.tokenTo(newEmail, "change-email"));
  await send("/auth/verify-email", { token: mailed.at(-1), password });
  mailed.push(await world.tokenTo(email, "email-changed"));
  expect(receiver.received.length).toBeGreaterThan(0);
  expect(planted.length).toBeGreaterThan(1);

  const secrets = [
    ...mailed,
    invitationToken,
    ...planted,
    signing,
    rotated.secret,
    successor.key,
    streamToken,
    codeVerifier,
    challenge,
    linkCode,
    password,
    wrongPassword,
    login.accessToken,
    login.refreshToken,
    second.refreshToken,
    third.refreshToken,
    secret,
    key,
    ...backupCodes,
    ...backupCodes.map((text: string) => text.replaceAll("-", "")),
  ];
  const masterKeys = world.app.config.secretKeys.flatMap((bytes) => [
    bytes.toString("base64url"),
    bytes.toString("hex"),
    bytes.toString("latin1"),
  ]);
  const places = {
    log: world.log.join("\n"),
    webhooks: receiver.received.map(({ body }) => body).join("\n"),
    // An unknown field is named, and a refused sign-in says how to continue.
    errors: errors.filter((text) => !/is not a known field|"challenge"/.test(text)).join("\n"),
    stored: await everythingStored(world),
  };
  expect(errors.length).toBeGreaterThan(4);
  expect(new Set(secrets.map((secret) => typeof secret))).toEqual(new Set(["string"]));
  for (const to of [email, newEmail, "guest@example.com"]) {
    const emails = await world.emailsTo(to);
    const texts = emails.map(({ subject, text, html, link }) =>
      [subject, text, html].join().replaceAll(link ?? "-", ""),
    );
    for (const canary of secrets) expect([to, canary, texts.join().includes(canary)]).toEqual([to, canary, false]);
  }
  for (const [place, text] of Object.entries(places)) {
    for (const canary of [...secrets, ...masterKeys])
      expect([place, canary, text.includes(canary)]).toEqual([place, canary, false]);
  }
  await world.close();
  await receiver.close();
});

/** Fields that hold what opens something; others, such as names, may be stored. */
const isSecret = (place: string) =>
  /password|token|code|key"|secret|challenge|ticket|verifier|assertion|passkey|signature/i.test(place);

test("what is sent in any field, header, path or query is in no error, no log, and no row but where it belongs", async () => {
  const world = await openWorld({ config: { logRequests: true } });
  const { bask } = await world.person("Ada");
  const { id } = await bask.organizations.create({ name: "Acme" });
  const sent: { canary: string; isSecret: boolean }[] = [];
  const newCanary = (place = "") => {
    const canary = `canary${sent.length}x`;
    sent.push({ canary, isSecret: isSecret(place) });
    return canary;
  };
  const echoed: string[] = [];
  async function call(route: Route, path: string, headers: Record<string, string>, body: unknown) {
    const response = await world.fetch(path, {
      method: route.method,
      headers: { "Content-Type": "application/json", ...headers },
      ...(route.method !== "GET" && { body: JSON.stringify(body) }),
    });
    // A path names a field; the names in a map, such as metadata, are the sender's.
    const text = (await response.text()).replaceAll(/"path":"[^"]*"/g, "");
    if (!response.ok && /canary\d+x/.test(text)) echoed.push(`${route.method} ${route.path}: ${text}`);
  }

  const ending = ["POST /auth/logout", "DELETE /users/me", "DELETE /users/me/sessions"];
  for (const route of routes) {
    if (ending.includes(`${route.method} ${route.path}`)) continue;
    const bearer = { Authorization: `Bearer ${bask.tokens()!.accessToken}` };
    const path = route.path.replace(":id", id);
    await call(
      route,
      route.path.replaceAll(/:\w+/g, () => newCanary("token")),
      bearer,
      {},
    );
    await call(route, `${path}?token=${newCanary("token")}`, bearer, {});
    await call(route, path, { Authorization: `Bearer ${newCanary("token")}`, Cookie: `c=${newCanary("token")}` }, {});
    await call(route, path, { "X-API-Key": newCanary("token"), "Idempotency-Key": newCanary("token") }, {});
    for (const contract of [route.body, route.query].filter((schema) => schema !== undefined)) {
      for (const place of placesIn(inputSchemaOf(contract))) {
        const input = place(newCanary(JSON.stringify(place(""))));
        if (contract === route.body) await call(route, path, bearer, input);
        else await call(route, `${path}?${new URLSearchParams(input as Record<string, string>)}`, bearer, {});
      }
    }
  }
  expect(echoed).toEqual([]);
  expect(sent.filter(({ isSecret }) => isSecret).length).toBeGreaterThan(200);
  const log = world.log.join("\n");
  const stored = await everythingStored(world);
  const found = (text: string, all: boolean) =>
    sent.filter(({ canary, isSecret }) => (all || isSecret) && text.includes(canary)).map(({ canary }) => canary);
  expect([found(log, true), found(stored, false)]).toEqual([[], []]);
  await world.close();
});
