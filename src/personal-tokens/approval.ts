import type { Actor } from "../access/actor";
import type { TokenWithFacts } from "../access/personal-tokens.sql";
import { blockAt } from "../access/standing";
import { standingOf } from "../access/token-standing";
import { notifyAdmins } from "../api-keys/notices";
import { record } from "../audit/audit";
import type { Writer } from "../db/database";
import { findUser } from "../users/users.sql";

/** Tells the admins of every organization where a token awaits approval, in the transaction in which it came to. */
export async function askForApproval(tx: Writer, actor: Actor, found: TokenWithFacts) {
  const { token } = found;
  const user = (await findUser(tx, token.userId))!;
  for (const facts of found.memberships) {
    const standing = standingOf(found, facts);
    if (!standing || blockAt(standing, tx.now.getTime()) !== "awaits_approval") continue;
    const { organizationId } = facts;
    const details = { name: token.name, scopes: token.scopes };
    await record(tx, actor, { action: "personal_token.requested", chain: organizationId, target: token.id, details });
    await notifyAdmins(tx, organizationId, {
      template: "personal-token-requested",
      values: { name: token.name, member: user.emailVerifiedAt ? user.email : null },
    });
  }
}
