import { beforeAll, expect, test } from "bun:test";
import type { Route } from "../../src/http/route";
import type { UserId } from "../../src/ids";
import { grantOperator } from "../../src/operators/operators";
import { routes } from "../../src/server/routes";
import { endSessionsOf } from "../../src/sessions/sessions.sql";
import { codeOf } from "../support/authenticator";
import { beforeNextWrite } from "../support/interleave";
import { authorizeUrl, connect, pkce, post, registerApp, requestOf } from "../support/oauth";
import { type Creation, newAuthenticator } from "../support/passkeys";
import { providerTicket } from "../support/provider-tickets";
import { openedToReceiver } from "../support/receiver";
import { snapshot } from "../support/snapshot";
import { openWorld, type Person, type World } from "../support/world";

let world: World;
let people = 0;

beforeAll(async () => {
  world = await openWorld({ config: openedToReceiver });
});

/** What a request of a route needs. */
interface Prepared {
  body?: unknown;
  params?: Record<string, string>;
  /** Transactions of the request that only prove who asks. */
  proofs?: number;
}

const nameOf = ({ method, path }: Route) => `${method} ${path}`;

async function turnOnTwoFactor({ bask, password }: Person): Promise<string> {
  const { secret } = await bask.twoFactor.setup({ password });
  await bask.twoFactor.verify({ code: codeOf(secret, world.time) });
  world.time.pass({ seconds: 30 });
  return secret;
}

async function newPasskey({ bask }: Person) {
  return newAuthenticator().create(await bask.request<Creation>("POST", "/users/me/passkeys/options", { body: {} }));
}

const addPasskey = async (person: Person) =>
  person.bask.request<{ id: string }>("POST", "/users/me/passkeys", { body: { passkey: await newPasskey(person) } });

const currentSession = async ({ bask }: Person) =>
  (await bask.sessions.list()).data.find(({ isCurrent }) => isCurrent)!;

const codes = async (person: Person) => ({
  password: person.password,
  code: codeOf(await turnOnTwoFactor(person), world.time),
});

const own: Record<string, (person: Person) => Prepared | Promise<Prepared>> = {
  "PATCH /users/me": () => ({ body: { fullName: "New Name" } }),
  "DELETE /users/me": async ({ bask }) => {
    await bask.organizations.create({ name: "Own" });
    return {};
  },
  "PUT /users/me/password": ({ password }) => ({
    body: { currentPassword: password, newPassword: "another long password" },
    proofs: 1,
  }),
  "POST /users/me/email": () => ({ body: { email: `new${people}@example.com` } }),
  "POST /auth/verify-email": async ({ email }) => ({ body: { token: await world.tokenTo(email, "verify-email") } }),
  "DELETE /users/me/sessions": async (person) => {
    await world.signIn(person);
    return {};
  },
  "DELETE /users/me/sessions/:id": async (person) => {
    const other = { ...person, bask: await world.signIn(person) };
    return { params: { id: (await currentSession(other)).id } };
  },
  "POST /users/me/passkeys": async (person) => ({ body: { passkey: await newPasskey(person) } }),
  "PATCH /users/me/passkeys/:id": async (person) => ({
    params: { id: (await addPasskey(person)).id },
    body: { name: "New" },
  }),
  "DELETE /users/me/passkeys/:id": async (person) => ({ params: { id: (await addPasskey(person)).id } }),
  "POST /users/me/identities": async (person) => ({ body: await providerTicket(world, person) }),
  "POST /auth/reauthenticate/oauth": async (person) => {
    const body = await providerTicket(world, person);
    await person.bask.request("POST", "/users/me/identities", { body });
    return { body: await providerTicket(world, person, "reauthenticate") };
  },
  "DELETE /users/me/identities/:id": async (person) => {
    const body = await providerTicket(world, person);
    return { params: { id: (await person.bask.request<{ id: string }>("POST", "/users/me/identities", { body })).id } };
  },
  "POST /auth/two-factor/setup": ({ password }) => ({ body: { password }, proofs: 1 }),
  "POST /auth/two-factor/verify": async ({ bask, password }) => ({
    body: { code: codeOf((await bask.twoFactor.setup({ password })).secret, world.time) },
  }),
  "POST /auth/two-factor/disable": async (person) => ({ body: await codes(person), proofs: 1 }),
  "POST /auth/two-factor/backup-codes": async (person) => ({ body: await codes(person), proofs: 1 }),
  "DELETE /auth/two-factor/devices/:id": async (person) => {
    const secret = await turnOnTwoFactor(person);
    const { email, password } = person;
    const trusting = { email, password, twoFactorCode: codeOf(secret, world.time), trustDevice: true };
    await world.visitor.auth.login(trusting);
    return { params: { id: (await person.bask.trustedDevices.list()).data[0]!.id } };
  },
  "POST /organizations": () => ({ body: { name: "New" } }),
  "POST /invitations/accept": (person) => invite(person),
  "POST /invitations/decline": (person) => invite(person),
  "POST /users/me/tokens": () => ({ body: laptop }),
  "PATCH /users/me/tokens/:tokenId": async (person) => ({ ...(await token(person)), body: { name: "New" } }),
  "POST /users/me/tokens/:tokenId/rotate": (person) => token(person),
  "DELETE /users/me/tokens/:tokenId": (person) => token(person),
  "DELETE /users/me/connected-apps/:grantId": async (person) => {
    const { id } = await person.bask.organizations.create({ name: "Own" });
    await connect(world, person, id, await registerApp(world));
    return { params: { grantId: (await person.bask.connectedApps.list()).data[0]!.id } };
  },
  "POST /oauth/authorization/approve": async ({ bask }) => {
    const { id: organizationId } = await bask.organizations.create({ name: "Own" });
    const request = await askedByApp();
    const { digest } = await bask.apps.readAuthorization({ request });
    return { body: { request, organizationId, digest } };
  },
  "POST /oauth/authorization/deny": async () => ({ body: { request: await askedByApp() } }),
  "POST /oauth/device/approve": async ({ bask }) => {
    const { id: organizationId } = await bask.organizations.create({ name: "Own" });
    const userCode = await askedByDevice();
    const { digest } = await bask.apps.readDevice({ userCode });
    return { body: { userCode, organizationId, digest }, proofs: 1 };
  },
  "POST /oauth/device/deny": async () => ({ body: { userCode: await askedByDevice() }, proofs: 1 }),
};

