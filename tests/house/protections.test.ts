import { beforeAll, expect, test } from "bun:test";
import { createHash, randomBytes } from "node:crypto";
import { type AuditAction, auditActions } from "../../src/audit/actions.contract";
import type { UserId } from "../../src/ids";
import type { EmailName } from "../../src/mail/templates";
import { grantOperator } from "../../src/operators/operators";
import { resetTwoFactor } from "../../src/operators/users";
import type { SessionTokens } from "../../src/sdk/client";
import { codeOf } from "../support/authenticator";
import { createClient } from "../support/client";
import { connect, registerApp } from "../support/oauth";
import { enroll, newAuthenticator } from "../support/passkeys";
import { providerTicket } from "../support/provider-tickets";
import { unverifiedPerson } from "../support/unverified";
import { openWorld, type Person, type World } from "../support/world";

/** What changes how an account is protected, with the email that tells its user. */
const told: Partial<Record<AuditAction, EmailName>> = {
  "user.password_changed": "password-changed",
  "user.password_reset": "password-changed",
  "user.password_removed": "access-removed",
  "user.email_changed": "email-changed",
  "user.email_restored": "email-restored",
  "user.added_access_removed": "access-removed",
  "user.impersonated": "account-viewed",
  "user.app_connected": "app-connected",
  "session.reuse_detected": "session-reuse",
  "two_factor.enabled": "two-factor-on",
  "two_factor.disabled": "two-factor-off",
  "two_factor.reset": "two-factor-off",
  "two_factor.backup_codes_regenerated": "backup-codes-replaced",
  "identity.linked": "identity-linked",
  "identity.unlinked": "identity-unlinked",
  "passkey.added": "passkey-added",
  "passkey.renamed": "passkey-renamed",
  "passkey.removed": "passkey-removed",
};

/** What does not, or what is told otherwise: a sign-in on a new device, the last email of a deleted account. */
const untold: AuditAction[] = [
  "user.registered",
  "user.registration_repeated",
  "user.imported",
  "user.updated",
  "user.verification_requested",
  "user.email_verified",
  "user.email_change_requested",
  "user.password_reset_requested",
  "user.sign_in_link_requested",
  "user.suspended",
  "user.restored",
  "user.app_disconnected",
  "user.impersonation_ended",
  "user.deleted",
  "session.started",
  "session.bound",
  "session.confirmed",
  "session.ended",
  "session.others_ended",
  "session.all_ended",
  "two_factor.device_trusted",
  "two_factor.device_forgotten",
  "passkey.counter_fell",
];

let world: World;
const people: Person[] = [];

async function newPerson(name: string): Promise<Person> {
  const person = await world.person(name);
  await world.verify(person);
  people.push(person);
  return person;
}

async function changeFactors() {
  const person = await newPerson("Factor");
  const { bask, password } = person;
  const { secret } = await bask.twoFactor.setup({ password });
  const { backupCodes } = await bask.twoFactor.verify({ code: codeOf(secret, world.time) });
  await bask.twoFactor.regenerateBackupCodes({ password, code: backupCodes[0]! });
  world.time.pass({ seconds: 30 });
  await bask.twoFactor.disable({ password, code: codeOf(secret, world.time) });
  const { secret: again } = await bask.twoFactor.setup({ password });
  world.time.pass({ seconds: 30 });
  await bask.twoFactor.verify({ code: codeOf(again, world.time) });
  const id = (await bask.me.get()).id as UserId;
  await resetTwoFactor(world.app, { kind: "system" }, id, { reason: "the phone is lost" });
  person.bask = await world.signIn(person);
}

async function changeWaysIn() {
  const person = await newPerson("Ways");
  const { bask } = person;
  const { id } = await enroll(bask, newAuthenticator());
  await bask.request("PATCH", `/users/me/passkeys/${id}`, { body: { name: "Laptop" } });
  await bask.request("DELETE", `/users/me/passkeys/${id}`, { body: {} });
  const body = await providerTicket(world, person);
  const identity = await bask.request<{ id: string }>("POST", "/users/me/identities", { body });
  await bask.request("DELETE", `/users/me/identities/${identity.id}`, { body: {} });
}

