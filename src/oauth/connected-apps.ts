import type { Actor, UserActor } from "../access/actor";
import { lockLiveUser } from "../access/live-user";
import { permit } from "../access/permit";
import { isClientAllowed } from "../access/policy";
import { underLock } from "../access/under-lock";
import type { App } from "../app";
import { isId } from "../ids";
import { Problem } from "../problems";
import { documentHost } from "./client-documents";
import { endAndRecord } from "./grants";
import { listLiveGrants } from "./grants.sql";
import { describeScope } from "./scopes";

/** Apps that a list shows at most, the latest connected first. */
const maxListed = 500;

/** The apps that act for the user, everywhere. */
export async function listConnectedApps(app: App, { userId }: UserActor) {
  return present(await listLiveGrants(app.db.reader, { userId }, app.clock.date(), maxListed));
}

/** Ends what an app may, with all of its tokens, from the next request on. @throws Problem NOT_FOUND */
export async function disconnectApp(app: App, actor: UserActor, id: string) {
  if (!isId("grt", id)) throw new Problem("NOT_FOUND");
  const ended = await app.db.write(async (tx) => {
    await lockLiveUser(tx, actor);
    return endAndRecord(tx, actor, { id, userId: actor.userId }, "disconnected");
  });
  if (ended === 0) throw new Problem("NOT_FOUND");
}

/** The apps that act for members in an organization. */
export async function listAppsInOrganization(app: App, actor: Actor, organization: string) {
  const { organizationId } = await permit(app, actor, organization, "organization:update");
  return present(await listLiveGrants(app.db.reader, { organizationId }, app.clock.date(), maxListed));
}

/** As `disconnectApp`, for any member of an organization. @throws Problem NOT_FOUND */
export async function disconnectAppInOrganization(app: App, actor: Actor, organization: string, id: string) {
  const ended = await underLock(app, actor, organization, "organization:update", async (tx, { organizationId }) =>
    isId("grt", id) ? endAndRecord(tx, actor, { id, organizationId }, "ended_by_organization") : 0,
  );
  if (ended === 0) throw new Problem("NOT_FOUND");
}

const present = (grants: LiveGrant[]) => ({
  data: grants.map(({ clientId, clientName, clientUri, organizationName, userId, userName, scopes, ...grant }) => ({
    ...grant,
    client: { id: clientId, name: clientName, uri: clientUri, host: documentHost(clientId) ?? null },
    user: { id: userId, fullName: userName },
    organization: { id: grant.organizationId, name: organizationName },
    scopes: scopes.map((scope) => ({ scope, description: describeScope(scope) })),
    blockedBy: blockedBy(clientId, grant),
  })),
  nextCursor: null,
});

type LiveGrant = Awaited<ReturnType<typeof listLiveGrants>>[number];

function blockedBy(clientId: string, { clientBlockedAt, policy }: Pick<LiveGrant, "clientBlockedAt" | "policy">) {
  if (clientBlockedAt) return "operator" as const;
  return isClientAllowed(policy, clientId) ? null : ("organization" as const);
}
