import { fieldMessages } from "../field-messages.contract";
import { invalid, Problem } from "../problems";
import type { Origin } from "./actor";
import { openNetworks } from "./networks";
import { expandAll, type Grant, type Permission } from "./permissions";

/** What an organization requires of its members and keys. Null where it requires nothing. */
export interface Policy {
  /** ISO 8601: from this time on members without a second factor have no access. */
  require2fa: string | null;
  /** Days after its creation that a key works at most, whatever its own expiry. */
  maxKeyLifetimeDays: number | null;
  /** IP addresses and CIDRs that keys and members other than the owner may use. */
  allowedIps: string[] | null;
  /** The most that keys may do. */
  allowedScopes: Grant[] | null;
  /** The roles whose members may create keys. Keys then create none. */
  keyCreators: string[] | null;
  /** The ways of signing in that give members other than the owner access, as `sessions` names them. */
  allowedMethods: string[] | null;
  /** Hours after which members must sign in, or confirm their identity, again. */
  maxSessionHours: number | null;
  /** The only apps that members may let act for them here, by client id. */
  allowedClients: string[] | null;
  /** Apps that members may not let act for them here, by client id. */
  blockedClients: string[] | null;
  /** What members' personal access tokens need to have access: an admin's approval, or they have none. */
  personalTokens: "approval" | "refused" | null;
  /** Days after its creation that a personal access token has access at most. `maxKeyLifetimeDays` bounds it too. */
  maxPersonalTokenDays: number | null;
}

/** What a policy asks about a member's session. */
export interface SessionProof {
  method: string;
  /** Whether it proved a second factor. */
  twoFactor: boolean;
  /** When its user has proven their identity last. */
  confirmedAt: Date;
}

export const openPolicy: Policy = {
  require2fa: null,
  maxKeyLifetimeDays: null,
  allowedIps: null,
  allowedScopes: null,
  keyCreators: null,
  allowedMethods: null,
  maxSessionHours: null,
  allowedClients: null,
  blockedClients: null,
  personalTokens: null,
  maxPersonalTokenDays: null,
};

/** Whether a policy asks anything about the sessions of a member. */
export const asksForSession = (policy: Policy, hasAuthenticator: boolean): boolean =>
  Boolean(policy.allowedMethods || policy.maxSessionHours || (policy.require2fa && !hasAuthenticator));

/**
 * Requires that a member meets the policy of the organization. IP addresses and ways of signing in do not bind its owner, so that no admin can lock
 * the owner out. A second factor is an authenticator app, which every sign-in then asks for, or one that this session has proven: a passkey.
 * @param member `session` where `asksForSession`
 * @throws Problem FORBIDDEN for their IP address or way of signing in, TWO_FACTOR_SETUP_REQUIRED, REAUTHENTICATION_REQUIRED for an old session
 */
export function requirePolicy(
  policy: Policy,
  member: { role: string; origin: Origin; hasAuthenticator: boolean; session: SessionProof | undefined },
  now: number,
) {
  const { role, origin, session } = member;
  const isOwner = role === "owner";
  if (policy.allowedIps && !isOwner && !openNetworks(policy.allowedIps)(origin.ip)) {
    throw new Problem("FORBIDDEN", { reason: "ip_not_allowed" });
  }
  if (policy.allowedMethods && !isOwner && !policy.allowedMethods.includes(session?.method ?? "")) {
    throw new Problem("FORBIDDEN", { reason: "method_not_allowed" });
  }
  const isRequired = policy.require2fa !== null && Date.parse(policy.require2fa) <= now;
  if (isRequired && !member.hasAuthenticator && !session?.twoFactor) {
    throw new Problem("TWO_FACTOR_SETUP_REQUIRED", { reason: "policy" });
  }
  if (policy.maxSessionHours && !(session && now - session.confirmedAt.getTime() < policy.maxSessionHours * hour)) {
    throw new Problem("REAUTHENTICATION_REQUIRED", { reason: "session_too_old" });
  }
}

const hour = 3_600_000;

/** Those of some permissions that the policy allows keys to have. */
export function allowedScopes(policy: Policy | null, of: ReadonlySet<Permission>): ReadonlySet<Permission> {
  return policy?.allowedScopes ? of.intersection(expandAll(policy.allowedScopes)) : of;
}

const day = 24 * hour;

/** When the policy ends a key, in milliseconds since 1970. */
export const latestEnd = (policy: Policy | null, createdAt: Date): number =>
  policy?.maxKeyLifetimeDays ? createdAt.getTime() + policy.maxKeyLifetimeDays * day : Number.POSITIVE_INFINITY;

/** The expiry of a new key: the one asked for, or the latest that the policy allows. @throws Problem VALIDATION_ERROR for a later one */
export function expiryWithin(policy: Policy | null, asked: Date | null, now: number): Date | null {
  const latest = latestEnd(policy, new Date(now));
  if (latest === Number.POSITIVE_INFINITY) return asked;
  if (asked && asked.getTime() > latest) throw invalid("expiresAt", fieldMessages.beyondPolicyLifetime);
  return asked ?? new Date(latest);
}

/** Whether the policy lets an app act here. Policies from before there were apps say nothing. */
export const isClientAllowed = (policy: Policy | null, clientId: string): boolean =>
  !policy || (!policy.blockedClients?.includes(clientId) && (policy.allowedClients?.includes(clientId) ?? true));

/** Requires that the policy lets an app act here. @throws Problem FORBIDDEN */
export function requireAllowedClient(policy: Policy | null, clientId: string) {
  if (!isClientAllowed(policy, clientId)) throw new Problem("FORBIDDEN", { reason: "client_not_allowed" });
}

/** Requires that the policy lets this role create keys. @param role null for a key @throws Problem FORBIDDEN */
export function requireKeyCreator(policy: Policy | null, role: string | null) {
  if (policy?.keyCreators && !(role && policy.keyCreators.includes(role))) {
    throw new Problem("FORBIDDEN", { reason: "key_creation_not_allowed" });
  }
}
