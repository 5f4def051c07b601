import type { App } from "../app";
import type { Reader } from "../db/database";
import { isId, type OrganizationId } from "../ids";
import { Problem } from "../problems";
import type { Actor } from "./actor";
import { type Permission, permissionsOfRole } from "./permissions";
import { findMembershipContext } from "./permit.sql";
import { requirePolicy } from "./policy";
import { permissionsOfKey } from "./principals";

/** A permission that was granted: the organization it holds for, and all the actor may do there. */
export interface Permit {
  readonly organizationId: OrganizationId;
  readonly permissions: ReadonlySet<Permission>;
  /** A person's role; null for a key. */
  readonly role: string | null;
}

/**
 * The only authorization inside organizations, for people and keys alike. The id it returns is the one to act on.
 * @param tx a transaction, for who must know it in the same moment as they act on it; keys are looked up again then
 * @throws Problem NOT_FOUND where the actor does not belong, FORBIDDEN or INSUFFICIENT_SCOPE where they may not,
 * ORGANIZATION_SUSPENDED, TWO_FACTOR_SETUP_REQUIRED, INVALID_API_KEY for a key that has ended meanwhile. A key that its
 * organization's state or policy refuses did not get here.
 */
export async function permit(
  app: App,
  actor: Actor,
  organizationId: string,
  permission: Permission,
  tx?: Reader,
): Promise<Permit> {
  const permitted = await decide(app, actor, organizationId, permission, tx);
  app.onPermit?.(permitted.organizationId, permission);
  return permitted;
}

async function decide(
  app: App,
  actor: Actor,
  organizationId: string,
  permission: Permission,
  tx: Reader | undefined,
): Promise<Permit> {
  if (!isId("org", organizationId)) throw new Problem("NOT_FOUND");
  if (actor.kind === "key") {
    if (actor.organizationId !== organizationId) throw new Problem("NOT_FOUND");
    const permissions = tx ? await permissionsOfKey(tx, actor.keyId, app.clock.now()) : actor.permissions;
    if (!permissions) throw new Problem("INVALID_API_KEY");
    if (!permissions.has(permission)) {
      throw new Problem("INSUFFICIENT_SCOPE", { reason: "scope", values: { scope: permission } });
    }
    return { organizationId, permissions, role: null };
  }
  const found = await findMembershipContext(tx ?? app.db.reader, { organizationId, userId: actor.userId });
  if (!found || found.deletedAt) throw new Problem("NOT_FOUND");
  if (found.suspendedAt) throw new Problem("ORGANIZATION_SUSPENDED");
  const person = { role: found.role, origin: actor.origin, twoFactor: found.twoFactorSince !== null };
  requirePolicy(found.policy, person, app.clock.now());
  const permissions = permissionsOfRole(found.role, found.grants);
  if (!permissions.has(permission)) throw new Problem("FORBIDDEN");
  return { organizationId, permissions, role: found.role };
}
