import { and, asc, eq, gt, gte, isNull, lt, lte, or, type SQL, sql } from "drizzle-orm";
import { gather, type PersonalTokenRow, selectTokens, type TokenWithFacts } from "../access/personal-tokens.sql";
import type { Reader, Writer } from "../db/database";
import { deleteSome } from "../db/delete-some";
import { memberships, personalTokens, tokenDecisions } from "../db/tables";
import type { OrganizationId, PersonalTokenId, UserId } from "../ids";
import type { PageOf } from "../paging";

export async function insertToken(tx: Writer, token: typeof personalTokens.$inferInsert): Promise<PersonalTokenRow> {
  return (await tx.insert(personalTokens).values(token).returning())[0]!;
}

/** Whether a token is neither revoked nor expired. */
const isUnended = (now: Date) =>
  and(isNull(personalTokens.revokedAt), or(isNull(personalTokens.expiresAt), gt(personalTokens.expiresAt, now)));

const isToken = (userId: UserId, id: PersonalTokenId) =>
  and(eq(personalTokens.userId, userId), eq(personalTokens.id, id));

/** A user's tokens that have not ended. */
export const countTokens = (db: Reader, userId: UserId, now: Date): Promise<number> =>
  db.$count(personalTokens, and(eq(personalTokens.userId, userId), isUnended(now), isNull(personalTokens.replacedBy)));

/** A user's tokens that are not revoked, in the order they were created. */
export async function listTokens(
  db: Reader,
  userId: UserId,
  { after = "", limit }: PageOf,
): Promise<PersonalTokenRow[]> {
  return db
    .select()
    .from(personalTokens)
    .where(
      and(
        eq(personalTokens.userId, userId),
        gt(personalTokens.id, after as PersonalTokenId),
        isNull(personalTokens.revokedAt),
      ),
    )
    .orderBy(asc(personalTokens.id))
    .limit(limit);
}

/** A token of a user, with where it reaches. */
export async function findToken(db: Reader, userId: UserId, id: PersonalTokenId): Promise<TokenWithFacts | undefined> {
  return gather((await selectTokens(db).where(isToken(userId, id))) as never)[0];
}

/** A token of any user, whether it works or not. */
export async function findAnyToken(db: Reader, id: PersonalTokenId): Promise<PersonalTokenRow | undefined> {
  return (await db.select().from(personalTokens).where(eq(personalTokens.id, id)))[0];
}

/** A token by its hash, unless it is revoked. */
export async function findUnrevokedToken(db: Reader, hash: string): Promise<PersonalTokenRow | undefined> {
  return (
    await db
      .select()
      .from(personalTokens)
      .where(and(eq(personalTokens.hash, hash), isNull(personalTokens.revokedAt)))
  )[0];
}

/** The tokens of members that reach an organization, have not ended and whose access there was not ended; or one of them. */
export async function listTokensIn(
  db: Reader,
  organizationId: OrganizationId,
  now: Date,
  { after = "", limit, id, userId }: PageOf & { id?: PersonalTokenId; userId?: UserId },
): Promise<TokenWithFacts[]> {
  const rows = await selectTokens(db)
    .where(
      and(
        eq(memberships.organizationId, organizationId),
        gt(personalTokens.id, after as PersonalTokenId),
        id && eq(personalTokens.id, id),
        userId && eq(personalTokens.userId, userId),
        isUnended(now),
        isNull(tokenDecisions.endedAt),
      ),
    )
    .orderBy(asc(personalTokens.id))
    .limit(limit);
  return gather(rows as never);
}

/** As many tokens of a member as `listTokensIn` has. */
export const countTokensIn = async (
  db: Reader,
  { organizationId, userId }: { organizationId: OrganizationId; userId: UserId },
  now: Date,
): Promise<number> => (await listTokensIn(db, organizationId, now, { after: undefined, limit: 1_000, userId })).length;

/** Changes a user's token; undefined when there is none, or it is revoked. */
export async function updateToken(
  tx: Writer,
  userId: UserId,
  id: PersonalTokenId,
  change: Partial<PersonalTokenRow>,
): Promise<PersonalTokenRow | undefined> {
  return (await changeTokens(tx, change, and(isToken(userId, id), isNull(personalTokens.revokedAt))))[0];
}

/** Revokes a token for good; undefined when it was revoked before. */
export async function revokeToken(tx: Writer, id: PersonalTokenId): Promise<PersonalTokenRow | undefined> {
  const which = and(eq(personalTokens.id, id), isNull(personalTokens.revokedAt));
  return (await changeTokens(tx, { revokedAt: tx.now }, which))[0];
}

/** Ends a token that gets a successor; false when it is revoked, or has one already. */
export async function retireToken(
  tx: Writer,
  userId: UserId,
  id: PersonalTokenId,
  successor: PersonalTokenId,
  expiresAt: Date,
): Promise<boolean> {
  const which = and(isToken(userId, id), isUnended(tx.now), isNull(personalTokens.replacedBy));
  return (await changeTokens(tx, { replacedBy: successor, expiresAt }, which)).length > 0;
}

/** Revokes every token that a user created at this time or later. */
export const revokeTokensSince = (tx: Writer, userId: UserId, since: Date): Promise<PersonalTokenRow[]> =>
  changeTokens(
    tx,
    { revokedAt: tx.now },
    and(eq(personalTokens.userId, userId), gte(personalTokens.createdAt, since), isNull(personalTokens.revokedAt)),
  );

