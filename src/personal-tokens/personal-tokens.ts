import type { UserActor } from "../access/actor";
import { statusAt, tokenLifeOf } from "../access/key-life";
import { lockLiveUser } from "../access/live-user";
import { expand, expandAll, type Grant, isPermission, knownLike, type Preset, presets } from "../access/permissions";
import { permit } from "../access/permit";
import { findSessionProof } from "../access/permit.sql";
import type { PersonalTokenRow, TokenWithFacts } from "../access/personal-tokens.sql";
import type { Policy } from "../access/policy";
import { isWithinOnly, onlyWithin } from "../access/resource-kinds";
import { blockAt } from "../access/standing";
import { credentialPermissions, latestTokenEnd, standingOf } from "../access/token-standing";
import { type ExpiryInput, endWithin } from "../api-keys/bounds";
import { endOfOverlap } from "../api-keys/rotation";
import type { App } from "../app";
import { apiKeyHash, displayPrefix, newPersonalToken } from "../crypto/api-key-secrets";
import type { Reader, Writer } from "../db/database";
import { fieldMessages } from "../field-messages.contract";
import { isId, newId, type OrganizationId, type PersonalTokenId } from "../ids";
import { omitUndefined } from "../omit-undefined";
import { lockOrganization } from "../organizations/organizations.sql";
import { afterCursor, type PageInput, toPage } from "../paging";
import { invalid, Problem } from "../problems";
import { emailUser } from "../users/email-user";
import { type Identity, reauthenticate } from "../users/reauthenticate";
import { requireVerified } from "../users/verification";
import { askForApproval } from "./approval";
import {
  copyDecisions,
  countTokens,
  findToken,
  insertToken,
  listTokens,
  retireToken,
  revokeToken,
  updateToken,
  withdrawApprovals,
} from "./personal-tokens.sql";
import { recordToken } from "./record-token";

/** Tokens of one user that have not ended. */
const maxTokens = 50;
/** Days after which a token expires unless another end is asked for. */
const usualLifetime = 90;
const day = 86_400_000;

export interface NewPersonalToken extends Identity, ExpiryInput {
  name: string;
  /** The one organization it reaches; all that its user belongs to without one. */
  organizationId?: string | undefined;
  scopes?: string[] | undefined;
  preset?: string | undefined;
  allowedIps?: string[] | null | undefined;
  only?: string[] | null | undefined;
}

/**
 * Creates a personal access token. It acts for its user within its scopes and what they may do at each moment, and this is the only time it is
 * ever shown.
 * @throws Problem as `reauthenticate`, VALIDATION_ERROR, PLAN_LIMIT_REACHED, EMAIL_NOT_VERIFIED; for one organization also as `permit`, and
 * FORBIDDEN where its policy refuses tokens
 */
export async function createPersonalToken(app: App, actor: UserActor, input: NewPersonalToken) {
  await reauthenticate(app, actor, input);
  await requireVerified(app, actor);
  const scopes = tokenScopes(input);
  const token = newPersonalToken();
  const { userId } = actor;
  const created = await changeOwnTokens(app, actor, input.organizationId, async (tx, place) => {
    if ((await countTokens(tx, userId, tx.now)) >= maxTokens) {
      throw new Problem("PLAN_LIMIT_REACHED", { reason: "personal_tokens", values: { limit: maxTokens } });
    }
    if (place?.policy?.personalTokens === "refused") throw new Problem("FORBIDDEN", { reason: "token_refused" });
    const byPolicy = latestTokenEnd(place?.policy ?? null, tx.now);
    const usual = new Date(tx.now.getTime() + usualLifetime * day);
    const row = await insertToken(tx, {
      id: newId("pat", tx.now.getTime()),
      userId,
      organizationId: place?.organizationId ?? null,
      name: input.name,
      prefix: displayPrefix(token),
      hash: apiKeyHash(token),
      scopes,
      allowedIps: input.allowedIps ?? null,
      only: onlyWithin(null, input.only),
      expiresAt: endWithin({ byPolicy }, input, usual, tx.now),
      method: await methodOf(tx, actor),
      createdAt: tx.now,
      usageCount: 0,
    });
    await recordToken(tx, actor, "personal_token.created", row, { scopes, expiresAt: row.expiresAt });
    const found = (await findToken(tx, userId, row.id))!;
    await askForApproval(tx, actor, found);
    await emailUser(tx, userId, "personal-token-created", { name: row.name, prefix: row.prefix, at: tx.now });
    return found;
  });
  return { ...presentWithAccess(app, created), token };
}

