import type { GrantActor, Visitor } from "../access/actor";
import { findToken } from "../access/authenticate";
import type { KnownToken } from "../access/known-tokens";
import { permissionsOfRole } from "../access/permissions";
import { findMembershipContext } from "../access/permit.sql";
import { allowedScopes, requireAllowedClient } from "../access/policy";
import type { App } from "../app";
import type { GrantId } from "../ids";
import { Problem } from "../problems";
import { graceOf, judgeRefreshToken } from "../sessions/refresh-rule";
import { findUser } from "../users/users.sql";
import type { ClientRow } from "./clients.sql";
import { endAndRecord, endReusedGrant, findActingMember } from "./grants";
import { findGrantByRowId } from "./grants.sql";
import { permissionsAmong } from "./scopes";

/**
 * Ends what an app may, by one of its tokens (RFC 7009): access tokens and refresh tokens of a grant end together. Of what is not its token, the app
 * learns nothing.
 */
export async function revokeToken(app: App, { origin }: Visitor, client: ClientRow, text: string) {
  const at = app.clock.now();
  const refresh = app.grantRefreshTokens.read(text);
  const access = refresh ? undefined : await findGranted(app, text);
  if (access?.granted?.clientId === client.id) {
    const auditActor = { kind: "user", userId: access.userId, origin } as const;
    await app.db.write((tx) => endAndRecord(tx, auditActor, { id: access.sessionId as GrantId }, "revoked"));
  }
  if (!refresh) return;
  await app.db.write(async (tx) => {
    const grant = await findGrantByRowId(tx, refresh.rowId, refresh.session);
    if (!grant || grant.clientId !== client.id) return;
    const parentLasts = client.secretHash === null;
    const standing = judgeRefreshToken(refresh, grant, { at, now: tx.now, grace: graceOf(app), parentLasts });
    const auditActor = { kind: "user", userId: grant.userId, origin } as const;
    if (standing === "reused") await endReusedGrant(tx, grant, origin, "reuse_detected");
    if (standing === "current" || standing === "parent")
      await endAndRecord(tx, auditActor, { id: grant.id }, "revoked");
  });
}

/**
 * What an access token is good for at this moment, for a service that does not verify it itself (RFC 7662). Apps with a secret may ask: about their
 * own tokens, those of an organization about the tokens for it, those of the installation about all.
 * @returns `active: false` for everything else, whatever it is
 */
export async function introspectToken(app: App, client: ClientRow, text: string) {
  if (client.secretHash === null) throw new Problem("UNAUTHORIZED_CLIENT");
  const token = await findGranted(app, text);
  const { granted } = token ?? {};
  const isTold =
    granted &&
    (granted.clientId === client.id ||
      client.organizationId === granted.organizationId ||
      (client.kind === "registered" && client.organizationId === null));
  if (!token || !isTold) return { active: false as const };
  const { organizationId, clientId, scope, resource } = granted;
  const member = await findActingMember(app, { organizationId, userId: token.userId, clientId });
  if (!member) return { active: false as const };
  const scopes = scope.split(" ");
  const permissions: ReadonlySet<string> = allowedScopes(
    member.policy,
    new Set(permissionsAmong(scopes)).intersection(permissionsOfRole(member.role, member.grants)),
  );
  const asked: readonly string[] = permissionsAmong(scopes);
  return {
    active: true as const,
    scope: scopes.filter((name) => permissions.has(name) || !asked.includes(name)).join(" "),
    client_id: clientId,
    token_type: "Bearer" as const,
    exp: token.expiresAt / 1000,
    sub: token.userId,
    aud: resource,
    iss: app.config.publicUrl,
    org: organizationId,
  };
}

/** An access token of an app whose grant lives; undefined for every other text. */
async function findGranted(app: App, text: string): Promise<KnownToken | undefined> {
  try {
    const token = await findToken(app, text);
    return token.granted && token;
  } catch (error) {
    if (error instanceof Problem && error.status === 401) return undefined;
    throw error;
  }
}

/**
 * What an app may know about its user (OpenID Connect Core 1.0, 5.3).
 * @throws Problem INSUFFICIENT_SCOPE without `openid`, FORBIDDEN where the policy does not let it act
 */
export async function userInfo(app: App, { clientId, creatorId: userId, organizationId, scope }: GrantActor) {
  const scopes = scope.split(" ");
  if (!scopes.includes("openid"))
    throw new Problem("INSUFFICIENT_SCOPE", { reason: "app_scope", values: { scope: "openid" } });
  const member = await findMembershipContext(app.db.reader, { organizationId, userId });
  requireAllowedClient(member?.policy ?? null, clientId);
  const user = (await findUser(app.db.reader, userId))!;
  return {
    sub: user.id,
    org: organizationId,
    ...(scopes.includes("profile") && { name: user.fullName }),
    ...(scopes.includes("email") && { email: user.email, email_verified: user.emailVerifiedAt !== null }),
  };
}
