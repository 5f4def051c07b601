import { beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { isPermission, needOf } from "../../scripts/docs/permissions";
import { type Permission, permissions, permissionsOfRole } from "../../src/access/permissions";
import { credentialPermissions } from "../../src/access/token-standing";
import type { Writer } from "../../src/db/database";
import { organizations } from "../../src/db/tables";
import type { Route } from "../../src/http/route";
import type { UserId } from "../../src/ids";
import { setUserSuspended } from "../../src/operators/operators.sql";
import { routes } from "../../src/server/routes";
import { suspendSessions } from "../../src/sessions/sessions.sql";
import { extensionBodies, extensionPaths } from "../extensions/matrix";
import { sendMessage } from "../support/mcp";
import { connect, redirectUri, registerApp } from "../support/oauth";
import { admit } from "../support/organizations";
import { openedToReceiver } from "../support/receiver";
import { openWorld, type Person, type World } from "../support/world";

setDefaultTimeout(180_000);

/** A caller of every route of the organization `here`. */
interface Caller {
  name: string;
  headers: Record<string, string>;
  kind: "rejected" | "person" | "key";
  /** What they may do here; undefined for callers who are not members. */
  may?: ReadonlySet<Permission>;
  isOwner?: boolean;
  isOffered?: boolean;
  /** With what an app acts at the endpoint for agents: its other token is for the API alone. */
  agentHeaders?: Record<string, string>;
}

const auditor = ["audit-logs:read", "organization:read"] as const;
const roleNames = ["owner", "admin", "member", "viewer", "auditor"];

let world: World;
let here: string;
let callers: Caller[];
let paths: Record<string, string>;
let bodies: Record<string, unknown>;
let queries: Record<string, string>;

beforeAll(async () => {
  world = await openWorld({ config: openedToReceiver });
  const [staff, others, target, gone] = await Promise.all([
    Promise.all(roleNames.map((name) => world.person(`here-${name}`))),
    Promise.all(roleNames.map((name) => world.person(`elsewhere-${name}`))),
    world.person("target"),
    world.person("gone"),
  ]);
  const { bask } = staff[0]!;
  here = await furnish(staff);
  const elsewhere = await furnish(others);
  const memberId = await admit(world, here, target, "viewer");
  await admit(world, here, gone, "admin");

  const key = async (person: Person, organization: string, input: object) =>
    (await person.bask.apiKeys.create(organization, { name: "Key", ...input })).key;
  const expiredKey = await key(staff[0]!, here, { expiresAt: new Date(world.time.now() + 60_000).toISOString() });
  const expiredToken = bask.tokens()!.accessToken;
  world.time.pass({ minutes: 16 });
  for (const person of [...staff, ...others, target, gone]) person.bask = await world.signIn(person);

  const revoked = await staff[0]!.bask.apiKeys.create(here, { name: "Revoked" });
  await staff[0]!.bask.apiKeys.revoke(here, revoked.id);
  const suspendedKey = await key(gone, here, {});
  const suspendedPersonalToken = (await gone.bask.personalTokens.create({ name: "Token" })).token;
  const suspendedToken = gone.bask.tokens()!.accessToken;
  const goneId = (await gone.bask.me.get()).id as UserId;
  await world.app.db.write(async (tx) => {
    await setUserSuspended(tx, goneId, true);
    await suspendSessions(tx, goneId, tx.now);
  });

  const owner = staff[0]!.bask;
  const { id: invitationId } = await owner.invitations.create(here, { email: "guest@example.com", role: "viewer" });
  const { id: keyId } = await owner.apiKeys.create(here, { name: "Target", scopes: ["organization:read"] });
  await owner.roles.create(here, { name: "helper", permissions: ["organization:read"] });
  const { data: members } = await owner.members.list(here);
  const offered = members.find(({ role }) => role === "member")!;
  await owner.ownershipTransfer.create(here, { memberId: offered.id });
  const targetId = (await target.bask.me.get()).id;

  const trust = {
    issuer: "https://gitlab.com",
    claims: { project_id: "1", ref: "main" },
  };
  const { id: trustId } = await owner.workloadIdentity.createTrust(here, keyId, trust);

  const endpoint = { url: "http://127.0.0.2/", events: ["api_key.*"] } as const;
  const { id: webhookId } = await owner.webhooks.create(here, endpoint);
  const { id: deliveryId } = await owner.webhooks.test(here, webhookId);
  await owner.auditStream.set(here, { url: endpoint.url, token: "a-token-of-the-receiver" });

  const personalToken = async (who: Person) =>
    (await who.bask.personalTokens.create({ name: "Token", scopes: ["*"] })).token;
  const { id: tokenId } = await owner.personalTokens.create({ name: "Target" });
  const personal = await Promise.all([...staff, others[0]!].map(personalToken));

  const application = { name: "App", redirectUris: [redirectUri] };
  const { clientId } = await owner.apps.create(here, { ...application, hasSecret: true });
  const agent = await registerApp(world);
  await connect(world, staff[0]!, here, agent);
  const grantId = (await owner.apps.listConnected(here)).data[0]!.id;

  const appOf = async (who: Person) => {
    const scope = { scope: `openid ${permissions.filter((name) => !credentialPermissions.has(name)).join(" ")}` };
    const client = await registerApp(world);
    const forAgents = { ...scope, resource: `${world.app.config.publicUrl}/mcp` };
    return {
      api: (await connect(world, who, here, client, scope)).access_token!,
      agent: (await connect(world, who, here, client, forAgents)).access_token!,
    };
  };
  const apps = await Promise.all(staff.map(appOf));
  const derive = async (credential: string) =>
    (await world.machine(credential).apiKeys.derive({ expiresIn: 3600 })).token;

  const ownPaths = await extensionPaths(world, owner.tokens()!.accessToken, here);
  paths = {
    memberId,
    invitationId,
    keyId,
    trustId,
    webhookId,
    deliveryId,
    tokenId,
    clientId,
    grantId,
    role: "helper",
    ...ownPaths,
  };
  const reason = "to see who may";
  queries = {
    "/organizations/:id/usage/keys": `?keys=${paths.keyId}`,
    "/organizations/:id/roles/:role/access": "?permissions=organization:read",
  };
  bodies = {
    "POST /organizations": { name: "New" },
    "PATCH /organizations/:id": { name: "New" },
    "PATCH /organizations/:id/policy": { maxKeyLifetimeDays: 30 },
    "PATCH /organizations/:id/members/:memberId": { role: "viewer" },
    "POST /organizations/:id/invitations": { email: "other@example.com", role: "viewer" },
    "POST /organizations/:id/ownership-transfer": { memberId },
    "POST /organizations/:id/roles": { name: "new-role", permissions: ["organization:read"] },
    "PATCH /organizations/:id/roles/:role": { description: "New" },
    "POST /organizations/:id/api-keys": { name: "New" },
    "PATCH /organizations/:id/api-keys/:keyId": { name: "New" },
    "POST /organizations/:id/api-keys/:keyId/hand-over": { memberId },
    "POST /organizations/:id/api-keys/:keyId/trusts": trust,
    "POST /organizations/:id/apps": application,
    "PATCH /organizations/:id/apps/:clientId": { name: "New" },
    "POST /organizations/:id/api-keys/:keyId/trusts/check": { claims: { iss: trust.issuer } },
    "PUT /organizations/:id/audit-stream": { url: endpoint.url, token: "a-token-of-the-receiver" },
    "POST /organizations/:id/webhooks": endpoint,
    "PATCH /organizations/:id/webhooks/:webhookId": { description: "New" },
    "POST /api-keys/verify": { organization: here, key: suspendedKey },
    "POST /api-keys/verify/batch": { organization: here, keys: [{ key: suspendedKey }] },
    "POST /admin/users/:id/suspend": { reason },
    "POST /admin/users/:id/restore": { reason },
    "POST /admin/users/:id/end-sessions": { reason },
    "POST /admin/users/:id/reset-two-factor": { reason },
    "POST /admin/organizations/:id/suspend": { reason },
    "POST /admin/organizations/:id/restore": { reason },
    "PUT /admin/organizations/:id/plan": { reason, plan: "pro" },
    ...extensionBodies,
  };
  paths["/admin/users/:id"] = targetId;

  const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });
  const person = (role: string, at: string, who: Person): Caller => ({
    name: `${role} ${at}`,
    headers: bearer(who.bask.tokens()!.accessToken),
    kind: "person",
    ...(at === "here" && {
      may: permissionsOfRole(role, [...auditor]),
      isOwner: role === "owner",
      isOffered: role === "member",
    }),
  });
  const rejected = (name: string, headers: Record<string, string>): Caller => ({ name, headers, kind: "rejected" });
  callers = [
    rejected("no credential", {}),
    rejected("an expired token", bearer(expiredToken)),
    rejected("a suspended person", bearer(suspendedToken)),
    rejected("an expired key", { "X-API-Key": expiredKey }),
    rejected("a revoked key", { "X-API-Key": revoked.key }),
    rejected("a key of a suspended person", { "X-API-Key": suspendedKey }),
    rejected("a personal token of a suspended person", { "X-API-Key": suspendedPersonalToken }),
    ...staff.map(
      (_, i): Caller => ({
        name: `a personal token of the ${roleNames[i]} here`,
        headers: { "X-API-Key": personal[i]! },
        kind: "key",
        may: permissionsOfRole(roleNames[i]!, [...auditor]).difference(credentialPermissions),
      }),
    ),
    ...staff.map(
      (_, i): Caller => ({
        name: `an app of the ${roleNames[i]} here`,
        headers: bearer(apps[i]!.api),
        agentHeaders: bearer(apps[i]!.agent),
        kind: "key",
        may: permissionsOfRole(roleNames[i]!, [...auditor]).difference(credentialPermissions),
      }),
    ),
    {
      name: "a token derived from a key here",
      headers: { "X-API-Key": await derive(await key(staff[0]!, here, { preset: "full-access" })) },
      kind: "key",
      may: new Set(permissions).difference(credentialPermissions),
    },
    {
      name: "a token derived from the personal token of the member here",
      headers: { "X-API-Key": await derive(personal[2]!) },
      kind: "key",
      may: permissionsOfRole("member", []).difference(credentialPermissions),
    },
    { name: "a personal token elsewhere", headers: { "X-API-Key": personal.at(-1)! }, kind: "key" },
    ...staff.map((who, i) => person(roleNames[i]!, "here", who)),
    ...others.map((who, i) => person(roleNames[i]!, "elsewhere", who)),
    {
      name: "a key elsewhere",
      headers: { "X-API-Key": await key(others[0]!, elsewhere, { preset: "full-access" }) },
      kind: "key",
    },
  ];
  for (const scope of permissions) {
    for (const environment of ["live", "test"] as const) {
      const text = await key(staff[0]!, here, { environment, scopes: [scope] });
      callers.push({
        name: `a ${environment} key of ${scope}`,
        headers: { "X-API-Key": text },
        kind: "key",
        may: new Set([scope]),
      });
    }
  }
  rehearse(world);
});

