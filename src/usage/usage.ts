import { setImmediate } from "node:timers/promises";
import type { Actor, UserActor } from "../access/actor";
import { permit } from "../access/permit";
import { requireKey } from "../api-keys/api-keys";
import type { App } from "../app";
import type { Writer } from "../db/database";
import { fieldMessages } from "../field-messages.contract";
import { type ApiKeyId, type CountedId, isId, type OrganizationId } from "../ids";
import { planOf } from "../limits/plans";
import { startOf } from "../limits/windows";
import { requireToken } from "../personal-tokens/personal-tokens";
import { invalid } from "../problems";
import {
  listHours,
  listKeyIds,
  listTokenUsage,
  listUsage,
  nextKeys,
  pruneHistory,
  pruneMinutes,
  pruneTokenWindows,
  type Range,
} from "./usage.sql";

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
  input: UsageInput,
) {
  const { organizationId } = await permit(app, actor, organization, "usage:read");
  const found = keyId === undefined ? undefined : await requireKey(app.db.reader, organizationId, keyId);
  return historyOf(app, input, (range) =>
    found ? usageOf(app, [found.key.id], range) : usageOfAll(app, organizationId, range),
  );
}

/** The same of one of the user's own personal access tokens. @throws Problem as `usageHistory` */
export async function tokenUsageHistory(app: App, { userId }: UserActor, id: string, input: UsageInput) {
  const { token } = await requireToken(app.db.reader, userId, id);
  return historyOf(app, input, async (range) => {
    const rows = await listTokenUsage(app.db.reader, token.id, range);
    return inOrder(addJournaled(app, [token.id], range, byStart(rows)));
  });
}

async function historyOf(
  app: App,
  { step, from, to }: UsageInput,
  rowsIn: (range: Range) => Promise<(UsageCounts & { start: number })[]>,
) {
  const { seconds, count } = steps[step];
  const latest = startOf(app.clock.now(), seconds) + seconds;
  const end = to ? Math.min(startOf(to.getTime() - 1, seconds) + seconds, latest) : latest;
  const begin = from ? startOf(from.getTime(), seconds) : end - count * seconds;
  if (begin >= end) throw invalid("from", fieldMessages.notBeforeEnd);
  if ((end - begin) / seconds > maxSteps) throw invalid("from", fieldMessages.tooManySteps(maxSteps));

  const rows = await rowsIn({ seconds, from: begin, to: end });
  const total = { ok: 0, limited: 0, denied: 0 };
  for (const row of rows) add(total, row);
  return {
    step,
    from: dateFromSeconds(begin),
    to: dateFromSeconds(end),
    total,
    data: rows.map((row) => ({ ...row, start: dateFromSeconds(row.start) })),
  };
}

interface UsageCounts {
  ok: number;
  limited: number;
  denied: number;
}

function add(sum: UsageCounts, { ok, limited, denied }: UsageCounts) {
  sum.ok += ok;
  sum.limited += limited;
  sum.denied += denied;
}

type Sums = Map<number, UsageCounts & { start: number }>;

const byStart = (rows: readonly (UsageCounts & { start: number })[]): Sums =>
  new Map(rows.map((row) => [row.start, row]));
const inOrder = (sums: Sums) => [...sums.values()].sort((a, b) => a.start - b.start);

/** Adds what this process has counted of these keys that is not in their windows yet. */
function addJournaled(app: App, keys: readonly CountedId[], { seconds, from, to }: Range, sums: Sums): Sums {
  for (const key of keys) {
    for (const { minute, ...counts } of app.usage.journaled(key)) {
      const start = minute - (minute % seconds);
      if (start < from || start >= to) continue;
      const sum = sums.get(start) ?? { start, ok: 0, limited: 0, denied: 0 };
      add(sum, counts);
      sums.set(start, sum);
    }
  }
  return sums;
}

async function usageOf(app: App, keys: ApiKeyId[], range: Range) {
  return inOrder(addJournaled(app, keys, range, byStart(await listUsage(app.db.reader, keys, range))));
}

/** Rows that one query sums up. */
const rowsAtOnce = 10_000;

/**
 * The usage of all keys of an organization, so many of them at a time that no query is long enough to hold up a process whose database is in it,
 * or to be taken for one that is never answered.
 */
async function usageOfAll(app: App, organizationId: OrganizationId, range: Range) {
  const rowsOfKey = (range.to - range.from) / range.seconds;
  const keysAtOnce = Math.max(1, Math.floor(rowsAtOnce / rowsOfKey));
  const sums: Sums = new Map();
  for (let last: ApiKeyId | undefined; ; ) {
    const keys = await listKeyIds(app.db.reader, organizationId, last, keysAtOnce);
    if (keys.length === 0) break;
    for (const row of await usageOf(app, keys, range)) {
      const sum = sums.get(row.start);
      if (sum) add(sum, row);
      else sums.set(row.start, row);
    }
    last = keys.at(-1);
    await setImmediate();
  }
  return inOrder(sums);
}

const hour = 3_600;

/** What several keys of an organization were used for, by hour, up to now. Ids of other keys are left out. */
export async function usageOfKeys(
  app: App,
  actor: Actor,
  organization: string,
  { keys, hours }: { keys: string[]; hours: number },
) {
  const { organizationId } = await permit(app, actor, organization, "usage:read");
  const to = startOf(app.clock.now(), hour) + hour;
  const from = to - hours * hour;
  const asked = [...new Set(keys)].filter((id) => isId("key", id));
  const rows = await listHours(app.db.reader, organizationId, asked, from);
  const byKey = new Map<ApiKeyId, number[]>();
  for (const { keyId, start, requests } of rows) {
    const counts = byKey.get(keyId) ?? Array<number>(hours).fill(0);
    if (start !== null && start < to) counts[(start - from) / hour] = requests;
    byKey.set(keyId, counts);
  }
  const range = { seconds: hour, from, to };
  for (const [keyId, counts] of byKey)
    for (const { start, ok, limited, denied } of addJournaled(app, [keyId], range, new Map()).values())
      counts[(start - from) / hour]! += ok + limited + denied;
  return {
    from: dateFromSeconds(from),
    to: dateFromSeconds(to),
    data: asked.flatMap((keyId) => {
      const requests = byKey.get(keyId as ApiKeyId);
      return requests ? [{ keyId, requests, total: requests.reduce((sum, count) => sum + count, 0) }] : [];
    }),
  };
}

/** Deletes minutes after two days. */
export const pruneMinuteUsage = (tx: Writer, max: number) =>
  pruneMinutes(tx, startOf(tx.now.getTime(), day) - 2 * day, max);

/** Seconds that the windows of personal access tokens are kept after they began, by their length: enough for what is shown by default. */
const tokenHistory = [
  [60, 2 * hour],
  [hour, 3 * day],
  [day, 31 * day],
] as const;

/** Deletes windows of personal access tokens that are no longer shown. */
export async function pruneTokenUsage(tx: Writer, max: number): Promise<number> {
  let deleted = 0;
  for (const [seconds, kept] of tokenHistory)
    deleted += await pruneTokenWindows(tx, seconds, startOf(tx.now.getTime(), seconds) - kept, max - deleted);
  return deleted;
}

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
