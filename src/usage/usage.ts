import type { Actor } from "../access/actor";
import { permit } from "../access/permit";
import { requireKey } from "../api-keys/api-keys";
import type { App } from "../app";
import type { Writer } from "../db/database";
import { fieldMessages } from "../field-messages.contract";
import type { ApiKeyId } from "../ids";
import { planOf } from "../limits/plans";
import { startOf } from "../limits/windows";
import { invalid } from "../problems";
import { listUsage, nextKeys, pruneHistory, pruneMinutes } from "./usage.sql";

const day = 86_400;

/** The length of each step in seconds, and how many are returned by default. */
const steps = {
  minute: { seconds: 60, count: 60 },
  hour: { seconds: 3_600, count: 48 },
  day: { seconds: day, count: 30 },
} as const;

/** As many steps as two days have minutes. */
const maxSteps = 2_880;

export interface UsageInput {
  step: keyof typeof steps;
  from?: Date | undefined;
  to?: Date | undefined;
}

/**
 * The usage of an organization's keys, or of one of them, by step.
 * @throws Problem VALIDATION_ERROR for a range that ends before it begins or has too many steps, NOT_FOUND
 */
export async function usageHistory(
  app: App,
  actor: Actor,
  organization: string,
  keyId: string | undefined,
  { step, from, to }: UsageInput,
) {
  const { organizationId } = await permit(app, actor, organization, "usage:read");
  const found = keyId === undefined ? undefined : await requireKey(app.db.reader, organizationId, keyId);
  const { seconds, count } = steps[step];
  const latest = startOf(app.clock.now(), seconds) + seconds;
  const end = to ? Math.min(startOf(to.getTime() - 1, seconds) + seconds, latest) : latest;
  const begin = from ? startOf(from.getTime(), seconds) : end - count * seconds;
  if (begin >= end) throw invalid("from", fieldMessages.notBeforeEnd);
  if ((end - begin) / seconds > maxSteps) throw invalid("from", fieldMessages.tooManySteps(maxSteps));

  const rows = await listUsage(app.db.reader, organizationId, found?.key.id, {
    seconds,
    from: begin,
    to: end,
  });
  const total = { ok: 0, limited: 0, denied: 0 };
  for (const row of rows) {
    total.ok += row.ok;
    total.limited += row.limited;
    total.denied += row.denied;
  }
  return {
    step,
    from: dateFromSeconds(begin),
    to: dateFromSeconds(end),
    total,
    data: rows.map((row) => ({ ...row, start: dateFromSeconds(row.start) })),
  };
}

/** Deletes minutes after two days. */
export const pruneMinuteUsage = (tx: Writer, max: number) =>
  pruneMinutes(tx, startOf(tx.now.getTime(), day) - 2 * day, max);

/** Keys whose history is looked at in one step. */
const keysPerStep = 100;

/**
 * Deletes hours and days at the end of what an organization's plan keeps, of the next keys after one.
 * @returns the last of these keys, and how many rows were deleted of it and the others; undefined when there are no more keys
 */
export async function pruneNextHistory(tx: Writer, after: ApiKeyId | undefined, max: number) {
  const keys = await nextKeys(tx, after, keysPerStep);
  if (keys.length === 0) return undefined;
  const byDays = Map.groupBy(keys, (key) => planOf(key).usageHistory);
  let deleted = 0;
  for (const [days, of] of byDays) {
    const before = startOf(tx.now.getTime(), day) - days * day;
    deleted += await pruneHistory(
      tx,
      of.map(({ id }) => id),
      before,
      max,
    );
  }
  return { last: keys.at(-1)!.id, deleted };
}

const dateFromSeconds = (seconds: number) => new Date(seconds * 1000);
