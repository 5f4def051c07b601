import type { App } from "../app";
import type { Writer } from "../db/database";
import { lockOrganization, type OrganizationRow } from "../organizations/organizations.sql";
import type { Actor } from "./actor";
import type { Demand } from "./permissions";
import { type Permit, permit } from "./permit";
import { requireOwnIdentity } from "./read-only";

/**
 * Changes something in an organization while nothing else changes who may do what in it. Every rule that writes on the strength of a
 * permission does so here: the permission is asked once before, so that outsiders never hold the lock, and again once the organization's
 * row is locked. Of two members who remove each other one succeeds, and nothing is written for an actor who lost the permission meanwhile.
 * A transaction that also locks users does so after the organization, never before. Changes of one organization take turns in this process, so that
 * they leave connections to the others.
 * @param change what to do, with what the actor may do at this moment and the organization's row
 * @param resource as for `permit`
 * @throws Problem as `permit`, IMPERSONATION_READ_ONLY
 */
export async function underLock<T>(
  app: App,
  actor: Actor,
  organization: string,
  demand: Demand,
  change: (tx: Writer, permitted: Permit, row: OrganizationRow) => Promise<T>,
  resource?: string,
): Promise<T> {
  requireOwnIdentity(actor);
  const { organizationId } = await permit(app, actor, organization, demand, resource);
  return app.db.write(async (tx) => {
    const row = await lockOrganization(tx, organizationId);
    const permitted = await permit(app, actor, organizationId, demand, resource, tx);
    return change(tx, permitted, row!);
  }, organizationId);
}
