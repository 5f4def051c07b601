import { hash } from "node:crypto";
import type { UserActor, Visitor } from "../access/actor";
import { lockLiveUser } from "../access/live-user";
import type { App } from "../app";
import { record } from "../audit/audit";
import { consumeChallenge, releaseChallenge } from "../challenges/challenges.sql";
import type { Challenge } from "../crypto/challenges";
import type { Writer } from "../db/database";
import { newId, type UserId } from "../ids";
import { Problem } from "../problems";
import { endSessionsOf } from "../sessions/sessions.sql";
import { completeSignIn, type SignedIn, signedInAnswer } from "../sessions/sign-in";
import { canonicalEmail } from "../shapes/email.contract";
import { consumeCode } from "../two-factor/codes";
import { isTwoFactorOn } from "../two-factor/two-factor.sql";
import { emailUser } from "../users/email-user";
import { proveEmail } from "../users/prove-email";
import { confirmSession, type Identity, reauthenticate } from "../users/reauthenticate";
import { emailNewUser } from "../users/users";
import { FullName } from "../users/users.contract";
import { findEmailOwner, insertUser, lockUser, type UserRow } from "../users/users.sql";
import { isOnlyWayIn } from "../users/ways-in";
import type { SignInTicket } from "./flow";
import {
  deleteIdentity,
  findIdentity,
  type IdentityRow,
  insertIdentity,
  listIdentityRows,
  touchIdentity,
} from "./identities.sql";

/** Accounts at providers that a user may link. */
const maxIdentities = 20;

interface Redemption {
  ticket: string;
  codeVerifier: string;
}

/** The providers that people can sign in with. */
export const listProviders = (app: App) => ({
  data: [...app.providers.values()].map(({ provider: { name, title } }) => ({ name, title })),
  nextCursor: null,
});

/**
 * Signs in with who came back from a provider. The account there decides, not its email: a known one is its user's, whatever email it has now. An
 * unknown one gets a new account, and never an existing one: its user signs in as before, and links it.
 * @throws Problem INVALID_CHALLENGE, TWO_FACTOR_REQUIRED, CONFLICT for the email of another account, FORBIDDEN without a verified email and
 * for a suspended user
 */
export async function signInWithProvider(app: App, visitor: Visitor, input: Redemption) {
  const ticket = readTicket(app, input);
  if (ticket.content.purpose.kind !== "sign-in") throw new Problem("INVALID_CHALLENGE");
  const verdict = await app.db.write(async (tx) => {
    if (!(await consumeChallenge(tx, ticket))) return new Problem("INVALID_CHALLENGE");
    const user = await userOf(app, tx, visitor, ticket.content);
    return user instanceof Problem ? user : completeSignIn(app, tx, visitor, { user, method: ticket.content.provider });
  });
  if (verdict instanceof Problem) throw verdict;
  return signedInAnswer(app, verdict satisfies SignedIn);
}

