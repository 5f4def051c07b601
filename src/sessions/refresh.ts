import type { Visitor } from "../access/actor";
import type { App } from "../app";
import type { RefreshToken } from "../crypto/refresh-tokens";
import type { Writer } from "../db/database";
import { Problem } from "../problems";
import { isProven } from "./device-binding";
import { examineRefreshToken } from "./refresh-rule";
import { refreshExpiry, tokensOf } from "./sessions";
import { rotate } from "./sessions.sql";

/** The longest grace that can be configured: older rotations need not be remembered. Milliseconds. */
const maxGrace = 60_000;

/**
 * Exchanges a refresh token for its successor. The current token is rotated by one conditional write; its parent gets the same successor again
 * within a short grace; what else may happen is in `judgeRefreshToken`.
 * @param proof that the device of a bound session has signed; without one the refresh token of such a session is worth nothing
 * @throws Problem INVALID_REFRESH_TOKEN, DEVICE_SIGNATURE_REQUIRED
 */
export async function refreshSession(app: App, { origin }: Visitor, text: string, proof?: string) {
  const token = app.refreshTokens.read(text);
  if (!token) {
    app.tallies.refreshes.count("invalid");
    throw new Problem("INVALID_REFRESH_TOKEN", { cause: "not a token of this installation" });
  }
  const isSigned = isProven(app, origin, token.session, proof);
  let at = 0;
  const rotated = await app.db.writeOne((tx) => {
    at = tx.now.getTime();
    return rotateNow(tx, token, isSigned);
  });
  if (rotated) {
    app.tallies.refreshes.count("current");
    const { rowId, session: id, generation } = token;
    return tokensOf(app, { rowId, id, userId: rotated.userId, generation: generation + 1 });
  }
  const { session, standing } = await app.db.write((tx) => examineRefreshToken(app, tx, origin, token, at));
  const isUnsigned = session?.deviceKey && !isSigned && (standing === "current" || standing === "parent");
  app.tallies.refreshes.count(isUnsigned ? "unsigned" : standing);
  if (isUnsigned) throw new Problem("DEVICE_SIGNATURE_REQUIRED");
  if (standing !== "parent") throw new Problem("INVALID_REFRESH_TOKEN", { cause: `its standing is ${standing}` });
  return tokensOf(app, session!);
}

function rotateNow(tx: Writer, { rowId, session: id, generation }: RefreshToken, isSigned: boolean) {
  const now = tx.now.getTime();
  const rotation = {
    rowId,
    id,
    generation,
    now: tx.now,
    expiresAt: refreshExpiry(tx.now),
    horizon: new Date(now - maxGrace),
    rotation: `,${now}`,
  };
  return rotate(tx, rotation, isSigned);
}
