import { and, asc, eq, gt, gte, isNotNull, isNull, lt, lte, notExists, or, type SQL, sql } from "drizzle-orm";
import { hasStatus, type KeyWithFacts, latestCreation, type StatusContext, selectKeys } from "../access/key-life.sql";
import type { Reader, Writer } from "../db/database";
import { deleteSome } from "../db/delete-some";
import { apiKeys, keyAlerts, keyUsage, organizations } from "../db/tables";
import type { ApiKeyId } from "../ids";
import type { Entitlements } from "../limits/plans";
import { hasEntitlements } from "../limits/plans.sql";

export type AlertName = (typeof keyAlerts.$inferSelect)["alert"];

/** An alert is raised once; one with another `subject` is another alert. */
export interface Alert {
  keyId: ApiKeyId;
  alert: AlertName;
  /** A time in milliseconds since 1970 that tells one occasion from the next. */
  subject: number;
}

/** Raises an alert; true the first time, for one of all processes. */
export async function claimAlert(tx: Writer, alert: Alert): Promise<boolean> {
  const claimed = await tx
    .insert(keyAlerts)
    .values({ ...alert, at: tx.now })
    .onConflictDoNothing()
    .returning({ keyId: keyAlerts.keyId });
  return claimed.length > 0;
}

/** Keys read at once. */
const batchSize = 200;

/**
 * Active keys without a successor that end between two moments, and whose end was not announced. Ends of their own are found by their index,
 * those that a policy sets by the organizations that have one.
 */
export async function findExpiring(
  db: Reader,
  alert: AlertName,
  context: StatusContext,
  { after, until }: { after: Date; until: Date },
): Promise<KeyWithFacts[]> {
  const which = [hasStatus("active", context), isNull(apiKeys.replacedBy), unannounced(alert)];
  const ending = (end: SQL | undefined) =>
    selectKeys(db)
      .where(and(end, ...which))
      .orderBy(asc(apiKeys.id))
      .limit(batchSize);
  const own = await ending(and(gt(apiKeys.expiresAt, after), lte(apiKeys.expiresAt, until)));
  const byPolicy = await ending(
    and(
      isNotNull(organizations.policy),
      gt(apiKeys.createdAt, latestCreation(after)),
      lte(apiKeys.createdAt, latestCreation(until)),
    ),
  );
  const seen = new Set(own.map(({ key }) => key.id));
  return [...own, ...byPolicy.filter(({ key }) => !seen.has(key.id))];
}

/** Active keys that were neither used nor created since a moment, and about which there was no alert. */
export async function findUnused(
  db: Reader,
  alert: AlertName,
  context: StatusContext,
  since: Date,
): Promise<KeyWithFacts[]> {
  return selectKeys(db)
    .where(
      and(
        hasStatus("active", context),
        lt(apiKeys.createdAt, since),
        or(isNull(apiKeys.lastUsedAt), lt(apiKeys.lastUsedAt, since)),
        unannounced(alert),
      ),
    )
    .orderBy(asc(apiKeys.id))
    .limit(batchSize);
}

/** The usage of a day that calls for an alert, for keys of an environment. */
export interface NearLimit {
  alert: AlertName;
  environment: "live" | "test";
  from: number;
  below: number;
}

/** Active keys of organizations with these entitlements whose usage of a day calls for an alert that was not raised. @param day Unix seconds */
export async function findNearLimit(
  db: Reader,
  day: number,
  entitlements: Entitlements,
  kinds: readonly NearLimit[],
  context: StatusContext,
) {
  return db
    .select({ key: apiKeys, spent: keyUsage.spent })
    .from(keyUsage)
    .innerJoin(apiKeys, eq(apiKeys.id, keyUsage.keyId))
    .innerJoin(organizations, eq(organizations.id, apiKeys.organizationId))
    .where(
      and(
        eq(keyUsage.seconds, 86_400),
        eq(keyUsage.start, day),
        hasEntitlements(entitlements),
        hasStatus("active", context),
        or(
          ...kinds.map(({ alert, environment, from, below }) =>
            and(
              gte(keyUsage.spent, from),
              lt(keyUsage.spent, below),
              eq(apiKeys.environment, environment),
              unannounced(alert, eq(keyAlerts.subject, day * 1000)),
            ),
          ),
        ),
      ),
    )
    .orderBy(asc(apiKeys.id))
    .limit(batchSize);
}

export const pruneAlerts = (tx: Writer, before: Date, max: number) =>
  deleteSome(tx, keyAlerts, lt(keyAlerts.at, before), max);

function unannounced(alert: AlertName, which?: SQL) {
  return notExists(
    sql`(select 1 from ${keyAlerts} where ${and(eq(keyAlerts.keyId, apiKeys.id), eq(keyAlerts.alert, alert), which)})`,
  );
}
