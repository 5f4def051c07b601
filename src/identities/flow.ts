import { randomBytes } from "node:crypto";
import type { UserActor } from "../access/actor";
import type { App } from "../app";
import { consumeChallenge } from "../challenges/challenges.sql";
import { dashboardPath, pageUrl, usesOwnPages } from "../config/pages";
import type { SessionId, UserId } from "../ids";
import { Problem } from "../problems";
import { type Identity, reauthenticate } from "../users/reauthenticate";
import type { Checks, Claims } from "./provider";

/** Milliseconds in which the browser must come back from the provider, ... */
const flowLife = 10 * 60_000;
/** ... and in which the page then sends the ticket. */
const ticketLife = 60_000;

/** What the way to a provider and back is for. Linking and confirming an identity are for the session that started them, and for no other. */
type Purpose = { kind: "sign-in" } | { kind: "link" | "reauthenticate"; userId: UserId; sessionId: SessionId };

/** What the browser keeps in a sealed cookie while it is at the provider. */
interface Flow extends Checks {
  provider: string;
  purpose: Purpose;
  /** A path of the product. */
  returnTo: string;
  /** The SHA-256 of what the page keeps that started it: the ticket works only with that. */
  codeChallenge: string;
}

/** What the page gets: who came back. Sealed, so the page learns nothing and can change nothing. */
export interface SignInTicket extends Claims {
  provider: string;
  issuer: string;
  purpose: Purpose;
  codeChallenge: string;
}

export interface StartInput {
  codeChallenge: string;
  returnTo: string;
}

/**
 * Starts a sign-in with a provider. Nothing is stored.
 * @returns the URL to send the browser to, and the value of the cookie that it must bring back
 * @throws Problem NOT_FOUND for an unknown provider, UNAVAILABLE while it does not answer
 */
export const startSignIn = (app: App, provider: string, input: StartInput) =>
  start(app, provider, input, { kind: "sign-in" });

/** As `startSignIn`, to link an account to the user's own. @throws Problem also as `reauthenticate` */
export async function startLinking(
  app: App,
  { userId, sessionId, origin }: UserActor,
  { provider, codeChallenge, returnTo, ...identity }: Identity & StartInput & { provider: string },
) {
  await reauthenticate(app, { kind: "user", userId, sessionId, origin }, identity);
  return start(app, provider, { codeChallenge, returnTo }, { kind: "link", userId, sessionId });
}

/** As `startSignIn`, to confirm the user's identity: the provider is asked to let them sign in again. */
export const startReauthentication = (
  app: App,
  { userId, sessionId }: UserActor,
  { provider, ...input }: StartInput & { provider: string },
) => start(app, provider, input, { kind: "reauthenticate", userId, sessionId });

async function start(app: App, name: string, input: StartInput, purpose: Purpose) {
  const client = app.providers.get(name);
  if (!client) throw new Problem("NOT_FOUND");
  const random = () => randomBytes(32).toString("base64url");
  const flow: Flow = {
    provider: name,
    state: random(),
    nonce: random(),
    codeVerifier: random(),
    redirectUri: `${app.config.publicUrl}${callbackPath(name)}`,
    purpose,
    freshSince: purpose.kind === "reauthenticate" ? app.clock.now() : undefined,
    ...input,
  };
  const url = await client.authorizationUrl(flow).catch((cause) => {
    throw new Problem("UNAVAILABLE", { reason: "provider_unavailable", retryAfter: 10, cause });
  });
  return { url, cookie: app.challenges.issue("provider", flow, app.clock.now() + flowLife) };
}

export const callbackPath = (provider: string) => `/auth/oauth/${provider}/callback`;

/** Why a callback led to nothing, for the page. */
export type CallbackError = "invalid_callback" | "access_denied" | "provider_failed";

/**
 * Takes what the browser brings back from a provider: only in the browser that was sent there, only from the provider it was sent to, and once.
 * @returns where to send the browser, with a ticket or an error behind the #
 */
export async function finishFlow(app: App, name: string, url: URL, cookie: string | undefined): Promise<string> {
  const flow = cookie === undefined ? undefined : app.challenges.read<Flow>("provider", cookie, app.clock.now());
  const to = (path: string, hash: Record<string, string>) =>
    `${pageUrl(app.config, path)}#${new URLSearchParams(hash)}`;
  const refuse = (error: CallbackError, path = usesOwnPages(app.config) ? `${dashboardPath}/sign-in` : "/") =>
    to(path, { oauth_error: error });
  if (!flow || flow.content.provider !== name) return refuse("invalid_callback");
  const { content } = flow;
  const { state, iss } = Object.fromEntries(url.searchParams);
  const client = app.providers.get(name);
  const isOthers = client?.provider.kind === "oidc" && iss !== undefined && iss !== client.provider.issuer;
  if (!client || state !== content.state || isOthers) return refuse("invalid_callback");
  if (!(await app.db.write((tx) => consumeChallenge(tx, flow)))) return refuse("invalid_callback");
  if (url.searchParams.has("error")) {
    return refuse(
      url.searchParams.get("error") === "access_denied" ? "access_denied" : "provider_failed",
      content.returnTo,
    );
  }
  const callback = new URL(content.redirectUri);
  callback.search = url.search;
  const claims = await client.claims(callback, content).catch((err: unknown) => {
    app.log.warn({ err, provider: name }, "a sign-in with a provider failed");
    return undefined;
  });
  if (!claims) return refuse("provider_failed", content.returnTo);
  const { purpose, codeChallenge, returnTo } = content;
  const ticket: SignInTicket = { ...claims, provider: name, issuer: client.provider.issuer, purpose, codeChallenge };
  return to(returnTo, { oauth_ticket: app.challenges.issue("provider-ticket", ticket, app.clock.now() + ticketLife) });
}
