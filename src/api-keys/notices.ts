import type { Writer } from "../db/database";
import type { OrganizationId } from "../ids";
import { type Post, post } from "../mail/outbox";
import { addressesOfAdmins } from "../members/members.sql";

/** A letter without the address it goes to. */
export type Notice = Post extends infer P ? (P extends Post ? Omit<P, "to"> : never) : never;

/** Writes to everybody who runs an organization, in the transaction of the cause. */
export async function notifyAdmins(tx: Writer, organizationId: OrganizationId, notice: Notice) {
  for (const to of await addressesOfAdmins(tx, organizationId)) await post(tx, { ...notice, to } as Post);
}
