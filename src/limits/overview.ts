import type { Actor } from "../access/actor";
import { permit } from "../access/permit";
import { countKeys } from "../api-keys/api-keys.sql";
import type { App } from "../app";
import { countPending } from "../invitations/invitations.sql";
import { countMembers } from "../members/members.sql";
import { findOrganization } from "../organizations/organizations.sql";
import { Problem } from "../problems";
import { countWebhooks } from "../webhooks/webhooks.sql";
import { planOf } from "./plans";

/** An organization's plan: its limits, and how much of them is in use. */
export async function planOverview(app: App, actor: Actor, organization: string) {
  const { organizationId } = await permit(app, actor, organization, "organization:read");
  const found = await findOrganization(app.db.reader, organizationId);
  if (!found) throw new Problem("NOT_FOUND");
  const { perKey, verifications, activeKeys, members, sessions, usageHistory, auditHistory, webhooks } = planOf(found);
  return {
    plan: found.plan,
    perKey,
    perOrganization: {
      minute: perKey.minute * activeKeys,
      hour: perKey.hour * activeKeys,
      day: perKey.day * activeKeys,
    },
    verifications,
    activeKeys: {
      limit: activeKeys,
      used: (await countKeys(app.db.reader, organizationId, app.clock.date())).active,
    },
    members: {
      limit: members,
      used:
        (await countMembers(app.db.reader, organizationId)) +
        (await countPending(app.db.reader, organizationId, app.clock.date())),
    },
    sessions,
    usageHistory,
    auditHistory,
    webhooks: { limit: webhooks, used: await countWebhooks(app.db.reader, organizationId) },
  };
}
