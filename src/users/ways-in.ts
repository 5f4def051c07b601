import type { Reader } from "../db/database";
import { countPasskeys } from "../passkeys/passkeys.sql";
import type { UserRow } from "./users.sql";

/** The ways into an account, in words for an email. */
export async function describeWaysIn(db: Reader, user: UserRow): Promise<string> {
  const passkeys = await countPasskeys(db, user.id);
  const words = [
    user.passwordHash !== null && "the password",
    passkeys > 0 && (passkeys === 1 ? "1 passkey" : `${passkeys} passkeys`),
  ];
  return words.filter(Boolean).join(", ");
}

/**
 * Whether an account has a single way in, which then cannot be removed. Emailed links and resets are not counted: someone else may have the
 * mailbox later. To be called while the user is locked.
 */
export async function hasOneWayIn(db: Reader, user: UserRow): Promise<boolean> {
  const ways = (user.passwordHash === null ? 0 : 1) + (await countPasskeys(db, user.id));
  return ways <= 1;
}
