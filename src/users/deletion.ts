import type { UserActor } from "../access/actor";
import type { App } from "../app";
import { record } from "../audit/audit";
import { unusableHash } from "../crypto/passwords";
import type { Writer } from "../db/database";
import type { OrganizationId } from "../ids";
import { enqueueEmail } from "../mail/outbox";
import { leave } from "../members/members";
import { countMembers } from "../members/members.sql";
import { listOrganizationsOf, lockOrganization, markOrganizationDeleted } from "../organizations/organizations.sql";
import { Problem } from "../problems";
import { deleteKnownSources } from "../sessions/known-sources.sql";
import { endSessionsOf } from "../sessions/sessions.sql";
import { deleteTickets } from "../tickets/tickets.sql";
import { deleteTwoFactor } from "../two-factor/two-factor.sql";
import { deleteFailures } from "./login-attempts.sql";
import { type Identity, reauthenticate } from "./reauthenticate";
import { eraseUser } from "./users.sql";

/**
 * Deletes an account permanently: its sessions, API keys, second factor and the organizations in which it is the only member end, its name
 * and email are erased, and the email is free again. The audit log keeps the id.
 * @throws Problem as `reauthenticate`, CONFLICT for the owner of an organization with other members
 */
export async function deleteAccount(app: App, actor: UserActor, identity: Identity) {
  const user = await reauthenticate(app, actor, identity);
  await app.db.write(async (tx) => {
    const everything = { after: undefined, limit: Number.MAX_SAFE_INTEGER };
    for (const { id, role } of await listOrganizationsOf(tx, user.id, everything)) {
      await lockOrganization(tx, id);
      if (role === "owner") await deleteOwned(tx, actor, id);
      else await leave(tx, actor, id);
    }
    await enqueueEmail(tx, { to: user.email, template: "account-deleted", values: {} });
    await endSessionsOf(tx, user.id, "account_deleted");
    await deleteTwoFactor(tx, user.id);
    await deleteTickets(tx, user.id);
    await deleteFailures(tx, user.id);
    await deleteKnownSources(tx, user.id, new Date(0));
    await eraseUser(tx, user.id, unusableHash);
    await record(tx, actor, { action: "user.deleted", chain: user.id, target: user.id });
  });
}

async function deleteOwned(tx: Writer, actor: UserActor, id: OrganizationId) {
  if ((await countMembers(tx, id)) > 1) {
    throw new Problem("CONFLICT", { reason: "owns_organizations" });
  }
  await markOrganizationDeleted(tx, id);
  await record(tx, actor, { action: "organization.deleted", chain: id, target: id });
}
