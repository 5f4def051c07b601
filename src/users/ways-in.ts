import type { App } from "../app";
import type { Reader } from "../db/database";
import { countIdentities } from "../identities/identities.sql";
import { countPasskeys } from "../passkeys/passkeys.sql";
import type { UserRow } from "./users.sql";

/** The ways into an account, in words for an email. */
export async function describeWaysIn(app: App, db: Reader, user: UserRow): Promise<string> {
  const passkeys = await countPasskeys(db, user.id);
  const identities = await countIdentities(db, user.id, issuersOf(app));
  const words = [
    user.passwordHash !== null && "the password",
    passkeys > 0 && (passkeys === 1 ? "1 passkey" : `${passkeys} passkeys`),
    identities > 0 && (identities === 1 ? "1 account elsewhere" : `${identities} accounts elsewhere`),
  ];
  return words.filter(Boolean).join(", ");
}

/**
 * Whether an account has a single way in, which then cannot be removed. Emailed links and resets are not counted: someone else may have the
 * mailbox later. To be called while the user is locked.
 */
export async function isOnlyWayIn(app: App, db: Reader, user: UserRow): Promise<boolean> {
  const others = (await countPasskeys(db, user.id)) + (await countIdentities(db, user.id, issuersOf(app)));
  return (user.passwordHash === null ? 0 : 1) + others <= 1;
}

/** Identities at providers that are not configured any more sign no one in. */
const issuersOf = ({ providers }: App) => [...providers.values()].map(({ provider }) => provider.issuer);
