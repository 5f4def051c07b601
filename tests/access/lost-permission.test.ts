import { beforeAll, expect, test } from "bun:test";
import { and, eq } from "drizzle-orm";
import { attempts, memberships } from "../../src/db/tables";
import type { Route } from "../../src/http/route";
import type { OrganizationId, SessionId, UserId } from "../../src/ids";
import { routes } from "../../src/server/routes";
import { endSession as endSessionRow } from "../../src/sessions/sessions.sql";
import { beforeNextWrite } from "../support/interleave";
import { connect, redirectUri, registerApp } from "../support/oauth";
import { admit } from "../support/organizations";
import { openedToReceiver } from "../support/receiver";
import { snapshot } from "../support/snapshot";
import { openWorld, type Person, type World } from "../support/world";

let world: World;
let olga: Person;
let mary: Person;
let guests = 0;

beforeAll(async () => {
  world = await openWorld({ config: openedToReceiver });
  [olga, mary] = await Promise.all([world.person("Olga"), world.person("Mary")]);
});

/** An organization of Olga's with one of everything a route can name, and what each route is called with. */
async function furnish() {
  // Each of some hundred organizations sends an invitation; the hourly bound of their one sender is not what is tested.
  await world.app.db.write(async (tx) => void (await tx.delete(attempts)));
  const { bask } = olga;
  world.time.pass({ minutes: 2 }); // a user invites at most fifty times an hour
  const { id } = await bask.organizations.create({ name: "Acme" });
  const marys = await admit(world, id, mary, "member");
  await bask.roles.create(id, { name: "helper", permissions: ["organization:read"] });
  const { id: invitationId } = await bask.invitations.create(id, {
    email: `guest${++guests}@example.com`,
    role: "viewer",
  });
  const { id: keyId } = await bask.apiKeys.create(id, { name: "Target", scopes: ["organization:read"] });
  const trust = { issuer: "https://gitlab.com", claims: { project_id: "1", ref: "main" } };
  const { id: trustId } = await bask.workloadIdentity.createTrust(id, keyId, trust);
  const { key } = await bask.apiKeys.create(id, { name: "Robot", preset: "full-access" });
  const endpoint = { url: "http://127.0.0.2/", events: ["role.*"] } as const;
  const { id: webhookId } = await bask.webhooks.create(id, endpoint);
  const { id: deliveryId } = await bask.webhooks.test(id, webhookId);
  const application = { name: "App", redirectUris: [redirectUri] };
  const { clientId } = await bask.apps.create(id, { ...application, hasSecret: true });
  await connect(world, olga, id, await registerApp(world));
  const grantId = (await bask.apps.listConnected(id)).data[0]!.id;
  const bodies: Record<string, unknown> = {
    "POST /organizations/:id/apps": application,
    "PATCH /organizations/:id/apps/:clientId": { name: "New" },
    "PATCH /organizations/:id": { name: "New" },
    "PATCH /organizations/:id/policy": { maxKeyLifetimeDays: 30 },
    "PATCH /organizations/:id/members/:memberId": { role: "viewer" },
    "POST /organizations/:id/invitations": { email: "other@example.com", role: "viewer" },
    "POST /organizations/:id/ownership-transfer": { memberId: marys },
    "POST /organizations/:id/roles": { name: "new-role", permissions: ["organization:read"] },
    "PATCH /organizations/:id/roles/:role": { permissions: ["members:read"] },
    "PUT /organizations/:id/audit-stream": { url: endpoint.url, token: "a-token-of-the-receiver" },
    "POST /organizations/:id/webhooks": endpoint,
    "PATCH /organizations/:id/webhooks/:webhookId": { description: "New" },
    "POST /organizations/:id/api-keys": { name: "New" },
    "PATCH /organizations/:id/api-keys/:keyId": { name: "New" },
    "POST /organizations/:id/api-keys/:keyId/hand-over": { memberId: marys },
    "POST /organizations/:id/api-keys/:keyId/trusts": trust,
  };
  return {
    id,
    key,
    bodies,
    params: {
      id,
      memberId: marys,
      invitationId,
      keyId,
      trustId,
      webhookId,
      deliveryId,
      clientId,
      grantId,
      role: "helper",
    },
  };
}

