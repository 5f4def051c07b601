import { and, asc, count, eq, gt, gte, inArray, isNull, lt, lte, or } from "drizzle-orm";
import type { Reader, Writer } from "../db/database";
import { deleteSome } from "../db/delete-some";
import { invitations, organizations, users } from "../db/tables";
import type { InvitationId, InvitationTicketId, OrganizationId, RoleId, UserId } from "../ids";
import { dropPendingEmails } from "../mail/outbox.sql";
import type { PageOf } from "../paging";

export type InvitationRow = typeof invitations.$inferSelect;
export type InvitationStatus = "pending" | "expired" | "accepted" | "declined" | "canceled";

/** How long an invitation can be accepted, from when it was sent last. Seven days, in milliseconds, as the email says. */
export const invitationLifetime = 7 * 86_400_000;

const isOpen = eq(invitations.state, "open");
const matches = (organizationId: OrganizationId, id: InvitationId) =>
  and(eq(invitations.organizationId, organizationId), eq(invitations.id, id));

/** Undefined while the email has an open invitation to this organization. */
export async function insertInvitation(tx: Writer, invitation: InvitationRow): Promise<InvitationRow | undefined> {
  return (await tx.insert(invitations).values(invitation).onConflictDoNothing().returning())[0];
}

/** Closes the expired invitation of an email, so that it can be invited again. */
export async function closeExpired(tx: Writer, organizationId: OrganizationId, email: string) {
  await tx
    .update(invitations)
    .set({ state: "expired" })
    .where(
      and(
        eq(invitations.organizationId, organizationId),
        eq(invitations.email, email),
        isOpen,
        lte(invitations.expiresAt, tx.now),
      ),
    );
}

export async function findInvitation(
  db: Reader,
  organizationId: OrganizationId,
  id: InvitationId,
): Promise<InvitationRow | undefined> {
  return (await db.select().from(invitations).where(matches(organizationId, id)))[0];
}

/** An invitation by its id, or by the ticket in its latest email. */
export async function findInvitationBy(
  db: Reader,
  by: { id: InvitationId } | { ticket: InvitationTicketId },
): Promise<InvitationRow | undefined> {
  const held = "id" in by ? eq(invitations.id, by.id) : eq(invitations.ticket, by.ticket);
  return (await db.select().from(invitations).where(held))[0];
}

/** Consumes an open invitation whose ticket is still the latest; of concurrent calls one gets true. */
export async function consumeInvitation(
  tx: Writer,
  { id, organizationId, ticket }: InvitationRow,
  state: "accepted" | "declined",
): Promise<boolean> {
  const consumed = await tx
    .update(invitations)
    .set({ state })
    .where(and(matches(organizationId, id), eq(invitations.ticket, ticket), isOpen, gt(invitations.expiresAt, tx.now)))
    .returning({ id: invitations.id });
  return consumed.length > 0;
}

/** Cancels an open invitation, and its email while it is not sent; undefined when there is none. */
export async function closeInvitation(
  tx: Writer,
  organizationId: OrganizationId,
  id: InvitationId,
): Promise<InvitationRow | undefined> {
  const [closed] = await tx
    .update(invitations)
    .set({ state: "canceled" })
    .where(and(matches(organizationId, id), isOpen))
    .returning();
  if (closed) await dropEmailOf(tx, id);
  return closed;
}

/** Cancels these open invitations, and their emails while they are not sent. */
export async function closeInvitations(tx: Writer, organizationId: OrganizationId, ids: InvitationId[]) {
  if (ids.length === 0) return;
  const these = and(eq(invitations.organizationId, organizationId), inArray(invitations.id, ids));
  await tx.update(invitations).set({ state: "canceled" }).where(and(these, isOpen));
  await dropPendingEmails(tx, { template: "invitation", about: ids });
}

/** Cancels the open invitations that a user sent, first or again, at this time or later. */
export async function closeInvitationsSince(tx: Writer, inviterId: UserId, since: Date): Promise<InvitationRow[]> {
  const expiry = new Date(since.getTime() + invitationLifetime);
  const closed = await tx
    .update(invitations)
    .set({ state: "canceled" })
    .where(and(eq(invitations.inviterId, inviterId), isOpen, gte(invitations.expiresAt, expiry)))
    .returning();
  if (closed.length > 0) await dropPendingEmails(tx, { template: "invitation", about: closed.map(({ id }) => id) });
  return closed;
}

