import type { UserActor } from "../access/actor";
import { lockLiveUser } from "../access/live-user";
import type { App } from "../app";
import { record } from "../audit/audit";
import { isId } from "../ids";
import { Problem } from "../problems";
import { deleteDevices } from "../two-factor/devices.sql";
import { endSession, endSessionsOf } from "./sessions.sql";

/** Ends one of a user's sessions, and its access tokens with it. @throws Problem NOT_FOUND */
export async function endOwnSession(app: App, actor: UserActor, id: string) {
  const ended = await app.db.write(async (tx) => {
    await lockLiveUser(tx, actor);
    if (!isId("ses", id) || !(await endSession(tx, id, "logout", actor.userId))) return false;
    await record(tx, actor, {
      action: "session.ended",
      chain: actor.userId,
      target: id,
      details: { because: "logout" },
    });
    return true;
  });
  if (!ended) throw new Problem("NOT_FOUND");
}

/** Ends all of a user's sessions except this one, and the trust in devices, which would open new ones without a code. */
export async function endOtherSessions(app: App, actor: UserActor) {
  await app.db.write(async (tx) => {
    await lockLiveUser(tx, actor);
    const ended = await endSessionsOf(tx, actor.userId, "logout", actor.sessionId);
    await deleteDevices(tx, actor.userId);
    if (ended === 0) return;
    await record(tx, actor, {
      action: "session.others_ended",
      chain: actor.userId,
      target: actor.sessionId,
      details: { because: "logout", ended },
    });
  });
}
