import type { App } from "../app";
import type { Reader } from "../db/database";
import { isId, type OrganizationId } from "../ids";
import { findOpenGrant } from "../oauth/grants.sql";
import { Problem } from "../problems";
import { findOpenSession } from "../sessions/sessions.sql";
import type { Actor, GrantActor, TokenActor, UserActor } from "./actor";
import { sessionEnded } from "./live-user";
import { type Demand, type Permission, permissionsOfRole } from "./permissions";
import { findMembershipContext, findSessionProof, type MembershipContext } from "./permit.sql";
import { allowedScopes, asksForSession, type Policy, requireAllowedClient, requirePolicy } from "./policy";
import { powersOfKey, standingOfToken } from "./principals";
import { narrower, type Only, requireBound } from "./resource-kinds";
import { blockAt, type Standing } from "./standing";

/** A granted permission: the organization it holds for, and everything the actor may do there. */
export interface Permit {
  readonly organizationId: OrganizationId;
  readonly permissions: ReadonlySet<Permission>;
  /** The role of a user; null for a key, a token or an app, whose permissions are all that counts. */
  readonly role: string | null;
  /** The resources that a key or token is bound to; null for one that is not bound, and for users. */
  readonly only: Only;
}

/**
 * The only authorization inside organizations, for users, keys, tokens and apps alike. The id it returns is the one to act on.
 * @param resource the id of the resource that the rule is about, or `listed` where it lists those of `only`; asked of who is bound to some
 * @param tx the transaction that acts on the permission, where it must hold at that moment; keys, tokens, sessions and grants are then read again
 * @throws Problem NOT_FOUND in an organization the actor does not belong to, FORBIDDEN or INSUFFICIENT_SCOPE without the permission,
 * ORGANIZATION_SUSPENDED, what `requirePolicy` throws, INVALID_API_KEY and UNAUTHORIZED for a key or session that ended meanwhile. Keys that the state or the
 * policy of their organization refuses never get here.
 */
export async function permit(
  app: App,
  actor: Actor,
  organizationId: string,
  demand: Demand,
  resource?: string,
  tx?: Reader,
): Promise<Permit> {
  const permitted = await decide(app, actor, organizationId, demand, tx);
  requireBound(permitted.only, demand, resource);
  app.onPermit?.(permitted.organizationId, demand, resource);
  return permitted;
}

async function decide(
  app: App,
  actor: Actor,
  organizationId: string,
  demand: Demand,
  tx: Reader | undefined,
): Promise<Permit> {
  if (!isId("org", organizationId)) throw new Problem("NOT_FOUND");
  if (actor.kind === "key") {
    if (actor.organizationId !== organizationId) throw new Problem("NOT_FOUND");
    const powers = tx ? await powersOfKey(tx, actor.keyId, app.clock.now(), app.config.keyEnvironments) : actor;
    if (!powers) throw new Problem("INVALID_API_KEY");
    // What was derived from a key has less than the key itself.
    const permissions = tx ? powers.permissions.intersection(actor.permissions) : powers.permissions;
    const only = tx ? narrower(powers.only, actor.only) : powers.only;
    if (demand === "membership" || !permissions.has(demand)) {
      throw new Problem("INSUFFICIENT_SCOPE", { reason: "scope", values: { scope: demand } });
    }
    return { organizationId, permissions, role: null, only };
  }
  if (actor.kind === "grant") return decideForGrant(app, actor, organizationId, demand, tx);
  if (actor.kind === "personal_token") {
    const asked = actor.standings.get(organizationId);
    const found = tx && (await standingOfToken(tx, actor.tokenId, organizationId, app.clock.now()));
    const now = found &&
      asked && { ...found.standing, permissions: found.standing.permissions.intersection(asked.permissions) };
    const permissions = permissionsOfToken(actor, tx ? now : asked, demand, app.clock.now());
    return { organizationId, permissions, role: null, only: narrower(actor.only, found?.only ?? null) };
  }
  if (tx && !actor.atMachine && !(await findOpenSession(tx, actor.sessionId))) throw sessionEnded();
  const found = await findMembershipContext(tx ?? app.db.reader, { organizationId, userId: actor.userId });
  if (!found || found.deletedAt) throw new Problem("NOT_FOUND");
  if (found.suspendedAt) throw new Problem("ORGANIZATION_SUSPENDED");
  if (found.policy) await requireMembersPolicy(app, actor, found.policy, found, tx ?? app.db.reader);
  const permissions = permissionsOfRole(found.role, found.grants);
  if (demand !== "membership" && !permissions.has(demand)) throw new Problem("FORBIDDEN");
  return { organizationId, permissions, role: found.role, only: null };
}

