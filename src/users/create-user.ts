import type { App } from "../app";
import { record } from "../audit/audit";
import { newId, type UserId } from "../ids";
import { requireStrongPassword } from "./password-policy";
import { emailNewUser } from "./users";
import { findEmailOwner, insertUser } from "./users.sql";

interface NewUser {
  email: string;
  fullName: string;
  /** Without one, the user sets it by an emailed link. */
  password?: string | undefined;
  /** Whether the email is known to be the user's; else they are asked to verify it. */
  emailVerified: boolean;
}

/**
 * Creates an account for someone, at the machine of the installation.
 * @returns undefined where the email has an account, or had one until a moment ago
 * @throws Problem VALIDATION_ERROR for a weak password
 */
export async function createUser(
  app: App,
  { password, emailVerified, ...input }: NewUser,
): Promise<UserId | undefined> {
  if (password !== undefined) await requireStrongPassword(app, password, input);
  const passwordHash = password === undefined ? null : await app.passwords.hash(password, "registration");
  return app.db.write(async (tx) => {
    if (await findEmailOwner(tx, input.email, tx.now)) return undefined;
    const id = newId("usr", tx.now.getTime());
    const times = { createdAt: tx.now, activatedAt: tx.now, emailVerifiedAt: emailVerified ? tx.now : null };
    const user = await insertUser(tx, { id, ...input, passwordHash, ...times });
    if (!user) return undefined;
    if (!emailVerified) await emailNewUser(app, tx, user);
    await record(tx, { kind: "system" }, { action: "user.registered", chain: id, target: id });
    return id;
  });
}