const nameOf = ({ method, path }: Route) => `${method} ${path}`;
/** Has a body, and only reads. */
const reading = "POST /organizations/:id/api-keys/:keyId/trusts/check";
const writing = routes.filter(
  (route) =>
    route.method !== "GET" &&
    route.path.startsWith("/organizations/:id") &&
    route.access !== "operator" &&
    nameOf(route) !== reading,
);

/** What must have happened before a route has something to write. */
const preparations: Record<string, (id: string, params: Record<string, string>) => Promise<unknown>> = {
  "POST /organizations/:id/restore": (id) => olga.bask.organizations.delete(id),
  "DELETE /organizations/:id/ownership-transfer": (id, { memberId }) => offer(id, memberId!),
  "POST /organizations/:id/ownership-transfer/accept": (id, { memberId }) => offer(id, memberId!),
  "POST /organizations/:id/ownership-transfer/decline": (id, { memberId }) => offer(id, memberId!),
  "POST /organizations/:id/api-keys/:keyId/enable": (id, { keyId }) => olga.bask.apiKeys.disable(id, keyId!),
};
const offer = (id: string, memberId: string) => olga.bask.ownershipTransfer.create(id, { memberId });

const bearer = ({ bask }: Person) => ({ Authorization: `Bearer ${bask.tokens()!.accessToken}` });
const isMarys = ({ path }: Route) => /leave|accept|decline/.test(path);

/** Who loses what they were allowed to do: by their role, that of their key's creator, or the end of their session. */
type Loser = "user" | "key" | "session";

/** Calls a route; right before its transaction the caller loses what they were allowed to do. */
async function callAndLose(route: Route, as: Loser) {
  const { id, key, params, bodies } = await furnish();
  const caller = isMarys(route) ? mary : olga;
  await preparations[nameOf(route)]?.(id, params);
  let before: unknown;
  beforeNextWrite(world, async () => {
    await (as === "session" ? endSession(caller) : lose(id as OrganizationId, caller));
    before = await snapshot(world);
  });
  const path = route.path.replace(/:(\w+)/g, (_, name: keyof typeof params) => params[name]);
  const { status } = await world.fetch(path, {
    method: route.method,
    headers: { ...(as === "key" ? { "X-API-Key": key } : bearer(caller)), "Content-Type": "application/json" },
    body: JSON.stringify(bodies[nameOf(route)] ?? {}),
  });
  const after = await snapshot(world);
  if (as === "session") caller.bask = await world.signIn(caller);
  return { status, before, after };
}

/** As a password reset, a second before this process hears of it. */
const endSession = async ({ bask }: Person) => {
  const id = (await bask.sessions.list()).data.find(({ isCurrent }) => isCurrent)!.id as SessionId;
  await world.app.db.write((tx) => endSessionRow(tx, id, "password_changed"));
};

/** Mary is removed, Olga becomes a viewer; her keys are narrowed with her. */
async function lose(id: OrganizationId, person: Person) {
  const userId = (await person.bask.me.get()).id as UserId;
  const membership = and(eq(memberships.organizationId, id), eq(memberships.userId, userId));
  await world.app.db.write(async (tx) => {
    if (person === mary) await tx.delete(memberships).where(membership);
    else await tx.update(memberships).set({ role: "viewer" }).where(membership);
    await tx.invalidate({ topic: "user", subject: userId });
  });
}

const callers = ({ access }: Route): Loser[] => (access === "actor" ? ["user", "key"] : ["user"]);
/** One that asks `permit` under its lock, as the tests above show of all, and those that ask for something else. */
const bySession = /POST .*(api-keys|restore|leave)$/;

for (const route of writing) {
  for (const as of [...callers(route), ...(bySession.test(nameOf(route)) ? (["session"] as const) : [])]) {
    test(`${nameOf(route)} writes nothing for a ${as} that loses the permission before its transaction`, async () => {
      const { status, before, after } = await callAndLose(route, as);
      expect(before).toBeDefined();
      expect(status).toBeOneOf(as === "session" ? [401] : [401, 403, 404]);
      expect(after).toEqual(before as typeof after);
    });
  }
}
