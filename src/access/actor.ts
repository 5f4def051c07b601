import type { ApiKeyId, CountedId, GrantId, OrganizationId, PersonalTokenId, SessionId, UserId } from "../ids";
import type { Permission } from "./permissions";
import type { Only } from "./resource-kinds";
import type { Standings } from "./standing";

/** Where a request came from, for the audit log and the list of sessions. */
export interface Origin {
  readonly requestId: string;
  /** Canonical IP address. */
  readonly ip: string;
  readonly userAgent: string | null;
  /** Its place in a trace (W3C Trace Context), where it told one. */
  readonly traceparent?: string | null;
}

/** A caller without a credential. */
export interface Visitor {
  readonly kind: "visitor";
  readonly origin: Origin;
}

/** A user, through a session. */
export interface UserActor {
  readonly kind: "user";
  readonly userId: UserId;
  readonly sessionId: SessionId;
  /** Set for someone who acts in the name of a user on the machine of the installation, where there is no session. */
  readonly atMachine?: true;
  /** The operator who looks as this user, read-only; the session is theirs then. */
  readonly impersonatedBy?: UserId;
  readonly origin: Origin;
}

/** An operator of the installation, through a session that used their second factor. */
export interface OperatorActor extends UserActor {
  readonly isOperator: true;
}

/** Who may act on the whole installation: an operator, or someone who runs commands on its machine. */
export type Operator = OperatorActor | { readonly kind: "system" };

/** An API key. It acts for itself, never as the user who created it. */
export interface KeyActor {
  readonly kind: "key";
  readonly keyId: ApiKeyId;
  readonly organizationId: OrganizationId;
  /** The user who created it, or the creator of the key that created it: their role bounds what this key may do. */
  readonly creatorId: UserId;
  readonly environment: "live" | "test";
  /** What the key may do now: its scopes, without what its creator may not do any more or the policy does not allow. */
  readonly permissions: ReadonlySet<Permission>;
  /** What it was given. */
  readonly scopes: readonly string[];
  /** The resources that it is bound to; null for one that is not bound. */
  readonly only: Only;
  readonly origin: Origin;
}

/** An app that a user lets act for them in one organization (OAuth 2.1). It never becomes the user: what is theirs alone, it cannot reach. */
export interface GrantActor {
  readonly kind: "grant";
  readonly grantId: GrantId;
  readonly clientId: string;
  readonly organizationId: OrganizationId;
  /** The user who let it: their permissions, at the moment of each request, bound what it may do. */
  readonly creatorId: UserId;
  /** The permissions that its token is for. What its user may not do any more, `permit` takes away. */
  readonly permissions: ReadonlySet<Permission>;
  /** The scopes of its token, with those about what it may know of its user, separated by spaces. */
  readonly scope: string;
  readonly origin: Origin;
}

/** A personal access token. It acts for its user, within its scopes and where it has access, and changes nothing about how they sign in. */
export interface TokenActor {
  readonly kind: "personal_token";
  readonly tokenId: PersonalTokenId;
  /** The user for whom it acts. */
  readonly creatorId: UserId;
  /** The one organization it reaches; null for all that its user belongs to. */
  readonly organizationId: OrganizationId | null;
  /** Where its user belongs to, and what it may do there now. */
  readonly standings: Standings;
  /** What it was given. */
  readonly scopes: readonly string[];
  readonly only: Only;
  readonly origin: Origin;
}

/** Who asks for something. Every rule takes one. */
export type Actor = UserActor | KeyActor | TokenActor | GrantActor;

/** The user behind an actor: who acts, or whose permissions bound what does. */
export const userIdOf = (actor: Actor): UserId => (actor.kind === "user" ? actor.userId : actor.creatorId);

/** The id of an actor itself. */
export function actorIdOf(actor: Actor): UserId | CountedId | GrantId {
  if (actor.kind === "user") return actor.userId;
  if (actor.kind === "grant") return actor.grantId;
  return actor.kind === "key" ? actor.keyId : actor.tokenId;
}