const dropEmailOf = (tx: Writer, id: InvitationId) => dropPendingEmails(tx, { template: "invitation", about: id });

export async function markEmailed(tx: Writer, { organizationId, id }: InvitationRow): Promise<InvitationRow> {
  const [marked] = await tx
    .update(invitations)
    .set({ emailedAt: tx.now })
    .where(matches(organizationId, id))
    .returning();
  return marked!;
}

/** Gives an open invitation a new ticket, expiry and inviter, and drops its earlier email while it is not sent; undefined when it is not open. */
export async function renewInvitation(
  tx: Writer,
  organizationId: OrganizationId,
  id: InvitationId,
  renewed: Pick<InvitationRow, "ticket" | "expiresAt" | "inviterId">,
): Promise<InvitationRow | undefined> {
  const [row] = await tx
    .update(invitations)
    .set(renewed)
    .where(and(matches(organizationId, id), isOpen))
    .returning();
  if (row) await dropEmailOf(tx, id);
  return row;
}

/** Open invitations that have not expired, or those that give a custom role. */
export async function countPending(
  db: Reader,
  organizationId: OrganizationId,
  now: Date,
  roleId?: RoleId,
): Promise<number> {
  const [row] = await db
    .select({ pending: count() })
    .from(invitations)
    .where(
      and(
        eq(invitations.organizationId, organizationId),
        isOpen,
        gt(invitations.expiresAt, now),
        roleId === undefined ? undefined : eq(invitations.roleId, roleId),
      ),
    );
  return row!.pending;
}

/** The open invitations that have not expired, of one inviter or all. */
export async function listPendingInvitations(
  db: Reader,
  organizationId: OrganizationId,
  now: Date,
  inviterId: UserId | undefined,
): Promise<InvitationRow[]> {
  return db
    .select()
    .from(invitations)
    .where(
      and(
        eq(invitations.organizationId, organizationId),
        isOpen,
        gt(invitations.expiresAt, now),
        inviterId && eq(invitations.inviterId, inviterId),
      ),
    )
    .orderBy(asc(invitations.id));
}

export async function listInvitations(
  db: Reader,
  organizationId: OrganizationId,
  status: InvitationStatus | undefined,
  now: Date,
  { after = "", limit }: PageOf,
): Promise<InvitationRow[]> {
  return db
    .select()
    .from(invitations)
    .where(
      and(
        eq(invitations.organizationId, organizationId),
        status && hasStatus(status, now),
        gt(invitations.id, after as InvitationId),
      ),
    )
    .orderBy(asc(invitations.id))
    .limit(limit);
}

/** The status that an invitation has at a moment, as `statusOf` gives it. */
function hasStatus(status: InvitationStatus, now: Date) {
  if (status === "pending") return and(isOpen, gt(invitations.expiresAt, now));
  const closed = eq(invitations.state, status);
  return status === "expired" ? or(closed, and(isOpen, lte(invitations.expiresAt, now))) : closed;
}

/** An open invitation is pending until it expires; one that expired is closed only when its email is invited again. */
export function statusOf({ state, expiresAt }: InvitationRow, now: Date): InvitationStatus {
  if (state !== "open") return state;
  return expiresAt <= now ? "expired" : "pending";
}

/** The pending invitations of an email that can be accepted now, with the organization and the inviter's email. */
export async function listInvitationsTo(db: Reader, email: string, now: Date, { after = "", limit }: PageOf) {
  const rows = await db
    .select({ invitation: invitations, organization: organizations, inviter: users.email })
    .from(invitations)
    .innerJoin(organizations, eq(organizations.id, invitations.organizationId))
    .innerJoin(users, eq(users.id, invitations.inviterId))
    .where(
      and(
        eq(invitations.email, email),
        isOpen,
        gt(invitations.expiresAt, now),
        isNull(organizations.deletedAt),
        isNull(organizations.suspendedAt),
        isNull(users.suspendedAt),
        gt(invitations.id, after as InvitationId),
      ),
    )
    .orderBy(asc(invitations.id))
    .limit(limit);
  return rows.map(({ invitation, organization, inviter }) => ({ ...invitation, organization, inviter }));
}

/** Deletes invitations, whatever became of them, that expired before a time. */
export const pruneInvitations = (tx: Writer, before: Date, max: number) =>
  deleteSome(tx, invitations, lt(invitations.expiresAt, before), max);
