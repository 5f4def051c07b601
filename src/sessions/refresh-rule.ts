import type { Origin } from "../access/actor";
import type { App } from "../app";
import { record } from "../audit/audit";
import type { RefreshToken } from "../crypto/refresh-tokens";
import type { Writer } from "../db/database";
import { emailUser } from "../users/email-user";
import { endSession, findSessionByRowId, type SessionRow } from "./sessions.sql";

/** How far the clocks of two processes may differ, and how long a transaction may wait for a lock after its start. Milliseconds. */
const clockSkew = 5_000;

/**
 * What a refresh token is worth.
 * - `current`: the latest token of a live session.
 * - `parent`: the one before, within the grace. Its response may have been lost, so it is worth as much as the current one.
 * - `rotated`: an older one whose own grace is not over, or may not be. It is worth nothing.
 * - `reused`: one whose grace is over. Two parties hold the session, so it ends.
 * - `ended`, `expired`, `suspended`: its session is not live.
 * - `unknown`: there is no such session or generation.
 */
export type TokenStanding = "current" | "parent" | "rotated" | "reused" | "ended" | "expired" | "suspended" | "unknown";

/** What decides about the refresh tokens of a session, or of what an app was granted. */
export type Rotated = Pick<SessionRow, "generation" | "rotations" | "endedAt" | "expiresAt" | "endsAt" | "suspendedAt">;

/**
 * Judges a refresh token, wherever one is accepted (RFC 9700, 4.14.2).
 * @param at when the request arrived, which may be before the rotation that overtook it; milliseconds
 * @param grace milliseconds
 * @param parentLasts whether the token before the current one stays as good as it until that has been used, however long that takes: who has
 * lost an answer is no thief, and an app that runs for months loses one now and then
 */
export function judgeRefreshToken(
  { generation }: Pick<RefreshToken, "generation">,
  session: Rotated | undefined,
  { at, now, grace, parentLasts = false }: { at: number; now: Date; grace: number; parentLasts?: boolean },
): TokenStanding {
  if (!session || generation > session.generation) return "unknown";
  if (session.endedAt) return "ended";
  if (session.expiresAt <= now || session.endsAt <= now) return "expired";
  if (session.suspendedAt) return "suspended";
  if (generation === session.generation) return "current";
  const age = at - rotatedAt(session, generation);
  // A rotation in the future means that a clock was set back, or that two clocks differ. It is not a reuse.
  if (age < -clockSkew) return "rotated";
  const isParent = generation === session.generation - 1;
  if (isParent && parentLasts) return "parent";
  if (age > grace) return "reused";
  return isParent ? "parent" : "rotated";
}

/**
 * When a generation was rotated, in milliseconds. `rotations` begins with an empty entry when everything before it happened long ago; otherwise
 * it was cut, and the first entry is the latest time at which earlier generations can have been rotated.
 */
function rotatedAt(session: Rotated, generation: number): number {
  const rotations = session.rotations.split(",");
  return Number(rotations.at(generation - session.generation) || rotations[0] || Number.NEGATIVE_INFINITY);
}

/**
 * Looks up what a refresh token is worth, and ends its session where it shows that two parties hold it.
 * @param at when the request arrived, in milliseconds
 */
export async function examineRefreshToken(app: App, tx: Writer, origin: Origin, token: RefreshToken, at: number) {
  const session = await findSessionByRowId(tx, token.rowId, token.session);
  const standing = judgeRefreshToken(token, session, { at, now: tx.now, grace: graceOf(app) });
  if (standing === "reused") await endReusedSession(tx, session!, origin);
  return { session, standing };
}

/** Ends a session whose rotated token was presented again, and emails its user. */
async function endReusedSession(tx: Writer, { id, userId }: SessionRow, origin: Origin) {
  if (!(await endSession(tx, id, "reuse_detected"))) return;
  const auditActor = { kind: "user", userId, origin } as const;
  await record(tx, auditActor, { action: "session.reuse_detected", chain: userId, target: id });
  await emailUser(tx, userId, "session-reuse", { at: tx.now, ip: origin.ip });
}

/** The grace of this installation, in milliseconds. */
export const graceOf = ({ config }: App): number => config.refreshGraceSeconds * 1000;
