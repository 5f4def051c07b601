import type { Origin, UserActor } from "../access/actor";
import { findMembershipContext, findSessionProof } from "../access/permit.sql";
import { asksForSession, isClientAllowed, type Policy, requireAllowedClient, requirePolicy } from "../access/policy";
import type { App } from "../app";
import { type AuditActor, record } from "../audit/audit";
import { accessTokenSeconds } from "../crypto/access-tokens";
import type { Writer } from "../db/database";
import type { EndOfGrant } from "../db/tables";
import { newId, type OrganizationId } from "../ids";
import { takeAttempt } from "../limits/attempts.sql";
import { findOrganization } from "../organizations/organizations.sql";
import { Problem } from "../problems";
import { emailUser } from "../users/email-user";
import { type ClientRow, confirmClient } from "./clients.sql";
import { endGrants, type GrantRow, type GrantsToEnd, insertGrant, listGrantsFor, listOldestGrants } from "./grants.sql";
import { redirectHost } from "./redirects.contract";

const day = 86_400_000;
/** A refresh token expires 30 days after its last use, ... */
export const grantRefreshLife = 30 * day;
/** ... and a grant after a year, however often it is refreshed: then its user is asked again. */
const grantLife = 365 * day;
/** The live grants that one user may have given; a further one ends the oldest. */
const maxGrants = 100;
/** How often a user may let apps act within an hour. */
const maxAnHour = 120;

/** What a user agrees to. */
export interface Agreement {
  client: ClientRow;
  organizationId: OrganizationId;
  scopes: string[];
  resource: string;
  redirectUri: string | null;
  codeChallenge: string | null;
  nonce: string | null;
  /** When what the app gets for it now, a code, expires. */
  expiresAt: Date;
}

/**
 * Lets an app act for a user, in a transaction that has locked the organization and the user and has found that they agree. The grant keeps what
 * their session has proven, because policies ask for it later. The first time that an app acts in an organization, its user gets an email.
 * @throws Problem UNAUTHORIZED when the session has ended, RATE_LIMITED
 */
export async function giveGrant(tx: Writer, actor: UserActor, agreement: Agreement): Promise<GrantRow> {
  const { client, organizationId, ...agreed } = agreement;
  const { userId, sessionId } = actor;
  const session = await findSessionProof(tx, sessionId);
  if (!session) throw new Problem("UNAUTHORIZED", { reason: "session_ended" });
  if (!(await takeAttempt(tx, `grants:${userId}`, maxAnHour, 3_600_000)))
    throw new Problem("RATE_LIMITED", { retryAfter: 600 });
  const before = await listGrantsFor(tx, { userId, clientId: client.id, now: tx.now });
  if (!before.some((grant) => grant.organizationId === organizationId)) {
    const organization = (await findOrganization(tx, organizationId))!.name;
    const values = { app: client.name, organization, at: tx.now, ip: actor.origin.ip };
    await emailUser(tx, userId, "app-connected", values);
  }
  for (const id of await listOldestGrants(tx, userId, tx.now, maxGrants - 1)) await endGrants(tx, { id }, "too_many");
  await confirmClient(tx, client);
  const { method, twoFactor, confirmedAt } = session;
  const grant = await insertGrant(tx, {
    ...agreed,
    id: newId("grt", tx.now.getTime()),
    clientId: client.id,
    userId,
    organizationId,
    method,
    twoFactor,
    confirmedAt,
    generation: 0,
    rotatedAt: tx.now,
    rotations: "",
    createdAt: tx.now,
    lastUsedAt: tx.now,
    endsAt: new Date(tx.now.getTime() + grantLife),
  });
  await recordOf(tx, actor, grant, "app.connected", {
    client: client.id,
    name: client.name,
    scopes: agreed.scopes,
    redirect: agreed.redirectUri === null ? null : redirectHost(agreed.redirectUri),
  });
  return grant;
}

