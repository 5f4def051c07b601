import type { Reader } from "../db/database";
import { type ApiKeyId, type GrantId, isId, type OrganizationId, type PersonalTokenId, type UserId } from "../ids";
import { findGrantActors } from "../oauth/grants.sql";
import { findUser } from "../users/users.sql";
import { findKeyActors, findTokenActors, findUserActors } from "./actors.sql";
import type { EventRow } from "./audit.sql";

/** What an actor is called now. */
export interface ActorName {
  /** Null where it is not told. */
  actorName: string | null;
  actorEmail: string | null;
}

const unnamed: ActorName = { actorName: null, actorEmail: null };

/**
 * Events with the names of their actors, looked up when the log is read: they are not part of the chain, so an erased user leaves an
 * id and nothing else. In the log of an organization an API key has its name, an app and a personal access token theirs and that of their user, a member the name and, for readers who may see
 * members, the email; someone who left has the name. Operators from outside have neither. In the log of a user, only that user is named.
 */
export async function nameActors<Event extends EventRow>(
  db: Reader,
  chain: OrganizationId | UserId,
  events: readonly Event[],
  { withEmails }: { withEmails: boolean },
): Promise<(Event & ActorName)[]> {
  const names = isId("org", chain)
    ? await namesIn(db, chain, idsOf(events), withEmails)
    : await ownName(db, chain as UserId);
  return events.map((event) => ({ ...event, ...((event.actorId && names.get(event.actorId)) || unnamed) }));
}

const idsOf = (events: readonly EventRow[]) => [...new Set(events.flatMap(({ actorId }) => actorId ?? []))];

async function namesIn(db: Reader, organizationId: OrganizationId, ids: string[], withEmails: boolean) {
  const names = new Map<string, ActorName>();
  const tokenIds = ids.filter((id): id is PersonalTokenId => isId("pat", id));
  const tokens = tokenIds.length > 0 ? await findTokenActors(db, tokenIds) : [];
  const userIds = [...ids.filter((id): id is UserId => isId("usr", id)), ...tokens.map(({ userId }) => userId)];
  const keyIds = ids.filter((id): id is ApiKeyId => isId("key", id));
  const grantIds = ids.filter((id): id is GrantId => isId("grt", id));
  for (const user of userIds.length > 0 ? await findUserActors(db, organizationId, userIds) : []) {
    const isMember = user.membershipId !== null;
    if (!isMember && user.operatorSince !== null) continue;
    names.set(user.id, { actorName: user.fullName, actorEmail: isMember && withEmails ? user.email : null });
  }
  for (const key of keyIds.length > 0 ? await findKeyActors(db, organizationId, keyIds) : [])
    names.set(key.id, { actorName: key.name, actorEmail: null });
  for (const app of grantIds.length > 0 ? await findGrantActors(db, organizationId, grantIds) : [])
    names.set(app.id, { actorName: `${app.clientName} of ${app.userName}`, actorEmail: null });
  for (const { id, name, userId } of tokens) {
    const user = names.get(userId) ?? unnamed;
    names.set(id, { actorName: user.actorName ? `${name} (${user.actorName})` : name, actorEmail: user.actorEmail });
  }
  return names;
}

async function ownName(db: Reader, id: UserId) {
  const user = await findUser(db, id);
  return new Map<string, ActorName>(user && [[id, { actorName: user.fullName, actorEmail: user.email }]]);
}
