import { type Cache, openCache } from "../cache/cache";
import type { Clock } from "../clock";
import type { Reader } from "../db/database";
import { isId, type SessionId, type UserId } from "../ids";
import { findOpenGrant } from "../oauth/grants.sql";
import { findOpenSession } from "../sessions/sessions.sql";

/** What a request by access token needs to know of its session or grant. */
export interface LiveSession {
  userId: UserId;
  /** Milliseconds since 1970. */
  endsAt: number;
}

/** Sessions and grants that have not ended, by id. */
export function openSessionCache(clock: Clock, reader: Reader): Cache<LiveSession> {
  return openCache(clock, async (id) => {
    const session = isId("grt", id) ? await findOpenGrant(reader, id) : await findOpenSession(reader, id as SessionId);
    return session && { userId: session.userId, endsAt: session.endsAt.getTime() };
  });
}
