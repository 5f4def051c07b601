import type { Actor, UserActor } from "../access/actor";
import { permit } from "../access/permit";
import type { TokenWithFacts } from "../access/personal-tokens.sql";
import { blockAt } from "../access/standing";
import { latestTokenEnd, standingOf } from "../access/token-standing";
import { underLock } from "../access/under-lock";
import type { App } from "../app";
import { findUserActors } from "../audit/actors.sql";
import { type AuditActor, record, recordAll } from "../audit/audit";
import type { Reader, Writer } from "../db/database";
import { isId, type OrganizationId, type PersonalTokenId, type UserId } from "../ids";
import { afterCursor, type PageInput, toPage } from "../paging";
import { Problem } from "../problems";
import { emailUser } from "../users/email-user";
import { lockUser } from "../users/users.sql";
import { approveToken, endTokenAccess, listTokenIds, listTokensIn } from "./personal-tokens.sql";

/** The tokens of members that reach an organization, those that await its approval too, with what they may do there. */
export async function listMemberTokens(app: App, actor: Actor, organization: string, { limit, cursor }: PageInput) {
  const { organizationId } = await permit(app, actor, organization, "personal-tokens:read");
  const page = { after: afterCursor(cursor), limit: limit + 1 };
  const found = await listTokensIn(app.db.reader, organizationId, app.clock.date(), page);
  return toPage(await present(app, app.db.reader, organizationId, found), limit);
}

/**
 * Approves a token of a member where the policy demands it.
 * @throws Problem NOT_FOUND for one that has ended, does not reach the organization or whose access was ended
 */
export async function approveMemberToken(app: App, actor: UserActor, organization: string, tokenId: string) {
  return underLock(app, actor, organization, "personal-tokens:approve", async (tx, { organizationId }) => {
    const found = await requireMemberToken(tx, organizationId, tokenId);
    const { id, name, userId } = found.token;
    if (await approveToken(tx, id, organizationId)) {
      await record(tx, actor, {
        action: "personal_token.approved",
        chain: organizationId,
        target: id,
        details: { name, scopes: found.token.scopes },
      });
      await emailUser(tx, userId, "personal-token-approved", { name });
    }
    return (await present(app, tx, organizationId, [await requireMemberToken(tx, organizationId, id)]))[0]!;
  });
}

/** Ends the access of a member's token to an organization, for good and at once. It works on elsewhere. @throws Problem NOT_FOUND */
export async function endMemberToken(app: App, actor: Actor, organization: string, tokenId: string) {
  await underLock(app, actor, organization, "personal-tokens:end", async (tx, { organizationId }) => {
    const { token } = await requireMemberToken(tx, organizationId, tokenId);
    const { id, name, userId } = token;
    if (!(await endTokenAccess(tx, id, organizationId))) return;
    await record(tx, actor, {
      action: "personal_token.access_ended",
      chain: organizationId,
      target: id,
      details: { name },
    });
    await emailUser(tx, userId, "personal-token-ended", { name });
  });
}

/**
 * Ends the access of all tokens of a member who leaves, in the transaction in which they do, so that none of them works again when they come back.
 */
export async function endTokensOfLeaver(
  tx: Writer,
  auditActor: AuditActor,
  { organizationId, userId }: { organizationId: OrganizationId; userId: UserId },
) {
  await lockUser(tx, userId); // or a token that is created at this moment would not be seen
  const ended: { id: PersonalTokenId; name: string }[] = [];
  for (const token of await listTokenIds(tx, userId, organizationId))
    if (await endTokenAccess(tx, token.id, organizationId)) ended.push(token);
  const events = ended.map(({ id, name }) => ({
    action: "personal_token.access_ended" as const,
    target: id,
    details: { name, because: "member_left" },
  }));
  await recordAll(tx, auditActor, organizationId, events);
}

/** @throws Problem NOT_FOUND */
async function requireMemberToken(db: Writer, organizationId: OrganizationId, tokenId: string) {
  const [found] = isId("pat", tokenId)
    ? await listTokensIn(db, organizationId, db.now, { after: undefined, limit: 1, id: tokenId })
    : [];
  if (!found) throw new Problem("NOT_FOUND");
  return found;
}

/** What the admins of an organization see of tokens: not from where they are used, which is their user's own. */
async function present(app: App, db: Reader, organizationId: OrganizationId, found: TokenWithFacts[]) {
  const userIds = [...new Set(found.map(({ token }) => token.userId))];
  const users = new Map((await findUserActors(db, organizationId, userIds)).map((user) => [user.id, user]));
  return found.map((each) => {
    const { token, memberships } = each;
    const facts = memberships[0]!;
    const standing = standingOf(each, facts)!;
    const { id, userId, name, prefix, scopes, only, createdAt, lastUsedAt } = app.usage.including(token);
    const endsAt = Math.min(
      token.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY,
      latestTokenEnd(facts.policy, createdAt),
    );
    return {
      id,
      name,
      prefix,
      userId,
      fullName: users.get(userId)?.fullName ?? null,
      email: users.get(userId)?.email ?? null,
      reachesAll: token.organizationId === null,
      scopes,
      permissions: [...standing.permissions],
      only,
      blockedBecause: blockAt(standing, app.clock.now()) ?? null,
      approvedAt: facts.approvedAt,
      createdAt,
      expiresAt: Number.isFinite(endsAt) ? new Date(endsAt) : null,
      lastUsedAt,
    };
  });
}