async function userOf(app: App, tx: Writer, { origin }: Visitor, ticket: SignInTicket): Promise<UserRow | Problem> {
  const { issuer, subject, isAuthoritative } = ticket;
  const identity = await findIdentity(tx, issuer, subject);
  if (identity) {
    await touchIdentity(tx, identity.id);
    return (await lockUser(tx, identity.userId)) ?? new Problem("INVALID_CHALLENGE");
  }
  const email = ticket.email === undefined ? undefined : canonicalEmail(ticket.email);
  if (email === undefined) return new Problem("FORBIDDEN", { reason: "provider_email_unverified" });
  const owner = await findEmailOwner(tx, email, tx.now);
  const auditActorOf = (userId: UserId) => ({ kind: "user", userId, origin }) as const;
  if (owner) {
    // An account whose email was never proven is not its maker's: the person whom the provider vouches for takes it back.
    const isTheirs = isAuthoritative && !owner.reservedUntil && !owner.user.emailVerifiedAt && verifiesEmails(app);
    const user = isTheirs ? await lockUser(tx, owner.user.id) : undefined;
    if (!user || user.email !== email || user.emailVerifiedAt || user.suspendedAt) {
      return new Problem("CONFLICT", { reason: "sign_in_to_link" });
    }
    const proven = await proveEmail(app, tx, user, origin);
    await link(tx, auditActorOf(user.id), user.id, ticket, email);
    return proven;
  }
  const user = await insertUser(tx, {
    id: newId("usr", tx.now.getTime()),
    email,
    fullName: nameOf(ticket.fullName) ?? email.split("@")[0]!,
    passwordHash: null,
    emailVerifiedAt: isAuthoritative ? tx.now : null,
    activatedAt: tx.now,
    createdAt: tx.now,
  });
  if (!user) return new Problem("CONFLICT", { reason: "sign_in_to_link" });
  await record(tx, auditActorOf(user.id), { action: "user.registered", chain: user.id, target: user.id });
  await link(tx, auditActorOf(user.id), user.id, ticket, email);
  if (!isAuthoritative) await emailNewUser(app, tx, user);
  return (await lockUser(tx, user.id))!;
}

const verifiesEmails = ({ config }: App): boolean => config.emailVerification !== "off";

/** A name that providers give, as people may type one. */
function nameOf(text: string | undefined): string | undefined {
  const { data } = FullName.safeParse(text ?? "");
  return data;
}

/** False when someone signs in with this account already. */
async function link(
  tx: Writer,
  auditActor: { kind: "user"; userId: UserId; origin: Visitor["origin"] },
  userId: UserId,
  { provider, issuer, subject }: SignInTicket,
  email: string | null,
): Promise<IdentityRow | undefined> {
  const id = newId("idn", tx.now.getTime());
  const row = { id, userId, issuer, subject, emailAtLink: email, createdAt: tx.now, lastUsedAt: tx.now };
  if (!(await insertIdentity(tx, row))) return undefined;
  await record(tx, auditActor, { action: "identity.linked", chain: userId, target: id, details: { provider } });
  return row;
}

/**
 * Links the account of a provider to the user's own, in the session that started it.
 * @throws Problem INVALID_CHALLENGE, CONFLICT for an account that is linked already, and beyond twenty
 */
export async function linkIdentity(app: App, actor: UserActor, input: Redemption) {
  const ticket = readOwnTicket(app, actor, "link", input);
  const { email, provider } = ticket.content;
  const linked = await app.db.write(async (tx) => {
    await lockLiveUser(tx, actor);
    if (!(await consumeChallenge(tx, ticket))) return new Problem("INVALID_CHALLENGE");
    if ((await listIdentityRows(tx, actor.userId)).length >= maxIdentities) {
      return new Problem("CONFLICT", { reason: "too_many_identities", values: { limit: maxIdentities } });
    }
    const emailAtLink = (email && canonicalEmail(email)) ?? null;
    const row = await link(tx, actor, actor.userId, ticket.content, emailAtLink);
    if (!row) return new Problem("CONFLICT", { reason: "identity_taken" });
    const title = app.providers.get(provider)?.provider.title ?? provider;
    await emailUser(tx, actor.userId, "identity-linked", { provider: title, at: tx.now, ip: actor.origin.ip });
    return row;
  });
  if (linked instanceof Problem) throw linked;
  return presentIdentity(app, linked);
}

/** Only the page that started the sign-in keeps the verifier: a ticket that is sent to someone else signs them in nowhere. */
function readTicket(app: App, { ticket: text, codeVerifier }: Redemption): Challenge<SignInTicket> {
  const ticket = app.challenges.read<SignInTicket>("provider-ticket", text, app.clock.now());
  if (!ticket || hash("sha256", codeVerifier, "base64url") !== ticket.content.codeChallenge) {
    throw new Problem("INVALID_CHALLENGE");
  }
  return ticket;
}

