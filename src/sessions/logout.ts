import type { Origin, UserActor, Visitor } from "../access/actor";
import type { App } from "../app";
import { record } from "../audit/audit";
import type { Writer } from "../db/database";
import type { SessionId, UserId } from "../ids";
import { Problem } from "../problems";
import { deleteDevices } from "../two-factor/devices.sql";
import { isProven } from "./device-binding";
import { examineRefreshToken } from "./refresh-rule";
import { endSession, endSessionsOf } from "./sessions.sql";

interface LogoutInput {
  refreshToken?: string | undefined;
  /** That the device of a bound session has signed. */
  proof?: string | undefined;
  allSessions: boolean;
}

/**
 * Ends the session of an access token or a refresh token, or all sessions of its user, with their access tokens. A refresh token is judged as at
 * a refresh, with two exceptions: signing out of a session that has already ended succeeds, and a bound session ends without its device, but no
 * other with it. Signing out everywhere also ends the trust in devices.
 * @throws Problem UNAUTHORIZED without either token, INVALID_REFRESH_TOKEN, DEVICE_SIGNATURE_REQUIRED
 */
export async function logout(app: App, caller: UserActor | Visitor, input: LogoutInput) {
  const { refreshToken, allSessions } = input;
  if (refreshToken !== undefined) return logoutByToken(app, caller, { ...input, refreshToken });
  if (caller.kind !== "user") throw new Problem("UNAUTHORIZED");
  const { userId, sessionId, origin } = caller;
  await app.db.write((tx) => end(tx, { userId, id: sessionId }, origin, allSessions));
}

async function logoutByToken(
  app: App,
  { origin }: UserActor | Visitor,
  { refreshToken, proof, allSessions }: LogoutInput & { refreshToken: string },
) {
  const token = app.refreshTokens.read(refreshToken);
  if (!token) throw new Problem("INVALID_REFRESH_TOKEN");
  const at = app.clock.now();
  const isSigned = isProven(app, origin, token.session, proof);
  const refused = await app.db.write(async (tx) => {
    const { session, standing } = await examineRefreshToken(app, tx, origin, token, at);
    const isLive = standing === "current" || standing === "parent";
    if (standing === "unknown" || standing === "rotated" || standing === "reused" || (allSessions && !isLive)) {
      return new Problem("INVALID_REFRESH_TOKEN");
    }
    if (allSessions && session!.deviceKey && !isSigned) return new Problem("DEVICE_SIGNATURE_REQUIRED");
    await end(tx, session!, origin, allSessions);
    return undefined;
  });
  if (refused) throw refused;
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
