import type { Writer } from "../db/database";
import type { OrganizationId } from "../ids";
import { enqueueEmail, type OutgoingEmail } from "../mail/outbox";
import { adminEmails } from "../members/members.sql";

/** An email without its recipient. */
export type Notice = OutgoingEmail extends infer P ? (P extends OutgoingEmail ? Omit<P, "to"> : never) : never;

/** Sends an email to every admin of an organization, in the transaction of its cause. */
export async function notifyAdmins(tx: Writer, organizationId: OrganizationId, notice: Notice) {
  for (const to of await adminEmails(tx, organizationId))
    await enqueueEmail(tx, { ...notice, to, cause: organizationId } as OutgoingEmail);
}
