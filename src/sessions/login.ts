import type { Visitor } from "../access/actor";
import type { App } from "../app";
import { record } from "../audit/audit";
import { isWeak } from "../crypto/passwords";
import { Problem } from "../problems";
import { codeProblem, spendCode } from "../two-factor/codes";
import { findTwoFactor } from "../two-factor/two-factor.sql";
import { profile } from "../users/users";
import { findUser, findUserByEmail, rehash } from "../users/users.sql";
import { openSession, tokensOf } from "./sessions";

export interface LoginInput {
  email: string;
  password: string;
  twoFactorCode?: string | undefined;
}

/**
 * Opens a session for a person who knows their password and, where it is on, holds their second factor.
 * An unknown address and a wrong password look the same and take the same time.
 * @throws Problem INVALID_CREDENTIALS, TWO_FACTOR_REQUIRED, INVALID_TWO_FACTOR_CODE, ACCOUNT_TEMPORARILY_LOCKED, UNAVAILABLE
 */
export async function login(app: App, visitor: Visitor, input: LoginInput) {
  const user = await findUserByEmail(app.db.reader, input.email);
  const right = await app.passwords.verify(user?.passwordHash, input.password);
  if (!right || !user) throw new Problem("INVALID_CREDENTIALS");
  const stronger = isWeak(user.passwordHash) ? await app.passwords.hash(input.password) : undefined;

  const verdict = await app.db.write(async (tx) => {
    const now = await findUser(tx, user.id);
    if (now?.passwordHash !== user.passwordHash) return "stale" as const;
    const twoFactor = (await findTwoFactor(tx, user.id))?.enabledAt != null;
    if (twoFactor) {
      if (input.twoFactorCode === undefined) return "code missing" as const;
      const outcome = await spendCode(app, tx, user.id, input.twoFactorCode);
      if (outcome !== "accepted") return outcome;
    }
    if (stronger) await rehash(tx, user.id, user.passwordHash, stronger);
    const session = await openSession(tx, { userId: user.id, twoFactor, origin: visitor.origin });
    const doer = { kind: "person", userId: user.id, origin: visitor.origin } as const;
    await record(tx, doer, { action: "session.started", chain: user.id, target: session.id, details: { twoFactor } });
    return { session, twoFactor };
  });

  if (verdict === "stale") throw new Problem("INVALID_CREDENTIALS", { cause: "the password changed during the login" });
  if (verdict === "code missing") throw new Problem("TWO_FACTOR_REQUIRED");
  if (typeof verdict === "string") throw codeProblem(verdict);
  return { ...tokensOf(app, verdict.session), user: profile(user, verdict.twoFactor) };
}
