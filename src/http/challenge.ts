import type { Problem } from "../problems";

/** Why a token is refused that was sent. */
const ofToken: readonly (string | undefined)[] = ["invalid_access_token", "session_ended", "other_resource"];

/**
 * What `WWW-Authenticate` says of a refusal, so that a client knows whether it needs a new token or one for more (RFC 6750, 3); who sent none is told only
 * that one is needed. Undefined for what no other token would change.
 */
export function challengeOf({ code, reason, status }: Problem): string | undefined {
  if (code === "INSUFFICIENT_SCOPE") return 'Bearer error="insufficient_scope"';
  if (status !== 401) return undefined;
  const isInvalid = code === "TOKEN_EXPIRED" || (code === "UNAUTHORIZED" && ofToken.includes(reason));
  return isInvalid ? 'Bearer error="invalid_token"' : "Bearer";
}
