import type { AuthenticationResponseJSON } from "@simplewebauthn/server";
import type { Origin } from "../access/actor";
import type { App } from "../app";
import { record } from "../audit/audit";
import { consumeChallenge } from "../challenges/challenges.sql";
import type { Challenge } from "../crypto/challenges";
import type { Writer } from "../db/database";
import type { UserId } from "../ids";
import { Problem } from "../problems";
import { findPasskeyByCredential, lockPasskey, markPasskeyUsed, type PasskeyRow } from "./passkeys.sql";
import { challengeLife, requestOptions, verifyUse } from "./webauthn";

/** The use of a passkey, verified. It proves both factors: the device, and what unlocked the passkey on it. */
export interface Assertion {
  passkey: PasskeyRow;
  challenge: Challenge<unknown>;
  counter: number;
  backedUp: boolean;
}

/** What a browser needs to use a passkey, of any user and for any purpose. Nothing is stored. */
export function startPasskeyUse(app: App) {
  const now = app.clock.now();
  return requestOptions(app, app.challenges.issue("passkey", null, now + challengeLife));
}

/** Verifies what a browser returned. @throws Problem INVALID_PASSKEY */
export async function verifyAssertion(app: App, response: AuthenticationResponseJSON): Promise<Assertion> {
  const passkey = await findPasskeyByCredential(app.db.reader, response.id);
  if (!passkey) throw new Problem("INVALID_PASSKEY", { reason: "unknown_passkey" });
  return { passkey, ...(await verifyUse(app, response, passkey)) };
}

/**
 * Consumes the use of a passkey: it works once. A counter that does not rise means that there may be a copy of the passkey. It is recorded, and
 * refused where the passkey cannot be copied by design.
 * @param user whose passkey it must be
 * @returns the refusal, to be thrown after the commit, because a rollback would undo the record
 */
export async function consumeAssertion(
  tx: Writer,
  { passkey: { id, userId, backupEligible }, challenge, counter, backedUp }: Assertion,
  user: UserId,
  origin: Origin,
): Promise<Problem | undefined> {
  if (userId !== user) return new Problem("INVALID_PASSKEY", { reason: "other_account" });
  if (!(await consumeChallenge(tx, challenge))) return new Problem("INVALID_PASSKEY", { reason: "used_assertion" });
  // The row is locked by writing it, and returned as it was but for this.
  const stored = await lockPasskey(tx, { id, userId, backedUp });
  if (!stored) return new Problem("INVALID_PASSKEY", { reason: "unknown_passkey" });
  const rises = counter > stored.counter || (counter === 0 && stored.counter === 0);
  if (!rises) {
    const auditActor = { kind: "user", userId, origin } as const;
    const details = { expected: stored.counter + 1, counter, refused: !backupEligible };
    await record(tx, auditActor, { action: "passkey.counter_fell", chain: userId, target: id, details });
    if (!backupEligible) return new Problem("INVALID_PASSKEY", { reason: "copied_passkey" });
  }
  await markPasskeyUsed(tx, { id, userId, counter });
  return undefined;
}