/** As `readTicket`, for what the user started in this session. */
function readOwnTicket(app: App, { userId, sessionId }: UserActor, kind: "link" | "reauthenticate", input: Redemption) {
  const ticket = readTicket(app, input);
  const { purpose } = ticket.content;
  if (purpose.kind !== kind || purpose.userId !== userId || purpose.sessionId !== sessionId) {
    throw new Problem("INVALID_CHALLENGE");
  }
  return ticket;
}

/**
 * Confirms the user's identity by an account at a provider that is linked to theirs, with the second factor where one is on.
 * @throws Problem INVALID_CHALLENGE also for an account that is not theirs, TWO_FACTOR_REQUIRED, INVALID_TWO_FACTOR_CODE
 */
export async function reauthenticateWithProvider(
  app: App,
  actor: UserActor,
  { twoFactorCode, ...input }: Redemption & { twoFactorCode?: string | undefined },
) {
  const ticket = readOwnTicket(app, actor, "reauthenticate", input);
  const refused = await app.db.write(async (tx) => {
    await lockLiveUser(tx, actor);
    const identity = await findIdentity(tx, ticket.content.issuer, ticket.content.subject);
    if (identity?.userId !== actor.userId) return new Problem("INVALID_CHALLENGE");
    const twoFactor = await isTwoFactorOn(tx, actor.userId);
    if (twoFactor && twoFactorCode === undefined) return new Problem("TWO_FACTOR_REQUIRED");
    if (!(await consumeChallenge(tx, ticket))) return new Problem("INVALID_CHALLENGE");
    const wrong = twoFactor ? await consumeCode(app, tx, actor, twoFactorCode!) : undefined;
    if (wrong) {
      await releaseChallenge(tx, ticket);
      return wrong;
    }
    await touchIdentity(tx, identity.id);
    await confirmSession(tx, actor, twoFactor);
    return undefined;
  });
  if (refused) throw refused;
}

export async function listIdentities(app: App, { userId }: Pick<UserActor, "userId">) {
  const rows = await listIdentityRows(app.db.reader, userId);
  return { data: rows.map((row) => presentIdentity(app, row)), nextCursor: null };
}

/**
 * Unlinks an account at a provider. The user's other sessions end.
 * @throws Problem as `reauthenticate`, NOT_FOUND, CONFLICT for the last way into the account
 */
export async function unlinkIdentity(app: App, actor: UserActor, id: string, identity: Identity) {
  await reauthenticate(app, actor, identity);
  const refused = await app.db.write(async (tx) => {
    const user = await lockLiveUser(tx, actor);
    const row = (await listIdentityRows(tx, actor.userId)).find((one) => one.id === id);
    if (!row) return new Problem("NOT_FOUND");
    const { provider } = presentIdentity(app, row);
    if (provider !== null && (await isOnlyWayIn(app, tx, user)))
      return new Problem("CONFLICT", { reason: "last_way_in" });
    await deleteIdentity(tx, actor.userId, row.id);
    await endSessionsOf(tx, actor.userId, "identity_removed", actor.sessionId);
    const title = app.providers.get(provider ?? "")?.provider.title ?? row.issuer;
    await emailUser(tx, actor.userId, "identity-unlinked", { provider: title, at: tx.now, ip: actor.origin.ip });
    await record(tx, actor, {
      action: "identity.unlinked",
      chain: actor.userId,
      target: row.id,
      details: { provider },
    });
    return undefined;
  });
  if (refused) throw refused;
}

/** `provider` is null for one that is not configured any more: it signs no one in. */
function presentIdentity(app: App, { id, issuer, emailAtLink, createdAt, lastUsedAt }: IdentityRow) {
  const client = [...app.providers.values()].find(({ provider }) => provider.issuer === issuer);
  return { id, provider: client?.provider.name ?? null, issuer, emailAtLink, createdAt, lastUsedAt };
}