/** An organization with a member in each role, on a plan that has room for all keys of this test. */
async function furnish(people: Person[]): Promise<string> {
  const { bask } = people[0]!;
  const { id } = await bask.organizations.create({ name: "Acme" });
  await world.app.db.write(async (tx) => void (await tx.update(organizations).set({ plan: "enterprise" })));
  await bask.roles.create(id, { name: "auditor", permissions: [...auditor] });
  for (const [i, role] of roleNames.entries()) if (i > 0) await admit(world, id, people[i]!, role);
  return id;
}

/** From here on every change is made, judged and rolled back, so that all callers meet the same rows. */
function rehearse({ app }: World) {
  const write = app.db.write.bind(app.db);
  app.db.write = async <T>(unit: (tx: Writer) => Promise<T>) => {
    let done: { value: T } | undefined;
    await write(async (tx) => {
      done = { value: await unit(tx) };
      throw done;
    }).catch((error) => {
      if (error !== done) throw error;
    });
    return done!.value;
  };
}

type Outcome = "in" | 401 | 403 | 404;

/** What a caller gets by what the route says it needs. */
function expected(route: Route, caller: Caller): Outcome {
  const need = needOf(route);
  if (need === "nothing") return "in";
  if (need === "github-signature") return 404;
  // It reads no credential; what the cookie and the signature are worth is for the rule.
  if (need === "device-signature") return "in";
  if (need === "email-token") return "X-API-Key" in caller.headers ? 401 : "in";
  if (caller.kind === "rejected") return 401;
  if (need === "openid") return caller.agentHeaders ? "in" : 403;
  if (caller.kind === "key" && route.access !== "actor") return 401;
  if (need === "an operator") return 403;
  if (need === "a signed-in user" || need === "any credential" || need === "a token") return "in";
  if (need === "former-ownership") return 404;
  if (need === "transfer-recipient") return caller.isOffered ? "in" : 404;
  if (!caller.may) return 404;
  if (need === "membership") return "in";
  return isPermission(need) && caller.may.has(need) ? "in" : 403;
}

