import type { Origin, UserActor } from "../access/actor";
import type { App } from "../app";
import { accessTokenSeconds } from "../crypto/access-tokens";
import type { Writer } from "../db/database";
import { newId, type UserId } from "../ids";
import { planOf, plans } from "../limits/plans";
import { entitlementsOf } from "../organizations/organizations.sql";
import { deviceName } from "./devices";
import { endOldestSessions, insertSession, listOpenSessions, type SessionRow } from "./sessions.sql";

const day = 86_400_000;
/** A refresh token expires seven days after the sign-in or its last use, in milliseconds, ... */
export const refreshTokenLife = 7 * day;
/** ... and a session after thirty days, however often it is refreshed. */
const sessionLife = 30 * day;

/** Opens a session for a user who has proven all their factors. When the plan allows no more, the oldest session ends. */
export async function openSession(
  tx: Writer,
  { userId, method, twoFactor, origin }: { userId: UserId; method: string; twoFactor: boolean; origin: Origin },
) {
  await endOldestSessions(tx, userId, (await sessionsAllowed(tx, userId)) - 1);
  const endsAt = new Date(tx.now.getTime() + sessionLife);
  return insertSession(tx, {
    id: newId("ses", tx.now.getTime()),
    userId,
    generation: 0,
    rotatedAt: tx.now,
    rotations: "",
    createdAt: tx.now,
    lastUsedAt: tx.now,
    expiresAt: refreshExpiry(tx.now),
    endsAt,
    method,
    twoFactor,
    ip: origin.ip,
    userAgent: origin.userAgent,
  });
}

/** As many as the best plan among the user's organizations allows. */
async function sessionsAllowed(tx: Writer, userId: UserId): Promise<number> {
  const entitlements = await entitlementsOf(tx, userId);
  return Math.max(plans.free.sessions, ...entitlements.map((agreed) => planOf(agreed).sessions));
}

export const refreshExpiry = (now: Date) => new Date(now.getTime() + refreshTokenLife);

/** The access and refresh token of the current generation of a session. */
export function tokensOf(app: App, session: Pick<SessionRow, "rowId" | "id" | "userId" | "generation">) {
  const { rowId, id, generation } = session;
  return {
    accessToken: app.accessTokens.issue(session, app.clock.now()),
    refreshToken: app.refreshTokens.write({ rowId, session: id, generation }),
    tokenType: "Bearer" as const,
    expiresIn: accessTokenSeconds as 900,
  };
}

/** The user's live sessions, the latest sign-in first. */
export async function listSessions(app: App, actor: UserActor) {
  const rows = await listOpenSessions(app.db.reader, actor.userId, app.clock.date());
  return {
    data: rows.map((row) => ({
      ...row,
      device: deviceName(row.userAgent),
      isCurrent: row.id === actor.sessionId,
      isBound: row.deviceKey !== null,
      expiresAt: row.expiresAt < row.endsAt ? row.expiresAt : row.endsAt,
    })),
    nextCursor: null,
  };
}