const laptop = { name: "Laptop", scopes: ["members:read" as const] };
const token = async ({ bask }: Person) => ({ params: { tokenId: (await bask.personalTokens.create(laptop)).id } });

const askedByApp = async () => requestOf(world, authorizeUrl((await registerApp(world)).id, pkce().challenge));

async function askedByDevice(): Promise<string> {
  world.time.pass({ minutes: 1 });
  const form = { client_id: "bask-cli", scope: "members:read" };
  return (await post(world, "/oauth/device_authorization", form)).body.user_code!;
}

async function invite({ email }: Person): Promise<Prepared> {
  const host = await newPerson();
  const { id } = await host.bask.organizations.create({ name: "Host" });
  await host.bask.invitations.create(id, { email, role: "viewer" });
  return { body: { token: await world.tokenTo(email, "invitation") } };
}

/** They change nothing, or only what proves who asks. */
const harmless = [
  "POST /auth/reauthenticate",
  "POST /auth/reauthenticate/oauth/start",
  "POST /auth/logout",
  "POST /users/me/passkeys/options",
  "POST /users/me/identities/start",
  "POST /oauth/authorization",
  "POST /oauth/device",
];

const reason = { reason: "to see who may" };
const operators: Record<string, () => Prepared | Promise<Prepared>> = {
  "POST /admin/users/:id/suspend": async () => ({
    params: { id: (await (await newPerson()).bask.me.get()).id },
    body: reason,
  }),
  "PUT /admin/organizations/:id/plan": async () => ({
    params: { id: (await (await newPerson()).bask.organizations.create({ name: "Acme" })).id },
    body: { ...reason, plan: "pro" },
  }),
  "POST /admin/users/:id/impersonate": async () => ({
    params: { id: (await (await newPerson()).bask.me.get()).id },
    body: reason,
  }),
  "POST /admin/webhooks": () => ({ body: { url: "http://127.0.0.2/", events: ["user.*"] } }),
};

const newPerson = async () => world.person(`Person${++people}`);

/** Calls a route; right before it changes something, another process ends the caller's sessions, of which this one has not heard. */
async function callAndEnd(route: Route, person: Person, { body = {}, params = {}, proofs = 0 }: Prepared) {
  const userId = (await person.bask.me.get()).id as UserId;
  let before: unknown;
  const end = async () => {
    await world.app.db.write((tx) => endSessionsOf(tx, userId, "password_changed"));
    before = await snapshot(world);
  };
  beforeNextWrite(world, end, proofs);
  const response = await world.fetch(
    route.path.replace(/:(\w+)/g, (_, name) => params[name]!),
    {
      method: route.method,
      headers: {
        Authorization: `Bearer ${person.bask.tokens()!.accessToken}`,
        "Content-Type": "application/json",
      },
      body: JSON.stringify(body),
    },
  );
  return { status: response.status, before, after: await snapshot(world) };
}

const changes = ({ method, path, access }: Route) =>
  method !== "GET" && !path.startsWith("/organizations/:id") && ["user", "holder"].includes(access);

for (const route of routes.filter(changes).filter((route) => !harmless.includes(nameOf(route)))) {
  test(`${nameOf(route)} changes nothing for a session that another process has ended`, async () => {
    const person = await newPerson();
    const { status, before, after } = await callAndEnd(route, person, await own[nameOf(route)]!(person));
    expect(before).toBeDefined();
    expect(status).toBe(401);
    expect(after).toEqual(before as typeof after);
  });
}

/** One of each rule that asks for the operator again: all acts on a kind of thing share it. */
for (const [name, prepare] of Object.entries(operators)) {
  test(`${name} changes nothing for an operator whose session another process has ended`, async () => {
    const route = routes.find((route) => nameOf(route) === name)!;
    const root = await newPerson();
    await world.verify(root);
    await grantOperator(world.app, root.email);
    await turnOnTwoFactor(root);
    const { status, before, after } = await callAndEnd(route, root, await prepare());
    expect(before).toBeDefined();
    expect(status).toBe(403);
    expect(after).toEqual(before as typeof after);
  });
}
