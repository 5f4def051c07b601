import { and, asc, eq, gt, gte, isNull, lt, lte, notExists, or, type SQL, sql } from "drizzle-orm";
import type { Reader, Writer } from "../db/database";
import { apiKeys, keyAlerts, keyUsage, organizations } from "../db/tables";
import type { ApiKeyId } from "../ids";
import type { Entitlements } from "../limits/plans";
import { hasEntitlements } from "../limits/plans.sql";
import { type ApiKeyRow, isLive } from "./api-keys.sql";

export type AlertName = (typeof keyAlerts.$inferSelect)["alert"];

/** What an alert is about, once: an alert with another `subject` is another alert. */
export interface Alert {
  keyId: ApiKeyId;
  alert: AlertName;
  /** A moment in milliseconds that tells one occasion from the next. */
  subject: number;
}

/** Whether this alert is raised for the first time; of several processes one hears yes. */
export async function claimAlert(tx: Writer, alert: Alert): Promise<boolean> {
  const claimed = await tx
    .insert(keyAlerts)
    .values({ ...alert, at: tx.now })
    .onConflictDoNothing()
    .returning({ keyId: keyAlerts.keyId });
  return claimed.length > 0;
}

/** Keys looked at in one go. */
const batchSize = 200;

/** Keys that end between two moments, have no successor, and whose end was not announced. */
export async function findExpiring(
  db: Reader,
  alert: AlertName,
  { after, until }: { after: Date; until: Date },
): Promise<ApiKeyRow[]> {
  return db
    .select()
    .from(apiKeys)
    .where(
      and(
        gt(apiKeys.expiresAt, after),
        lte(apiKeys.expiresAt, until),
        isNull(apiKeys.revokedAt),
        isNull(apiKeys.disabledAt),
        isNull(apiKeys.replacedBy),
        unannounced(alert),
      ),
    )
    .orderBy(asc(apiKeys.expiresAt), asc(apiKeys.id))
    .limit(batchSize);
}

/** Keys that are on and have not been used, or else not been made, since a moment, and about which that was not said. */
export async function findUnused(db: Reader, alert: AlertName, now: Date, since: Date): Promise<ApiKeyRow[]> {
  return db
    .select()
    .from(apiKeys)
    .where(
      and(
        isLive(now),
        isNull(apiKeys.disabledAt),
        lt(apiKeys.createdAt, since),
        or(isNull(apiKeys.lastUsedAt), lt(apiKeys.lastUsedAt, since)),
        unannounced(alert),
      ),
    )
    .orderBy(asc(apiKeys.id))
    .limit(batchSize);
}

/** What of a day calls for an alert: so much, of keys of such an environment. */
export interface NearLimit {
  alert: AlertName;
  environment: "live" | "test";
  from: number;
  below: number;
}

/** Keys of organizations on these terms whose use of the day that began at these Unix seconds calls for an alert that was not raised. */
export async function findNearLimit(db: Reader, day: number, entitlements: Entitlements, kinds: readonly NearLimit[]) {
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

export async function pruneAlerts(tx: Writer, before: Date) {
  await tx.delete(keyAlerts).where(lt(keyAlerts.at, before));
}

function unannounced(alert: AlertName, which?: SQL) {
  return notExists(
    sql`(select 1 from ${keyAlerts} where ${and(eq(keyAlerts.keyId, apiKeys.id), eq(keyAlerts.alert, alert), which)})`,
  );
}
