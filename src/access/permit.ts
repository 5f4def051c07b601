import type { App } from "../app";
import type { Reader } from "../db/database";
import { isId, type OrganizationId } from "../ids";
import { findMembership } from "../members/members.sql";
import { Problem } from "../problems";
import type { Actor } from "./actor";
import { type Permission, permissionsOfRole } from "./permissions";

/** A permission that was granted: the organization it holds for, and all the actor may do there. */
export interface Permit {
  readonly organizationId: OrganizationId;
  readonly permissions: ReadonlySet<Permission>;
  /** A person's role; null for a key. */
  readonly role: string | null;
}

/**
 * The only authorization inside organizations, for people and keys alike. The id it returns is the one to act on.
 * @param db a transaction, for who must know it in the same moment as they act on it
 * @throws Problem NOT_FOUND where the actor does not belong, FORBIDDEN or INSUFFICIENT_SCOPE where they may not
 */
export async function permit(
  app: App,
  actor: Actor,
  organizationId: string,
  permission: Permission,
  db: Reader = app.db.reader,
): Promise<Permit> {
  if (!isId("org", organizationId)) throw new Problem("NOT_FOUND");
  if (actor.kind === "key") {
    if (actor.organizationId !== organizationId) throw new Problem("NOT_FOUND");
    if (!actor.permissions.has(permission)) {
      throw new Problem("INSUFFICIENT_SCOPE", { message: `The API key lacks the scope ${permission}.` });
    }
    return { organizationId, permissions: actor.permissions, role: null };
  }
  const membership = await findMembership(db, { organizationId, userId: actor.userId });
  if (!membership) throw new Problem("NOT_FOUND");
  const permissions = permissionsOfRole(membership.role, membership.grants);
  if (!permissions.has(permission)) throw new Problem("FORBIDDEN");
  return { organizationId, permissions, role: membership.role };
}