async function call(
  route: Route,
  { headers, kind, agentHeaders }: Caller,
): Promise<{ outcome: Outcome; status: number }> {
  const { method, path } = route;
  const id = path.startsWith("/admin/users") ? paths["/admin/users/:id"]! : here;
  const url = path
    .replace(":id", path.startsWith("/users/me") ? "ses_unknown" : id)
    .replace(/:(\w+)/g, (_, name) => paths[name]!);
  const body = bodies[`${method} ${path}`] ?? {};
  const query = queries[path] ?? "";
  const response = await world.fetch(url + query, {
    method,
    headers: { ...headers, ...(method !== "GET" && { "Content-Type": "application/json" }) },
    ...(method !== "GET" && { body: JSON.stringify(body) }),
  });
  const { status } = response;
  const code = status < 400 ? undefined : codeOf(await response.json());
  if (status >= 500) throw new Error(`${method} ${path} answered ${status} ${code}`);
  if (code === "UNAUTHORIZED" || code === "TOKEN_EXPIRED" || code === "INVALID_API_KEY")
    return { outcome: 401, status };
  // A made-up id below /users/me says nothing about who may call.
  if (code === "NOT_FOUND" && needOf(route) !== "a signed-in user") return { outcome: 404, status };
  // A key that has the scope may still be told that this is above it.
  if (code === "INSUFFICIENT_SCOPE" || (code === "FORBIDDEN" && (kind === "person" || agentHeaders)))
    return { outcome: 403, status };
  return { outcome: "in", status };
}

