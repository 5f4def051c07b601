import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import * as tables from "../../src/db/tables";
import { codeOf } from "../support/authenticator";
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
  const { secret: signing } = await send(
    `/organizations/${id}/webhooks`,
    { url: `${receiver.url}/canary-path`, events: ["*"] },
    bearer,
  );
  await send(`/organizations/${id}/roles`, { name: "helper", permissions: ["organization:read"] }, bearer);
  await sendWebhooks(world);
  expect(receiver.received.length).toBeGreaterThan(0);
  expect(planted.length).toBeGreaterThan(1);

  const secrets = [
    ...mailed,
    invitationToken,
    ...planted,
    signing,
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
    errors: errors.filter((text) => !text.includes("is not a known field")).join("\n"),
    stored: await everythingStored(world),
  };
  expect(errors.length).toBeGreaterThan(4);
  for (const [place, text] of Object.entries(places)) {
    for (const canary of [...secrets, ...masterKeys])
      expect([place, canary, text.includes(canary)]).toEqual([place, canary, false]);
  }
  await world.close();
  await receiver.close();
});