async function changePasswordAndEmail() {
  const person = await newPerson("Mail");
  const { bask, email } = person;
  await bask.me.changePassword({ currentPassword: person.password, newPassword: "another long password" });
  await bask.me.changeEmail({ email: "elsewhere@example.com", password: "another long password" });
  await bask.auth.verifyEmail({ token: await world.tokenTo("elsewhere@example.com", "change-email") });
  await enroll(bask, newAuthenticator());
  await world.visitor.auth.undoEmailChange({ token: await world.tokenTo(email, "email-changed") });
  await world.visitor.auth.forgotPassword({ email });
  person.password = "a third long password";
  const token = await world.tokenTo(email, "reset-password");
  await world.visitor.auth.resetPassword({ token, password: person.password });
  person.bask = await world.signIn(person);
}

async function reuseToken() {
  const person = await newPerson("Reuse");
  const { refreshToken } = person.bask.tokens()!;
  await person.bask.auth.refresh();
  world.time.pass({ minutes: 1 });
  await createClient({ url: world.url })
    .request("POST", "/auth/refresh", { body: { refreshToken } })
    .catch(() => {});
  person.bask = await world.signIn(person);
}

/** An account that someone else set up is taken by the reader of its email, by a link. */
async function takeBack() {
  const person = await unverifiedPerson(world, "Taken");
  people.push(person);
  await enroll(person.bask, newAuthenticator());
  const codeVerifier = randomBytes(32).toString("base64url");
  const codeChallenge = createHash("sha256").update(codeVerifier).digest("base64url");
  const { email } = person;
  await person.bask.request("POST", "/auth/email-link", { body: { email, codeChallenge } });
  const body = { token: await world.tokenTo(email, "sign-in"), codeVerifier };
  const tokens = await createClient({ url: world.url }).request<SessionTokens>("POST", "/auth/email-link/login", {
    body,
  });
  person.bask = createClient({ url: world.url, tokens });
}

async function lookAs() {
  const root = await newPerson("Root");
  const { id } = await (await newPerson("Looked")).bask.me.get();
  await grantOperator(world.app, root.email);
  const { secret } = await root.bask.twoFactor.setup({ password: root.password });
  await root.bask.twoFactor.verify({ code: codeOf(secret, world.time) });
  await root.bask.request("POST", `/admin/users/${id}/impersonate`, { body: { reason: "they asked for help" } });
}

async function connectApp() {
  const person = await newPerson("Connecting");
  const { id } = await person.bask.organizations.create({ name: "Acme" });
  await connect(world, person, id, await registerApp(world));
}

beforeAll(async () => {
  world = await openWorld();
  await connectApp();
  await lookAs();
  await changeFactors();
  await changeWaysIn();
  await changePasswordAndEmail();
  await reuseToken();
  await takeBack();
});

test("every event of a user's own log is one that an email tells, or needs none", () => {
  const own = (Object.keys(auditActions) as AuditAction[]).filter((action) =>
    /^(user|session|two_factor|identity|passkey)\./.test(action),
  );
  expect([...Object.keys(told), ...untold].sort()).toEqual(own.sort());
});

test("what changes how an account is protected is in its log, and in an email to its user", async () => {
  const seen = new Map<string, Set<string>>();
  for (const person of people) {
    const templates = await world.emailsTo(person.email);
    const { data } = await person.bask.me.listAuditLogs({ limit: 100 });
    for (const { action } of data)
      seen.set(action, new Set([...(seen.get(action) ?? []), ...templates.map(({ template }) => template)]));
  }
  const missing = Object.entries(told).filter(([action, email]) => !seen.get(action)?.has(email));
  expect(missing).toEqual([]);
});
