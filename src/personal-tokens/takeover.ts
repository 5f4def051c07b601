import type { AuditActor } from "../audit/audit";
import type { Writer } from "../db/database";
import type { UserId } from "../ids";
import { revokeTokensSince } from "./personal-tokens.sql";
import { recordToken } from "./record-token";

/** Revokes the tokens that were created under an account since a time, in the transaction in which its owner takes it back; how many there were. */
export async function revokeTokensAfterTakeover(
  tx: Writer,
  auditActor: AuditActor,
  userId: UserId,
  since: Date,
): Promise<number> {
  const revoked = await revokeTokensSince(tx, userId, since);
  for (const token of revoked)
    await recordToken(tx, auditActor, "personal_token.revoked", token, { because: "account_reset" });
  return revoked.length;
}