/** The tokens of a user that are not revoked. */
export async function listPersonalTokens(app: App, { userId }: UserActor, { limit, cursor }: PageInput) {
  const rows = await listTokens(app.db.reader, userId, { after: afterCursor(cursor), limit: limit + 1 });
  return toPage(
    rows.map((token) => presentToken(app, token)),
    limit,
  );
}

/** A token with what it may do in each organization that it reaches. @throws Problem NOT_FOUND */
export const getPersonalToken = async (app: App, { userId }: UserActor, id: string) =>
  presentWithAccess(app, await requireToken(app.db.reader, userId, id));

export interface TokenChange extends Identity {
  name?: string | undefined;
  scopes?: string[] | undefined;
  allowedIps?: string[] | null | undefined;
  only?: string[] | null | undefined;
}

/**
 * Changes what a token is called, may do and where it may be used from. One that may do more than before needs to be approved again.
 * @throws Problem as `reauthenticate`, NOT_FOUND, VALIDATION_ERROR, CONFLICT for one that has ended
 */
export async function updatePersonalToken(
  app: App,
  actor: UserActor,
  id: string,
  { name, scopes: asked, allowedIps, only: resources, ...identity }: TokenChange,
) {
  await reauthenticate(app, actor, identity);
  const scopes = asked && tokenScopes({ scopes: asked });
  const only = resources === undefined ? undefined : onlyWithin(null, resources);
  const change = omitUndefined({ name, scopes, allowedIps, only });
  const changed = await changeToken(app, actor, id, async (tx, { token }) => {
    if (Object.keys(change).length === 0) return token.id;
    await updateToken(tx, token.userId, token.id, change);
    await recordToken(tx, actor, "personal_token.updated", token, { change });
    const isNarrower = !scopes || expandAll(scopes).isSubsetOf(expandAll(token.scopes));
    if (isNarrower && (only === undefined || isWithinOnly(only, token.only))) return token.id;
    await withdrawApprovals(tx, token.id);
    await askForApproval(tx, actor, (await findToken(tx, token.userId, token.id))!);
    return token.id;
  });
  return presentWithAccess(app, changed);
}

/**
 * Gives a token a successor that inherits everything, also what organizations decided about it, with a lifetime as long as its own unless another is
 * asked for. The old one ends after the overlap.
 * @throws Problem as `reauthenticate`, NOT_FOUND, CONFLICT for one that has ended or was rotated before
 */
export async function rotatePersonalToken(
  app: App,
  actor: UserActor,
  id: string,
  { overlap, ...input }: Identity & ExpiryInput & { overlap: number },
) {
  await reauthenticate(app, actor, input);
  await requireVerified(app, actor);
  const secret = newPersonalToken();
  const successor = await changeToken(app, actor, id, async (tx, { token: old }) => {
    if (old.replacedBy) throw new Problem("CONFLICT", { reason: "token_rotated" });
    const policy = old.organizationId && (await lockOrganization(tx, old.organizationId))?.policy;
    const lifetime = old.expiresAt && new Date(tx.now.getTime() + old.expiresAt.getTime() - old.createdAt.getTime());
    const id = newId("pat", tx.now.getTime());
    const endsAt = endOfOverlap(old.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY, tx.now, overlap);
    if (!(await retireToken(tx, old.userId, old.id, id, endsAt))) {
      throw new Problem("CONFLICT", { reason: "token_ended" });
    }
    const { userId, organizationId, name, scopes, only, allowedIps } = old;
    await insertToken(tx, {
      id,
      userId,
      organizationId,
      name,
      scopes,
      only,
      allowedIps,
      prefix: displayPrefix(secret),
      hash: apiKeyHash(secret),
      expiresAt: endWithin({ byPolicy: latestTokenEnd(policy || null, tx.now) }, input, lifetime, tx.now),
      method: await methodOf(tx, actor),
      createdAt: tx.now,
      usageCount: 0,
    });
    await copyDecisions(tx, old.id, id);
    await recordToken(tx, actor, "personal_token.rotated", old, { successor: id, endsAt });
    return id;
  });
  return { ...presentWithAccess(app, successor), token: secret };
}

