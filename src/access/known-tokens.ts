import { lruMap } from "../cache/lru";
import type { AccessClaims, GrantClaims } from "../crypto/access-tokens";
import type { GrantId, OrganizationId, SessionId, UserId } from "../ids";
import type { Meter } from "../limits/windows";
import { expandAll, type Permission } from "./permissions";

/** What an app got an access token for. */
export interface GrantedToken {
  readonly clientId: string;
  readonly organizationId: OrganizationId;
  /** The permissions among its scopes ... */
  readonly permissions: ReadonlySet<Permission>;
  /** ... and all of them, as they were written. */
  readonly scope: string;
  /** The service it is for: the audience. */
  readonly resource: string;
}

/** An access token that was accepted before, and what is known of its session or grant, and of its user. */
export interface KnownToken {
  readonly userId: UserId;
  /** What it ends with. */
  readonly sessionId: SessionId | GrantId;
  /** Undefined for a token of the user's own session. */
  readonly granted: GrantedToken | undefined;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  /** The version of the session cache at which its session was live ... */
  version: number;
  /** ... and until when the token is accepted as long as nothing is evicted there. Milliseconds since 1970. */
  acceptedUntil: number;
  /** Where the requests of its user are counted. */
  requests: Meter | undefined;
}

/** Access tokens by the Authorization header that clients send them in, so that one look-up recognizes a caller. */
export interface KnownTokens {
  get(authorization: string): KnownToken | undefined;
  /** @param token one that was verified */
  add(token: string, claims: AccessClaims): KnownToken;
}

/** Tokens that one process remembers. */
const maxTokens = 10_000;

export function openKnownTokens(): KnownTokens {
  const tokens = lruMap<KnownToken>(maxTokens);
  return {
    get: tokens.get,
    add(token, claims) {
      const known: KnownToken = {
        userId: claims.sub,
        sessionId: "sid" in claims ? claims.sid : claims.grant,
        granted: "sid" in claims ? undefined : grantedOf(claims),
        expiresAt: claims.exp * 1000,
        version: -1,
        acceptedUntil: 0,
        requests: undefined,
      };
      tokens.set(authorizationOf(token), known);
      return known;
    },
  };
}

const grantedOf = ({ client_id, org, scope, aud }: Pick<GrantClaims, "client_id" | "org" | "scope" | "aud">) => ({
  clientId: client_id,
  organizationId: org,
  permissions: expandAll(scope.split(" ")),
  scope,
  resource: aud,
});

/** The header as clients write it. */
export const authorizationOf = (token: string): string => `Bearer ${token}`;
