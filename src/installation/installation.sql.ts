import { and, isNull, max, sql } from "drizzle-orm";
import type { Reader, Writer } from "../db/database";
import { auditEvents, installation, users } from "../db/tables";

export type InstallationRow = Pick<typeof installation.$inferSelect, "fingerprint" | "publicUrl">;

export async function findInstallation(db: Reader): Promise<InstallationRow | undefined> {
  const { fingerprint, publicUrl } = installation;
  return (await db.select({ fingerprint, publicUrl }).from(installation))[0];
}

/** Of processes that start at the same moment, the first one's row stays. */
export async function insertInstallation(tx: Writer, row: InstallationRow) {
  await tx
    .insert(installation)
    .values({ id: "installation", ...row })
    .onConflictDoNothing();
}

export async function updateInstallation(tx: Writer, row: InstallationRow) {
  await tx.update(installation).set(row);
}

/** Notes that the installation is being set up; false when it was, or has users: of all who try, one hears true. */
export async function claimSetUp(tx: Writer): Promise<boolean> {
  const claimed = await tx
    .update(installation)
    .set({ setUpAt: tx.now })
    .where(and(isNull(installation.setUpAt), sql`not exists (select 1 from ${users})`))
    .returning({ id: installation.id });
  return claimed.length > 0;
}

/** Locks the installation's row until the transaction ends. */
export async function lockInstallation(tx: Writer) {
  await tx.update(installation).set({ publicUrl: sql`${installation.publicUrl}` });
}

/** When the latest event happened. */
export async function latestEventAt(db: Reader): Promise<Date | null> {
  return (await db.select({ at: max(auditEvents.at) }).from(auditEvents))[0]!.at;
}