/** Revokes a token, for good and at once. @throws Problem NOT_FOUND */
export async function revokePersonalToken(app: App, actor: UserActor, id: string) {
  await app.db.write(async (tx) => {
    await lockLiveUser(tx, actor);
    const { token } = await requireToken(tx, actor.userId, id);
    if (await revokeToken(tx, token.id)) await recordToken(tx, actor, "personal_token.revoked", token);
  });
}

/**
 * The scopes of a token: each known, and none that a token can never use. They are not compared with what its user may do now, which differs
 * between organizations and over time; a request is.
 * @throws Problem VALIDATION_ERROR
 */
function tokenScopes({ scopes, preset = "read-only" }: { scopes?: string[] | undefined; preset?: string | undefined }) {
  if (!scopes) {
    if (!Object.hasOwn(presets, preset)) throw invalid("preset", fieldMessages.oneOf(Object.keys(presets)));
    return [...expandAll(presets[preset as Preset]).difference(credentialPermissions)] as Grant[];
  }
  const details = scopes.flatMap((scope, i) => {
    const path = `scopes.${i}`;
    if (!expand(scope)) return [{ path, message: fieldMessages.unknownPermission(knownLike(scope)) }];
    return isPermission(scope) && credentialPermissions.has(scope)
      ? [{ path, message: fieldMessages.notForTokens }]
      : [];
  });
  if (details.length > 0) throw new Problem("VALIDATION_ERROR", { details });
  return [...new Set(scopes)] as Grant[];
}

/** Runs a change under the lock of the user, and of the one organization it is about, of which they are a member. @throws Problem as `permit` */
async function changeOwnTokens<T>(
  app: App,
  actor: UserActor,
  organization: string | undefined,
  change: (tx: Writer, place: { organizationId: OrganizationId; policy: Policy | null } | undefined) => Promise<T>,
): Promise<T> {
  const place = organization === undefined ? undefined : await permit(app, actor, organization, "membership");
  return app.db.write(async (tx) => {
    if (!place) {
      await lockLiveUser(tx, actor);
      return change(tx, undefined);
    }
    const { organizationId } = place;
    const row = await lockOrganization(tx, organizationId);
    await permit(app, actor, organizationId, "membership", undefined, tx);
    await lockLiveUser(tx, actor);
    return change(tx, { organizationId, policy: row!.policy });
  });
}

/** Changes a token that has not ended. @param change gives the id of the token to return */
async function changeToken(
  app: App,
  actor: UserActor,
  id: string,
  change: (tx: Writer, found: TokenWithFacts) => Promise<PersonalTokenId>,
): Promise<TokenWithFacts> {
  return app.db.write(async (tx) => {
    const before = await requireToken(tx, actor.userId, id);
    if (before.token.organizationId) await lockOrganization(tx, before.token.organizationId);
    await lockLiveUser(tx, actor);
    const found = await requireToken(tx, actor.userId, id);
    if (["revoked", "expired"].includes(statusAt(tokenLifeOf(found), tx.now.getTime()))) {
      throw new Problem("CONFLICT", { reason: "token_ended" });
    }
    return requireToken(tx, actor.userId, await change(tx, found));
  });
}

/** A token of a user. @throws Problem NOT_FOUND */
export async function requireToken(db: Reader, userId: UserActor["userId"], id: string): Promise<TokenWithFacts> {
  const found = isId("pat", id) ? await findToken(db, userId, id) : undefined;
  if (!found) throw new Problem("NOT_FOUND");
  return found;
}

/** How the session that asks was signed in to; it is open. */
const methodOf = async (tx: Writer, { sessionId }: UserActor) => (await findSessionProof(tx, sessionId))!.method;

/** Everything about a token but the token itself. */
export function presentToken(app: App, token: PersonalTokenRow) {
  return {
    ...app.usage.including(token),
    allowedIps: token.allowedIps ?? [],
    status: statusAt(tokenLifeOf({ token, ownerSuspendedAt: null }), app.clock.now()) as
      | "active"
      | "expired"
      | "revoked",
  };
}

function presentWithAccess(app: App, found: TokenWithFacts) {
  const access = found.memberships.flatMap((facts) => {
    const standing = standingOf(found, facts);
    if (!standing) return [];
    const { organizationId } = facts;
    const blockedBecause = blockAt(standing, app.clock.now()) ?? null;
    return [{ organizationId, blockedBecause, permissions: [...standing.permissions] }];
  });
  return { ...presentToken(app, found.token), access };
}
