import type { Origin, UserActor, Visitor } from "../access/actor";
import type { App } from "../app";
import { record } from "../audit/audit";
import type { Writer } from "../db/database";
import type { SessionId, UserId } from "../ids";
import { Problem } from "../problems";
import { deleteDevices } from "../two-factor/devices.sql";
import { endReusedSession, graceOf, judgeRefreshToken } from "./refresh-rule";
import { endSession, endSessionsOf, findSessionByRowId } from "./sessions.sql";

/**
 * Ends the session of an access token or a refresh token, or all sessions of its user, with their access tokens. A refresh token is judged as at
 * a refresh, with one exception: signing out of a session that has already ended succeeds. Signing out everywhere also ends the trust in devices.
 * @throws Problem UNAUTHORIZED without either token, INVALID_REFRESH_TOKEN
 */
export async function logout(
  app: App,
  caller: UserActor | Visitor,
  { refreshToken, allSessions }: { refreshToken?: string | undefined; allSessions: boolean },
) {
  if (refreshToken !== undefined) return logoutByToken(app, caller, refreshToken, allSessions);
  if (caller.kind !== "user") throw new Problem("UNAUTHORIZED");
  const { userId, sessionId, origin } = caller;
  await app.db.write((tx) => end(tx, { userId, id: sessionId }, origin, allSessions));
}

async function logoutByToken(app: App, { origin }: UserActor | Visitor, text: string, allSessions: boolean) {
  const token = app.refreshTokens.read(text);
  const at = app.clock.now();
  const isDone =
    token !== undefined &&
    (await app.db.write(async (tx) => {
      const session = await findSessionByRowId(tx, token.rowId, token.session);
      const standing = judgeRefreshToken(token, session, { at, now: tx.now, grace: graceOf(app) });
      if (standing === "reused") await endReusedSession(tx, session!, origin);
      if (standing === "unknown" || standing === "rotated" || standing === "reused") return false;
      const isLive = standing === "current" || standing === "parent";
      if (allSessions && !isLive) return false;
      await end(tx, session!, origin, allSessions);
      return true;
    }));
  if (!isDone) throw new Problem("INVALID_REFRESH_TOKEN");
}

async function end(
  tx: Writer,
  { userId, id }: { userId: UserId; id: SessionId },
  origin: Origin,
  allSessions: boolean,
) {
  const ended = allSessions ? await endSessionsOf(tx, userId, "logout") : Number(await endSession(tx, id, "logout"));
  if (allSessions) await deleteDevices(tx, userId);
  if (ended === 0) return;
  const auditActor = { kind: "user", userId, origin } as const;
  const action = allSessions ? "session.all_ended" : "session.ended";
  await record(tx, auditActor, { action, chain: userId, target: id, details: { because: "logout", ended } });
}
