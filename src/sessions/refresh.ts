import type { Origin, Visitor } from "../access/actor";
import type { App } from "../app";
import type { RefreshToken } from "../crypto/refresh-tokens";
import type { Writer } from "../db/database";
import { Problem } from "../problems";
import { endReusedSession, graceOf, judgeRefreshToken, shortenHistory, type TokenStanding } from "./refresh-rule";
import { refreshExpiry, tokensOf } from "./sessions";
import { findSessionByRowId, keepRotations, rotate, type SessionRow } from "./sessions.sql";

/** The longest grace that can be configured: older rotations need not be remembered. Milliseconds. */
const maxGrace = 60_000;

/**
 * Exchanges a refresh token for its successor. The current token is rotated by one conditional write; its parent gets the same successor again
 * within a short grace; what else may happen is in `judgeRefreshToken`.
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
    const history = shortenHistory(rotated.rotations);
    if (history !== undefined) await app.db.writeOne((tx) => keepRotations(tx, rotated, history));
    return tokensOf(app, rotated);
  }
  const verdict = await app.db.write((tx) => repeat(app, tx, visitor.origin, token, at));
  if ("refused" in verdict) throw new Problem("INVALID_REFRESH_TOKEN", { cause: verdict.refused });
  return tokensOf(app, verdict.session);
}

function rotateNow(tx: Writer, { rowId, session: id, generation }: RefreshToken) {
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

type Verdict = { session: SessionRow } | { refused: `its standing is ${TokenStanding}` };

/** What follows for a token that was not rotated: the same successor again, a refusal, or the end of its session. */
async function repeat(app: App, tx: Writer, origin: Origin, token: RefreshToken, at: number): Promise<Verdict> {
  const session = await findSessionByRowId(tx, token.rowId, token.session);
  const standing = judgeRefreshToken(token, session, { at, now: tx.now, grace: graceOf(app) });
  if (standing === "parent") return { session: session! };
  if (standing === "reused") await endReusedSession(tx, session!, origin);
  return { refused: `its standing is ${standing}` };
}
