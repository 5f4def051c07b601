import { lruMap } from "../cache/lru";
import type { AccessClaims } from "../crypto/access-tokens";
import type { SessionId, UserId } from "../ids";
import type { Meter } from "../limits/windows";

/** An access token that was issued here or verified before, and what is known of its session and user. */
export interface KnownToken {
  readonly userId: UserId;
  readonly sessionId: SessionId;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  /** The version of the session cache at which its session was live ... */
  version: number;
  /** ... and until when the token is accepted as long as nothing is evicted there. Milliseconds since 1970. */
  acceptedUntil: number;
  /** Where the requests of its user are counted. */
  requests: Meter | undefined;
}

type Claims = Pick<AccessClaims, "sub" | "sid" | "exp">;

/** Access tokens by the Authorization header that clients send them in, so that one look-up recognizes a caller. */
export interface KnownTokens {
  get(authorization: string): KnownToken | undefined;
  /** @param token one that this installation signed */
  add(token: string, claims: Claims): KnownToken;
}

/** Tokens that one process remembers. */
const maxTokens = 10_000;

export function openKnownTokens(): KnownTokens {
  const tokens = lruMap<KnownToken>(maxTokens);
  return {
    get: tokens.get,
    add(token, { sub, sid, exp }) {
      const known: KnownToken = {
        userId: sub,
        sessionId: sid,
        expiresAt: exp * 1000,
        version: -1,
        acceptedUntil: 0,
        requests: undefined,
      };
      tokens.set(authorizationOf(token), known);
      return known;
    },
  };
}

/** The header as clients write it. */
export const authorizationOf = (token: string): string => `Bearer ${token}`;
