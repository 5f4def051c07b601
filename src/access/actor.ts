import type { ApiKeyId, OrganizationId, SessionId, UserId } from "../ids";
import type { KeyUse } from "../usage/counting";
import type { Permission } from "./permissions";

/** Where a request came from; for the audit log and the list of sessions. */
export interface Origin {
  readonly requestId: string;
  /** Canonical IP address. */
  readonly ip: string;
  readonly userAgent: string | null;
}

/** Somebody who has not said who they are. */
export interface Visitor {
  readonly kind: "visitor";
  readonly origin: Origin;
}

/** A person, through a session. */
export interface UserActor {
  readonly kind: "user";
  readonly userId: UserId;
  readonly sessionId: SessionId;
  readonly origin: Origin;
}

/** A person who runs the installation, through a session that used their second factor. */
export interface OperatorActor extends UserActor {
  readonly isOperator: true;
}

/** A key. It never becomes the person who made it. */
export interface KeyActor {
  readonly kind: "key";
  readonly keyId: ApiKeyId;
  readonly organizationId: OrganizationId;
  /** The person who made it, or who is behind the key that made it: their role bounds this one. */
  readonly creatorId: UserId;
  readonly environment: "live" | "test";
  /** What the key may do now: its scopes, less what its creator may no longer do. */
  readonly permissions: ReadonlySet<Permission>;
  /** What it was given when it was made. */
  readonly scopes: readonly string[];
  /** Where its requests are counted. */
  readonly use: KeyUse;
  readonly origin: Origin;
}

/** Who asks. Every rule takes one. */
export type Actor = UserActor | KeyActor;
