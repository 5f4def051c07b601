import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import * as tables from "../../src/db/tables";
import { codeOf } from "../support/authenticator";
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
  const world = await openWorld();
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

  const secrets = [
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
    errors: errors.filter((text) => !text.includes("is not a known field")).join("\n"),
    stored: await everythingStored(world),
  };
  expect(errors.length).toBeGreaterThan(4);
  for (const [place, text] of Object.entries(places)) {
    for (const canary of [...secrets, ...masterKeys])
      expect([place, canary, text.includes(canary)]).toEqual([place, canary, false]);
  }
  await world.close();
});
