import type { Writer } from "../db/database";
import { Problem } from "../problems";
import { findOpenSession } from "../sessions/sessions.sql";
import { lockUser, type UserRow } from "../users/users.sql";
import type { UserActor } from "./actor";

/**
 * Locks the user who acts, in the transaction that changes something of theirs, and requires that their session is still open. Another process may
 * accept its access token for a second after it was ended, and a request may have been on its way: so someone who was signed out adds no passkey to the
 * account, accepts no invitation and ends no other session. Whatever ends all sessions, and the deletion of an account, takes the same lock first.
 * @throws Problem UNAUTHORIZED
 */
export async function lockLiveUser(tx: Writer, { userId, sessionId }: UserActor): Promise<UserRow> {
  const user = await lockUser(tx, userId);
  if (!user || user.deletedAt || !(await findOpenSession(tx, sessionId))) throw sessionEnded();
  return user;
}

export const sessionEnded = () => new Problem("UNAUTHORIZED", { reason: "session_ended" });
