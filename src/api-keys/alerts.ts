import { lifeOf } from "../access/key-life";
import type { ApiKeyRow } from "../access/key-life.sql";
import type { App } from "../app";
import { record } from "../audit/audit";
import type { Writer } from "../db/database";
import { limitsOf, type Plan, planOf } from "../limits/plans";
import { listEntitlements } from "../limits/plans.sql";
import { startOf } from "../limits/windows";
import { type AlertName, claimAlert, findExpiring, findNearLimit, findUnused, type NearLimit } from "./alerts.sql";
import { statusContext } from "./api-keys";
import { disableApiKey } from "./api-keys.sql";
import { type Notice, notifyAdmins } from "./notices";

const day = 86_400_000;

/** Days without a use after which a key counts as unused. */
const unusedAfter = 90;

/**
 * Tells the admins of an organization, once for each occasion, by email and in the audit log, that a key is about to expire or was not used for
 * 90 days. The latter also disables it where the installation is configured to.
 */
export async function alertAboutAge(app: App) {
  await alertExpiring(app, "expires_in_1_day", { from: 0, to: 1 });
  await alertExpiring(app, "expires_in_7_days", { from: 1, to: 7 });
  await alertUnused(app);
}

/** Tells them that a key has used 80 % of its daily limit, or all of it. */
export async function alertAboutUse(app: App) {
  const start = startOf(app.clock.now(), day / 1000);
  const context = statusContext(app, app.clock.date());
  for (const entitlements of await listEntitlements(app.db.reader)) {
    const plan = planOf(entitlements);
    for (const { key, spent } of await findNearLimit(app.db.reader, start, entitlements, nearLimitsOf(plan), context)) {
      const limit = dayLimit(plan, key.environment);
      const usedUp = spent >= limit;
      await raise(app, key, usedUp ? "day_used_up" : "day_nearly_used_up", start * 1000, {
        template: "key-near-limit",
        values: { name: key.name, prefix: key.prefix, percent: usedUp ? "100" : "80", limit: String(limit) },
      });
    }
  }
}

const dayLimit = (plan: Plan, environment: "live" | "test") =>
  limitsOf(plan, environment, null).own.find(({ name }) => name === "day")!.limit;

const nearLimitsOf = (plan: Plan): NearLimit[] =>
  (["live", "test"] as const).flatMap((environment) => {
    const limit = dayLimit(plan, environment);
    return [
      { alert: "day_nearly_used_up" as const, environment, from: Math.ceil(limit * 0.8), below: limit },
      { alert: "day_used_up" as const, environment, from: limit, below: Number.MAX_SAFE_INTEGER },
    ];
  });

/** Not about keys that were created for a time shorter than the notice. */
async function alertExpiring(app: App, alert: AlertName, days: { from: number; to: number }) {
  const inDays = (count: number) => new Date(app.clock.now() + count * day);
  const ending = { after: inDays(days.from), until: inDays(days.to) };
  const context = statusContext(app, app.clock.date());
  for (const found of await findExpiring(app.db.reader, alert, context, ending)) {
    const { key } = found;
    const endsAt = new Date(lifeOf(found, []).endsAt);
    if (endsAt <= ending.after || endsAt > ending.until) continue;
    const isKnown = endsAt.getTime() - key.createdAt.getTime() <= days.to * day;
    const notice: Notice = {
      template: "key-expires",
      values: { name: key.name, prefix: key.prefix, endsAt },
    };
    await raise(app, key, alert, endsAt.getTime(), isKnown ? undefined : notice);
  }
}

async function alertUnused(app: App) {
  const context = statusContext(app, app.clock.date());
  const since = new Date(context.now.getTime() - unusedAfter * day);
  const disables = app.config.unusedKeys === "disable";
  const alert = disables ? "switched_off" : "unused";
  for (const { key } of await findUnused(app.db.reader, alert, context, since)) {
    const lastUsed = key.lastUsedAt ?? key.createdAt;
    const notice: Notice = {
      template: disables ? "key-disabled" : "key-unused",
      values: { name: key.name, prefix: key.prefix, since: lastUsed },
    };
    await raise(app, key, alert, lastUsed.getTime(), notice, async (tx) => {
      if (disables) await disableApiKey(tx, key.organizationId, key.id, "unused");
    });
  }
}

/** Raises an alert unless it was raised before, by this process or another. */
function raise(
  app: App,
  key: ApiKeyRow,
  alert: AlertName,
  subject: number,
  notice: Notice | undefined,
  consequence: (tx: Writer) => Promise<void> = async () => {},
) {
  return app.db.write(async (tx) => {
    if (!(await claimAlert(tx, { keyId: key.id, alert, subject })) || !notice) return;
    await consequence(tx);
    await record(
      tx,
      { kind: "system" },
      { action: `api_key.${alert}`, chain: key.organizationId, target: key.id, details: { name: key.name } },
    );
    await notifyAdmins(tx, key.organizationId, notice);
  });
}
