import type { UserActor } from "../access/actor";
import { lockLiveUser } from "../access/live-user";
import type { App } from "../app";
import { record } from "../audit/audit";
import type { Writer } from "../db/database";
import { deleteIdentities } from "../identities/identities.sql";
import type { OrganizationId } from "../ids";
import { enqueueEmail } from "../mail/outbox";
import { countMembers, listMembershipsToEnd, ownsSharedOrganization } from "../members/members.sql";
import { leave } from "../members/removal";
import { endAndRecord } from "../oauth/grants";
import { lockAnyOrganization, markOrganizationDeleted } from "../organizations/organizations.sql";
import { deletePasskeys } from "../passkeys/passkeys.sql";
import { deleteTokens } from "../personal-tokens/personal-tokens.sql";
import { Problem } from "../problems";
import { deleteKnownSources } from "../sessions/known-sources.sql";
import { endSessionsOf } from "../sessions/sessions.sql";
import { deleteTickets } from "../tickets/tickets.sql";
import { deleteTwoFactor } from "../two-factor/two-factor.sql";
import { deleteFailures } from "./login-attempts.sql";
import { type Identity, reauthenticate } from "./reauthenticate";
import { eraseUser } from "./users.sql";

/** How often an account that keeps getting memberships while it is deleted is tried. */
const maxRounds = 3;

/**
 * Deletes an account permanently: its sessions, API keys, personal access tokens, second factor and the organizations in which it is the only member end, its name
 * and email are erased, and the email is free again. The audit log keeps the id. Each organization is left in a transaction of its own, so
 * that an account with many does not hold up other requests; the account is erased once it has no membership left.
 * @throws Problem as `reauthenticate`, CONFLICT for the owner of an organization with other members, and for an account
 * that gets new memberships all the while
 */
export async function deleteAccount(app: App, actor: UserActor, identity: Identity) {
  const user = await reauthenticate(app, actor, identity);
  if (await ownsSharedOrganization(app.db.reader, user.id)) {
    throw new Problem("CONFLICT", { reason: "owns_organizations" });
  }
  for (let round = 0; round < maxRounds; round++) {
    for (const id of await listMembershipsToEnd(app.db.reader, user.id)) {
      await app.db.write((tx) => endMembership(tx, actor, id));
    }
    if (await app.db.write((tx) => erase(tx, actor))) return;
  }
  throw new Problem("CONFLICT", { reason: "memberships_changed" });
}

async function endMembership(tx: Writer, actor: UserActor, id: OrganizationId) {
  await lockAnyOrganization(tx, id);
  await lockLiveUser(tx, actor);
  if ((await leave(tx, actor, id)) !== "owner") return;
  if ((await countMembers(tx, id)) > 1) throw new Problem("CONFLICT", { reason: "owns_organizations" });
  await markOrganizationDeleted(tx, id);
  await record(tx, actor, { action: "organization.deleted", chain: id, target: id });
}

/** False, and nothing is erased, when the user got another membership meanwhile. */
async function erase(tx: Writer, actor: UserActor): Promise<boolean> {
  const { id, email } = await lockLiveUser(tx, actor);
  if ((await listMembershipsToEnd(tx, id)).length > 0) return false;
  await enqueueEmail(tx, { to: email, template: "account-deleted", values: {} });
  await endSessionsOf(tx, id, "account_deleted");
  await endAndRecord(tx, actor, { userId: id }, "account_deleted");
  await deleteTwoFactor(tx, id);
  await deletePasskeys(tx, id);
  await deleteIdentities(tx, id);
  await deleteTokens(tx, id);
  await deleteTickets(tx, id);
  await deleteFailures(tx, id);
  await deleteKnownSources(tx, id, new Date(0));
  await eraseUser(tx, id);
  await record(tx, actor, { action: "user.deleted", chain: id, target: id });
  return true;
}