/** Revokes what was derived from a token and expires at this time or earlier; false when it was revoked before. */
export async function revokeDerivedThrough(tx: Writer, id: PersonalTokenId, time: Date): Promise<boolean> {
  const earlier = or(isNull(personalTokens.tokensRevokedThrough), lt(personalTokens.tokensRevokedThrough, time));
  const which = and(eq(personalTokens.id, id), isNull(personalTokens.revokedAt), earlier);
  return (await changeTokens(tx, { tokensRevokedThrough: time }, which)).length > 0;
}

/** Changes tokens and invalidates what every process caches of them. */
async function changeTokens(tx: Writer, change: Partial<PersonalTokenRow>, which: SQL | undefined) {
  const changed = await tx.update(personalTokens).set(change).where(which).returning();
  for (const { id } of changed) await tx.invalidate({ topic: "api-key", subject: id });
  return changed;
}

export async function deleteTokens(tx: Writer, userId: UserId) {
  await tx.delete(personalTokens).where(eq(personalTokens.userId, userId));
  await tx.invalidate({ topic: "user", subject: userId });
}

type Decision = typeof tokenDecisions.$inferInsert;

/** Approves a token in an organization; false where its access there was ended, or it was approved before. */
export async function approveToken(tx: Writer, tokenId: PersonalTokenId, organizationId: OrganizationId) {
  const decided = await tx
    .insert(tokenDecisions)
    .values({ tokenId, organizationId, approvedAt: tx.now })
    .onConflictDoUpdate({
      target: [tokenDecisions.tokenId, tokenDecisions.organizationId],
      set: { approvedAt: tx.now },
      setWhere: and(isNull(tokenDecisions.endedAt), isNull(tokenDecisions.approvedAt)),
    })
    .returning({ tokenId: tokenDecisions.tokenId });
  await tx.invalidate({ topic: "api-key", subject: tokenId });
  return decided.length > 0;
}

/**
 * Ends the access of a token to an organization, for good, and that of its successors; false where it was ended before. The row of the token is
 * locked, as a rotation locks it, so that no successor is made beside it that does not know.
 */
export async function endTokenAccess(tx: Writer, tokenId: PersonalTokenId, organizationId: OrganizationId) {
  const ended = await endAccess(tx, tokenId, organizationId);
  for (let next = await lockToken(tx, tokenId); next?.replacedBy; next = await lockToken(tx, next.replacedBy))
    await endAccess(tx, next.replacedBy, organizationId);
  return ended;
}

async function lockToken(tx: Writer, id: PersonalTokenId): Promise<PersonalTokenRow | undefined> {
  const same = { createdAt: sql`${personalTokens.createdAt}` };
  return (await tx.update(personalTokens).set(same).where(eq(personalTokens.id, id)).returning())[0];
}

async function endAccess(tx: Writer, tokenId: PersonalTokenId, organizationId: OrganizationId) {
  const decided = await tx
    .insert(tokenDecisions)
    .values({ tokenId, organizationId, endedAt: tx.now })
    .onConflictDoUpdate({
      target: [tokenDecisions.tokenId, tokenDecisions.organizationId],
      set: { endedAt: tx.now },
      setWhere: isNull(tokenDecisions.endedAt),
    })
    .returning({ tokenId: tokenDecisions.tokenId });
  await tx.invalidate({ topic: "api-key", subject: tokenId });
  return decided.length > 0;
}

/** Takes back every approval of a token that may do more than before. */
export async function withdrawApprovals(tx: Writer, tokenId: PersonalTokenId) {
  await tx.update(tokenDecisions).set({ approvedAt: null }).where(eq(tokenDecisions.tokenId, tokenId));
}

/** What was decided about a token holds for its successor. */
export async function copyDecisions(tx: Writer, from: PersonalTokenId, to: PersonalTokenId) {
  const rows = await tx.select().from(tokenDecisions).where(eq(tokenDecisions.tokenId, from));
  if (rows.length > 0) await tx.insert(tokenDecisions).values(rows.map((row): Decision => ({ ...row, tokenId: to })));
}

/** The user's tokens, ended ones too, that reach an organization; what they could do there outlives no membership. */
export async function listTokenIds(db: Reader, userId: UserId, organizationId: OrganizationId) {
  return db
    .select({ id: personalTokens.id, name: personalTokens.name })
    .from(personalTokens)
    .where(
      and(
        eq(personalTokens.userId, userId),
        or(isNull(personalTokens.organizationId), eq(personalTokens.organizationId, organizationId)),
        isNull(personalTokens.revokedAt),
      ),
    )
    .orderBy(asc(personalTokens.id));
}

/** Tokens without a successor that expire before a moment, whose users were not told. */
export async function listExpiringTokens(db: Reader, now: Date, before: Date, max: number) {
  return db
    .select()
    .from(personalTokens)
    .where(
      and(
        isUnended(now),
        lte(personalTokens.expiresAt, before),
        isNull(personalTokens.replacedBy),
        isNull(personalTokens.expiryToldAt),
      ),
    )
    .orderBy(asc(personalTokens.id))
    .limit(max);
}

/** Notes that a user is told of the end of a token; true for one of all processes. */
export async function claimExpiryNotice(tx: Writer, id: PersonalTokenId): Promise<boolean> {
  const claimed = await tx
    .update(personalTokens)
    .set({ expiryToldAt: tx.now })
    .where(and(eq(personalTokens.id, id), isNull(personalTokens.expiryToldAt), isUnended(tx.now)))
    .returning({ id: personalTokens.id });
  return claimed.length > 0;
}

/** Deletes tokens that were revoked or expired before a time. */
export const pruneTokens = (tx: Writer, before: Date, max: number) =>
  deleteSome(tx, personalTokens, or(lt(personalTokens.revokedAt, before), lt(personalTokens.expiresAt, before)), max);
