import { and, eq, gt, lte } from "drizzle-orm";
import type { Reader, Writer } from "../db/database";
import { ownershipTransfers } from "../db/tables";
import type { OrganizationId, UserId } from "../ids";
import { dropPendingEmails } from "../mail/outbox.sql";

export type TransferRow = typeof ownershipTransfers.$inferSelect;

/** Undefined while another transfer is pending; an expired one is replaced. */
export async function insertTransfer(tx: Writer, transfer: TransferRow): Promise<TransferRow | undefined> {
  const { organizationId, ...offer } = transfer;
  const [inserted] = await tx
    .insert(ownershipTransfers)
    .values(transfer)
    .onConflictDoUpdate({
      target: ownershipTransfers.organizationId,
      set: offer,
      setWhere: lte(ownershipTransfers.expiresAt, tx.now),
    })
    .returning();
  return inserted;
}

export async function findTransfer(
  db: Reader,
  organizationId: OrganizationId,
  now: Date,
): Promise<TransferRow | undefined> {
  return (
    await db
      .select()
      .from(ownershipTransfers)
      .where(and(eq(ownershipTransfers.organizationId, organizationId), gt(ownershipTransfers.expiresAt, now)))
  )[0];
}

/** Deletes the pending transfer to or from a user, and its email while it is not sent; of concurrent calls one gets it. */
export async function deleteTransfer(
  tx: Writer,
  organizationId: OrganizationId,
  party: { toUserId: UserId } | { fromUserId: UserId },
): Promise<TransferRow | undefined> {
  const [deleted] = await tx
    .delete(ownershipTransfers)
    .where(
      and(
        eq(ownershipTransfers.organizationId, organizationId),
        "toUserId" in party
          ? eq(ownershipTransfers.toUserId, party.toUserId)
          : eq(ownershipTransfers.fromUserId, party.fromUserId),
        gt(ownershipTransfers.expiresAt, tx.now),
      ),
    )
    .returning();
  if (deleted) await dropPendingEmails(tx, { template: "ownership-offered", about: organizationId });
  return deleted;
}
