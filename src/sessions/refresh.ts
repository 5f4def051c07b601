import type { Visitor } from "../access/actor";
import type { App } from "../app";
import { record } from "../audit/audit";
import type { RefreshToken } from "../crypto/refresh-tokens";
import type { Writer } from "../db/database";
import { formatTime } from "../mail/templates";
import { Problem } from "../problems";
import { emailUser } from "../users/email-user";
import { refreshExpiry, tokensOf } from "./sessions";
import {
  endSession,
  findSessionByRowId,
  keepRotations,
  type RotatedSession,
  rotate,
  type SessionRow,
} from "./sessions.sql";

/** The longest grace that can be configured: older rotations need not be remembered. Milliseconds. */
const maxGrace = 60_000;
/** How far the clocks of two processes may differ, and how long a transaction may wait for a lock after its start. Milliseconds. */
const clockSkew = 5_000;
/** When the rotation history of a session exceeds this many characters, ... */
const maxHistory = 2_000;
/** ... it is cut to its latest rotations. */
const rememberedRotations = 100;

/**
 * Exchanges a refresh token for its successor (RFC 9700, 4.14.2).
 * - The current token is rotated by one conditional write.
 * - Its immediate parent gets the same successor again within a short grace, because the response may have been lost.
 * - Any other rotated token ends the session once its own grace is over, because two parties hold it.
 * @throws Problem INVALID_REFRESH_TOKEN
 */
export async function refreshSession(app: App, visitor: Visitor, text: string) {
  const token = app.refreshTokens.read(text);
  if (!token) throw new Problem("INVALID_REFRESH_TOKEN", { cause: "not a token of this installation" });
  let at = 0;
  const rotated = await app.db.writeOne((tx) => {
    at = tx.now.getTime();
    return rotateNow(tx, token);
  });
  if (rotated) {
    if (rotated.rotations.length > maxHistory) {
      await app.db.writeOne((tx) => keepRotations(tx, rotated, latest(rotated.rotations)));
    }
    return tokensOf(app, rotated);
  }
  const verdict = await app.db.write((tx) => judge(app, tx, visitor, token, at));
  if ("refused" in verdict) throw new Problem("INVALID_REFRESH_TOKEN", { cause: verdict.refused });
  return tokensOf(app, verdict.session);
}

function rotateNow(tx: Writer, { rowId, session: id, generation }: RefreshToken): Promise<RotatedSession | undefined> {
  const now = tx.now.getTime();
  return rotate(tx, {
    rowId,
    id,
    generation,
    now: tx.now,
    expiresAt: refreshExpiry(tx.now),
    horizon: new Date(now - maxGrace),
    rotation: `,${now}`,
  });
}

type Verdict = { session: Pick<SessionRow, "rowId" | "id" | "userId" | "generation"> } | { refused: string };

/**
 * Judges a token that is not current: a repetition after a lost response, a stolen token, or an invalid one.
 * @param at when the request arrived, which may be before the rotation that overtook it; milliseconds
 */
async function judge(
  app: App,
  tx: Writer,
  visitor: Visitor,
  { rowId, session: id, generation }: RefreshToken,
  at: number,
): Promise<Verdict> {
  const session = await findSessionByRowId(tx, rowId, id);
  if (!session) return { refused: "no such session" };
  if (session.endedAt) return { refused: `the session ended: ${session.endedBecause}` };
  if (session.suspendedAt) return { refused: "the user is suspended" };
  if (session.expiresAt <= tx.now || session.endsAt <= tx.now) return { refused: "the session expired" };
  if (generation > session.generation) return { refused: "this generation was never issued" };
  if (generation === session.generation)
    return { refused: "the suspension that refused the current token ended meanwhile" };

  const age = at - rotatedAt(session, generation);
  if (age < -clockSkew) return { refused: "rotated in the future: the clock was set back" };
  if (age <= app.config.refreshGraceSeconds * 1000) {
    return generation === session.generation - 1
      ? { session }
      : { refused: "rotated recently, and its successor was used" };
  }
  await endSession(tx, id, "reuse_detected");
  const auditActor = { kind: "user", userId: session.userId, origin: visitor.origin } as const;
  await record(tx, auditActor, { action: "session.reuse_detected", chain: session.userId, target: id });
  await emailUser(tx, session.userId, "session-reuse", { at: formatTime(tx.now), ip: visitor.origin.ip });
  return { refused: "a rotated token was presented again: the session was ended" };
}

/** When a generation was rotated, in milliseconds; -Infinity when it is no longer remembered. */
function rotatedAt(session: SessionRow, generation: number): number {
  const rotations = session.rotations.split(",");
  return Number(rotations.at(generation - session.generation) || Number.NEGATIVE_INFINITY);
}

const latest = (rotations: string) => `,${rotations.split(",").slice(-rememberedRotations).join(",")}`;
