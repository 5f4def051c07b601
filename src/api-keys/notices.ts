import type { Writer } from "../db/database";
import type { OrganizationId } from "../ids";
import { enqueueEmail, type OutgoingEmail } from "../mail/outbox";
import { adminEmails } from "../members/members.sql";

/** A letter without the address it goes to. */
export type Notice = OutgoingEmail extends infer P ? (P extends OutgoingEmail ? Omit<P, "to"> : never) : never;

/** Writes to everybody who runs an organization, in the transaction of the cause. */
export async function notifyAdmins(tx: Writer, organizationId: OrganizationId, notice: Notice) {
  for (const to of await adminEmails(tx, organizationId))
    await enqueueEmail(tx, { ...notice, to, cause: organizationId } as OutgoingEmail);
}