/** Requires that the policy of an organization lets a member use an app there. @throws Problem as `requirePolicy`, FORBIDDEN */
export async function requireConsentPolicy(
  app: App,
  tx: Parameters<typeof findSessionProof>[0],
  { origin, sessionId }: UserActor,
  clientId: string,
  { policy, role, hasAuthenticator }: { policy: Policy | null; role: string; hasAuthenticator: boolean },
) {
  if (!policy) return;
  const session = asksForSession(policy, hasAuthenticator) ? await findSessionProof(tx, sessionId) : undefined;
  requirePolicy(policy, { role, origin, hasAuthenticator, session }, app.clock.now());
  requireAllowedClient(policy, clientId);
}

/**
 * The membership behind a grant; undefined where its app can do nothing at this moment, whatever it was given: the organization is suspended or deleted, or
 * its policy does not let the app act.
 */
export async function findActingMember(app: App, { organizationId, userId, clientId }: ActingFor) {
  const member = await findMembershipContext(app.db.reader, { organizationId, userId });
  const isOpen = member && !member.deletedAt && !member.suspendedAt;
  return isOpen && isClientAllowed(member.policy, clientId) ? member : undefined;
}

type ActingFor = Pick<GrantRow, "organizationId" | "userId" | "clientId">;

/**
 * Requires that an app can act before it gets tokens: services that verify them by themselves ask no one.
 * @throws Problem INVALID_GRANT
 */
export async function requireActing(app: App, grant: ActingFor) {
  if (!(await findActingMember(app, grant))) throw new Problem("INVALID_GRANT", { cause: "its app cannot act there" });
}

/** Records an event of a grant in the log of its organization and, in short, in that of its user. */
async function recordOf(
  tx: Writer,
  auditActor: AuditActor,
  { id, organizationId, userId }: GrantRow,
  action: "app.connected" | "app.disconnected" | "app.reuse_detected",
  details: { client: string; [name: string]: unknown },
) {
  await record(tx, auditActor, { action, chain: organizationId, target: id, details });
  await record(tx, auditActor, {
    action: action === "app.connected" ? "user.app_connected" : "user.app_disconnected",
    chain: userId,
    target: id,
    details: { client: details.client, organization: organizationId },
  });
}

/** Ends grants, with all of their tokens, and records it; how many. */
export async function endAndRecord(
  tx: Writer,
  auditActor: AuditActor,
  which: GrantsToEnd,
  because: EndOfGrant,
): Promise<number> {
  const ended = await endGrants(tx, which, because);
  for (const grant of ended)
    if (grant.redeemedAt)
      await recordOf(tx, auditActor, grant, "app.disconnected", { client: grant.clientId, because });
  return ended.length;
}

/** Ends a grant of which a code or a refresh token was presented that had been used. */
export async function endReusedGrant(
  tx: Writer,
  grant: GrantRow,
  origin: Origin,
  because: "code_reused" | "reuse_detected",
) {
  if ((await endGrants(tx, { id: grant.id }, because)).length === 0) return;
  const auditActor = { kind: "user", userId: grant.userId, origin } as const;
  await recordOf(tx, auditActor, grant, "app.reuse_detected", { client: grant.clientId, because });
}

/** What an app gets for a grant: an access token and, where it may refresh, the refresh token of the grant's current generation. */
export function tokensOf(app: App, client: ClientRow, grant: GrantRow, scopes: readonly string[] = grant.scopes) {
  const now = app.clock.now();
  const { id, userId, organizationId, resource, rowId, generation } = grant;
  const scope = scopes.join(" ");
  const claims = { aud: resource, sub: userId, client_id: client.id, grant: id, org: organizationId, scope };
  return {
    access_token: app.accessTokens.issueGranted(claims, now),
    token_type: "Bearer" as const,
    expires_in: accessTokenSeconds,
    refresh_token: client.grantTypes.includes("refresh_token")
      ? app.grantRefreshTokens.write({ rowId, session: id, generation })
      : undefined,
    scope,
    id_token: scopes.includes("openid") ? idTokenOf(app, grant, now) : undefined,
  };
}

/** Who has signed in, for the app alone (OpenID Connect Core 1.0, 2). */
function idTokenOf(app: App, { clientId, userId, organizationId, nonce, confirmedAt }: GrantRow, now: number): string {
  const authTime = Math.floor(confirmedAt.getTime() / 1000);
  return app.accessTokens.issueIdToken(
    { aud: clientId, sub: userId, org: organizationId, auth_time: authTime, ...(nonce !== null && { nonce }) },
    now,
  );
}
