import type { UserActor, Visitor } from "../access/actor";
import type { App } from "../app";
import { record } from "../audit/audit";
import { Problem } from "../problems";
import { endSession, endSessionsOf, findSessionByRowId } from "./sessions.sql";

/**
 * Ends the session of an access token or a refresh token, or all sessions of its user, with their access tokens. Signing out with the token of
 * a session that has already ended succeeds, but it cannot end other sessions.
 * @throws Problem UNAUTHORIZED without either token, INVALID_REFRESH_TOKEN
 */
export async function logout(
  app: App,
  caller: UserActor | Visitor,
  input: { refreshToken?: string | undefined; allSessions: boolean },
) {
  const { userId, sessionId, alive } =
    input.refreshToken === undefined ? bearer(caller) : await holder(app, input.refreshToken);
  if (input.allSessions && !alive) throw new Problem("INVALID_REFRESH_TOKEN", { cause: "its session has ended" });
  await app.db.write(async (tx) => {
    const ended = input.allSessions
      ? await endSessionsOf(tx, userId, "logout")
      : Number(await endSession(tx, sessionId, "logout"));
    if (ended === 0) return;
    const auditActor = { kind: "user", userId, origin: caller.origin } as const;
    const action = input.allSessions ? "session.all_ended" : "session.ended";
    await record(tx, auditActor, { action, chain: userId, target: sessionId, details: { because: "logout", ended } });
  });
}

function bearer(caller: UserActor | Visitor) {
  if (caller.kind !== "user") throw new Problem("UNAUTHORIZED");
  return { ...caller, alive: true };
}

async function holder(app: App, refreshToken: string) {
  const token = app.refreshTokens.read(refreshToken);
  const session = token && (await findSessionByRowId(app.db.reader, token.rowId, token.session));
  if (!session || token.generation > session.generation) throw new Problem("INVALID_REFRESH_TOKEN");
  const now = app.clock.date();
  const alive = !session.endedAt && session.expiresAt > now && session.endsAt > now;
  return { userId: session.userId, sessionId: session.id, alive };
}
