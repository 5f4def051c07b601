import type { UserActor, Visitor } from "../access/actor";
import type { App } from "../app";
import { record } from "../audit/audit";
import { newId, type UserId } from "../ids";
import { invalid, Problem } from "../problems";
import { findTwoFactor } from "../two-factor/two-factor.sql";
import { findUser, findUserByEmail, insertUser, type UserRow } from "./users.sql";

/** What a person sees of themselves. */
export const profile = (user: UserRow, twoFactorEnabled: boolean) => ({
  id: user.id,
  email: user.email,
  fullName: user.fullName,
  twoFactorEnabled,
  createdAt: user.createdAt,
});

/**
 * Opens an account. Says the same, after the same work, when the address has one already.
 * @throws Problem VALIDATION_ERROR for a password below the installation's minimum
 */
export async function register(
  app: App,
  visitor: Visitor,
  input: { email: string; password: string; fullName: string },
) {
  refuseShort(app, input.password);
  const passwordHash = await app.passwords.hash(input.password);
  await app.db.write(async (tx) => {
    const id = newId("usr", tx.now.getTime());
    const user = await insertUser(tx, {
      id,
      email: input.email,
      fullName: input.fullName,
      passwordHash,
      createdAt: tx.now,
    });
    const owner = user ?? (await findUserByEmail(tx, input.email))!;
    const action = user ? "user.registered" : "user.registration_repeated";
    await record(
      tx,
      { kind: "person", userId: owner.id, origin: visitor.origin },
      { action, chain: owner.id, target: owner.id },
    );
  });
  return { message: "The account is ready: log in. If the address had an account before, that one is unchanged." };
}

/** The person behind the session. */
export async function whoIs(app: App, actor: UserActor) {
  const user = await findUser(app.db.reader, actor.userId);
  if (!user) throw new Problem("UNAUTHORIZED");
  return profile(user, (await findTwoFactor(app.db.reader, user.id))?.enabledAt != null);
}

/** Asks for the password again before something sensitive. @throws Problem INVALID_CREDENTIALS */
export async function confirmPassword(app: App, userId: UserId, password: string): Promise<UserRow> {
  const user = await findUser(app.db.reader, userId);
  if (!(await app.passwords.verify(user?.passwordHash, password)) || !user) {
    throw new Problem("INVALID_CREDENTIALS", { message: "The password is wrong." });
  }
  return user;
}

function refuseShort(app: App, password: string) {
  const least = app.config.passwordMinLength;
  if ([...password].length < least) throw invalid("password", `must have at least ${least} characters`);
}
