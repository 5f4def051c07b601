import { afterAll, beforeAll, expect, test } from "bun:test";
import { SQL } from "bun";
import { dialect } from "../../src/db/dialect";
import type { UserId } from "../../src/ids";
import { setUserSuspended } from "../../src/operators/operators.sql";
import { suspendSessions } from "../../src/sessions/sessions.sql";
import { storm } from "../support/expect";
import { openWorld, type World } from "../support/world";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

/**
 * Runs a call until it waits for a locked table, runs something else meanwhile, and then lets the call continue. On SQLite transactions follow
 * one another, so there is nothing to lock.
 */
async function overtaken<T>(table: string, call: () => Promise<T>, meanwhile: () => Promise<unknown>): Promise<T> {
  if (dialect === "sqlite") {
    const [result] = await Promise.all([call(), meanwhile()]);
    return result;
  }
  const holder = new SQL(world.app.config.database.url, { max: 1 });
  const watcher = new SQL(world.app.config.database.url, { max: 1 });
  const release = Promise.withResolvers<void>();
  const locked = Promise.withResolvers<void>();
  const holding = holder.begin(async (tx) => {
    await tx.unsafe(`lock table ${table} in share mode`);
    locked.resolve();
    await release.promise;
  });
  await locked.promise;
  const called = call();
  const waiting = async () =>
    Number(
      (
        await watcher`select count(*) from pg_locks where not granted and pid in (select pid from pg_stat_activity where datname = current_database())`
      )[0].count,
    );
  while ((await waiting()) < 1) await Bun.sleep(2);
  let settled = false;
  const done = meanwhile().finally(() => {
    settled = true;
  });
  while (!settled && (await waiting()) < 2) await Bun.sleep(2);
  release.resolve();
  await holding;
  await done;
  await Promise.all([holder.close(), watcher.close()]);
  return called;
}

test("a sign-in that is overtaken by a suspension opens no usable session", async () => {
  const ada = await world.person("Ada");
  const { id } = await ada.bask.me.get();
  const login = () =>
    world.fetch("/auth/login", {
      method: "POST",
      headers: { "Content-Type": "application/json", "User-Agent": "Mozilla/5.0 (Macintosh) Firefox/120.0" },
      body: JSON.stringify({ email: ada.email, password: ada.password }),
    });
  const suspend = () =>
    world.app.db.write(async (tx) => {
      await setUserSuspended(tx, id as UserId, true);
      await suspendSessions(tx, id as UserId, tx.now);
    });
  // the email about a new device is the last thing a sign-in writes before its session
  const response = await overtaken("outbox", login, suspend);
  if (response.status === 401) return;
  const { accessToken } = (await response.json()) as { accessToken: string };
  expect((await world.fetch("/users/me", { headers: { Authorization: `Bearer ${accessToken}` } })).status).toBe(401);
});

test("forty sign-ins at once leave no more sessions than the plan allows", async () => {
  const kim = await world.person("Kim");
  await storm(40, () => world.signIn(kim));
  const bask = await world.signIn(kim);
  expect((await bask.sessions.list()).data).toHaveLength(10);
});