/** The code of an error, also of one in the shape of OAuth. */
function codeOf({ error }: { error: string | { code: string } }): string {
  if (typeof error !== "string") return error.code;
  return error === "invalid_token" ? "UNAUTHORIZED" : error.toUpperCase();
}

/** What needs nothing in particular is offered to an app only where it changes nothing: it derives no tokens. */
const isToolFor = ({ agentHeaders }: Caller, { access, oauth, response, needs, method }: Route) =>
  access === "actor" &&
  !oauth &&
  (response === null || typeof response === "object") &&
  (!agentHeaders || needs !== undefined || method === "GET");

/** The tools that an agent with this credential is offered; undefined where it is refused. */
async function toolsOffered({ headers, agentHeaders = headers }: Caller): Promise<Set<string> | undefined> {
  const response = await sendMessage(world.url, agentHeaders, { jsonrpc: "2.0", id: 1, method: "tools/list" });
  if (response.status === 401) return undefined;
  const { result } = (await response.json()) as { result: { tools: { name: string }[] } };
  return new Set(result.tools.map(({ name }) => name));
}

test("every route of an organization that takes a credential says what it needs", () => {
  const silent = routes.filter(
    ({ path, access, needs }) => path.startsWith("/organizations/:") && access !== "operator" && !needs,
  );
  expect(silent.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
});

test("every route lets in exactly those it says it needs", async () => {
  const wrong: string[] = [];
  const tools = new Map(callers.map((caller) => [caller, new Set<string>()]));
  const neverSucceeded: string[] = [];
  for (const route of routes) {
    const results = await Promise.all(callers.map(async (caller) => ({ caller, ...(await call(route, caller)) })));
    const name = `${route.method} ${route.path}`;
    for (const { caller, outcome, status } of results) {
      const should = expected(route, caller);
      if (outcome === "in" && isToolFor(caller, route)) tools.get(caller)!.add(route.operationId);
      if (outcome !== should) wrong.push(`${name} as ${caller.name}: ${outcome} (${status}), should be ${should}`);
    }
    const need = needOf(route);
    if (isPermission(need) && !results.some(({ status }) => status === route.status)) neverSucceeded.push(name);
  }
  expect(wrong).toEqual([]);
  // What agents are offered is what those routes let in that machines can call and that answer with JSON.
  for (const [caller, may] of tools) {
    const offered = await toolsOffered(caller);
    if (caller.kind !== "key") expect([caller.name, offered]).toEqual([caller.name, undefined]);
    else if (caller.may) expect([caller.name, offered]).toEqual([caller.name, may]);
  }
  expect(neverSucceeded).toEqual(["POST /organizations/:id/ownership-transfer"]);
});
