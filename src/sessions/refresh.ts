import type { Visitor } from "../access/actor";
import type { App } from "../app";
import type { JointStatement, Writer } from "../db/database";
import { Problem } from "../problems";
import { isProven } from "./device-binding";
import { examineRefreshToken } from "./refresh-rule";
import { type Exchanged, type Moment, type RotatedSession, rotate, rotateFree } from "./rotate.sql";
import { refreshExpiry, tokensOf } from "./sessions";

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
  const exchange = { ...token, isSigned, at: 0 };
  const rotated = await app.db.writeJointly(rotation, exchange);
  if (rotated) {
    app.tallies.refreshes.count("current");
    const { rowId, session: id, generation } = token;
    return tokensOf(app, { rowId, id, userId: rotated.userId, generation: generation + 1 });
  }
  const { session, standing } = await app.db.write((tx) => examineRefreshToken(app, tx, origin, token, exchange.at));
  const isUnsigned = session?.deviceKey && !isSigned && (standing === "current" || standing === "parent");
  app.tallies.refreshes.count(isUnsigned ? "unsigned" : standing);
  if (isUnsigned) throw new Problem("DEVICE_SIGNATURE_REQUIRED");
  if (standing !== "parent") throw new Problem("INVALID_REFRESH_TOKEN", { cause: `its standing is ${standing}` });
  return tokensOf(app, session!);
}

/** A token that is to be exchanged. */
interface Exchange extends Exchanged {
  /** When the database was first asked for that, in milliseconds: the one that overtook it may be of the same moment. */
  at: number;
}

const rotation: JointStatement<Exchange, RotatedSession> = {
  one(tx, exchange) {
    exchange.at ||= tx.now.getTime();
    return rotate(tx, exchange, momentOf(tx));
  },
  all(tx, exchanges) {
    for (const exchange of exchanges) exchange.at ||= tx.now.getTime();
    return rotateFree(tx, exchanges, momentOf(tx));
  },
};

/** What many have in common is made once. */
let latest: Moment | undefined;

function momentOf({ now }: Writer): Moment {
  if (latest?.now === now) return latest;
  const at = now.getTime();
  latest = { now, expiresAt: refreshExpiry(now), horizon: new Date(at - maxGrace), rotation: `,${at}` };
  return latest;
}