async function decideForGrant(
  app: App,
  actor: GrantActor,
  organizationId: OrganizationId,
  demand: Demand,
  tx: Reader | undefined,
): Promise<Permit> {
  if (actor.organizationId !== organizationId) throw new Problem("NOT_FOUND");
  const permissions = await permissionsOfGrant(app, actor, tx);
  if (demand === "membership" || !actor.permissions.has(demand)) {
    throw new Problem("INSUFFICIENT_SCOPE", { reason: "app_scope", values: { scope: demand } });
  }
  if (!permissions.has(demand)) throw new Problem("FORBIDDEN");
  return { organizationId, permissions, role: null, only: null };
}

/**
 * What an app may: what it was given, as far as its user may the same at this moment and the policy allows programs. Its user's membership alone
 * permits it nothing.
 * @throws Problem what `permit` throws where it may do nothing at all
 */
export async function permissionsOfGrant(
  app: App,
  { grantId, organizationId, creatorId: userId, clientId, permissions: given, origin }: GrantActor,
  tx?: Reader,
): Promise<ReadonlySet<Permission>> {
  const db = tx ?? app.db.reader;
  const found = await findMembershipContext(db, { organizationId, userId });
  if (!found || found.deletedAt) throw new Problem("NOT_FOUND");
  if (found.suspendedAt) throw new Problem("ORGANIZATION_SUSPENDED");
  const hasAuthenticator = found.twoFactorSince !== null;
  const grant = tx || found.policy ? await findOpenGrant(db, grantId) : undefined;
  if (tx && !grant) throw new Problem("UNAUTHORIZED", { reason: "session_ended" });
  if (found.policy) {
    requirePolicy(found.policy, { role: found.role, origin, hasAuthenticator, session: grant }, app.clock.now());
    requireAllowedClient(found.policy, clientId);
  }
  return allowedScopes(found.policy, given.intersection(permissionsOfRole(found.role, found.grants)));
}

/** What a token may do in an organization, if nothing keeps it out. @throws Problem as `permit` */
function permissionsOfToken({ origin }: TokenActor, standing: Standing | undefined, demand: Demand, now: number) {
  if (!standing) throw new Problem("NOT_FOUND");
  const block = blockAt(standing, now);
  if (block === "organization_suspended") throw new Problem("ORGANIZATION_SUSPENDED");
  if (block === "owner_without_two_factor") throw new Problem("TWO_FACTOR_SETUP_REQUIRED", { reason: "policy" });
  if (block) throw new Problem("FORBIDDEN", { reason: `token_${block}` });
  if (standing.allows && !standing.allows(origin.ip)) throw new Problem("FORBIDDEN", { reason: "ip_not_allowed" });
  if (demand === "membership" || !standing.permissions.has(demand)) {
    throw new Problem("INSUFFICIENT_SCOPE", { reason: "scope", values: { scope: demand } });
  }
  return standing.permissions;
}

/** The session is looked up only where the policy asks about it. */
async function requireMembersPolicy(
  app: App,
  { origin, sessionId }: UserActor,
  policy: Policy,
  { role, twoFactorSince }: MembershipContext,
  db: Reader,
) {
  const hasAuthenticator = twoFactorSince !== null;
  const session = asksForSession(policy, hasAuthenticator) ? await findSessionProof(db, sessionId) : undefined;
  requirePolicy(policy, { role, origin, hasAuthenticator, session }, app.clock.now());
}
