import type { App } from "../app";
import { record } from "../audit/audit";
import type { Writer } from "../db/database";
import { type Plan, planOf, quotasOf } from "../limits/plans";
import { listEntitlements } from "../limits/plans.sql";
import { startOf } from "../limits/windows";
import { type AlertName, claimAlert, findExpiring, findNearLimit, findUnused, type NearLimit } from "./alerts.sql";
import { type ApiKeyRow, disableApiKey } from "./api-keys.sql";
import { type Notice, notifyAdmins } from "./notices";

const day = 86_400_000;

/** Days without a use after which a key is called unused. */
const unusedAfter = 90;

/**
 * Tells those who run an organization, once for each occasion, by letter and in the log, that a key is about to end or was not
 * used for 90 days; the latter switches it off where the installation says so.
 */
export async function alertAboutAge(app: App) {
  await alertExpiring(app, "expires_in_1_day", { from: 0, to: 1 });
  await alertExpiring(app, "expires_in_7_days", { from: 1, to: 7 });
  await alertUnused(app);
}

/** Tells them that a key has used 80 % of its day, or all of it. */
export async function alertAboutUse(app: App) {
  const start = startOf(app.clock.now(), day / 1000);
  for (const entitlements of await listEntitlements(app.db.reader)) {
    const plan = planOf(entitlements);
    for (const { key, spent } of await findNearLimit(app.db.reader, start, entitlements, nearLimitsOf(plan))) {
      const limit = dayLimit(plan, key.environment);
      const usedUp = spent >= limit;
      await raise(app, key, usedUp ? "day_used_up" : "day_nearly_used_up", start * 1000, {
        template: "key-busy",
        values: { name: key.name, prefix: key.prefix, percent: usedUp ? "100" : "80", limit: String(limit) },
      });
    }
  }
}

const dayLimit = (plan: Plan, environment: "live" | "test") =>
  quotasOf(plan, environment, null).find(({ name }) => name === "day")!.limit;

const nearLimitsOf = (plan: Plan): NearLimit[] =>
  (["live", "test"] as const).flatMap((environment) => {
    const limit = dayLimit(plan, environment);
    return [
      { alert: "day_nearly_used_up" as const, environment, from: Math.ceil(limit * 0.8), below: limit },
      { alert: "day_used_up" as const, environment, from: limit, below: Number.MAX_SAFE_INTEGER },
    ];
  });

/** Keys that were made for less than the notice have had it already. */
async function alertExpiring(app: App, alert: AlertName, days: { from: number; to: number }) {
  const inDays = (count: number) => new Date(app.clock.now() + count * day);
  const ending = { after: inDays(days.from), until: inDays(days.to) };
  for (const key of await findExpiring(app.db.reader, alert, ending)) {
    const endsAt = key.expiresAt!;
    const known = endsAt.getTime() - key.createdAt.getTime() <= days.to * day;
    const notice: Notice = {
      template: "key-expires",
      values: { name: key.name, prefix: key.prefix, endsAt: endsAt.toISOString() },
    };
    await raise(app, key, alert, endsAt.getTime(), known ? undefined : notice);
  }
}

async function alertUnused(app: App) {
  const now = app.clock.date();
  const switchOff = app.config.unusedKeys === "disable";
  const alert = switchOff ? "switched_off" : "unused";
  for (const key of await findUnused(app.db.reader, alert, now, new Date(now.getTime() - unusedAfter * day))) {
    const since = key.lastUsedAt ?? key.createdAt;
    const notice: Notice = {
      template: switchOff ? "key-switched-off" : "key-unused",
      values: { name: key.name, prefix: key.prefix, since: since.toISOString() },
    };
    await raise(app, key, alert, since.getTime(), notice, async (tx) => {
      if (switchOff) await disableApiKey(tx, key.organizationId, key.id, "unused");
    });
  }
}

/** Raises an alert unless it was raised before, here or elsewhere. */
function raise(
  app: App,
  key: ApiKeyRow,
  alert: AlertName,
  subject: number,
  notice: Notice | undefined,
  act: (tx: Writer) => Promise<void> = async () => {},
) {
  return app.db.write(async (tx) => {
    if (!(await claimAlert(tx, { keyId: key.id, alert, subject })) || !notice) return;
    await act(tx);
    await record(
      tx,
      { kind: "system" },
      { action: `api_key.${alert}`, chain: key.organizationId, target: key.id, details: { name: key.name } },
    );
    await notifyAdmins(tx, key.organizationId, notice);
  });
}
