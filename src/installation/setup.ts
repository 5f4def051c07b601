import type { Visitor } from "../access/actor";
import type { App } from "../app";
import { record } from "../audit/audit";
import { newId } from "../ids";
import { setOperator } from "../operators/operators.sql";
import { Problem } from "../problems";
import { completeSignIn, signedInAnswer } from "../sessions/sign-in";
import { requireStrongPassword } from "../users/password-policy";
import { hasUsers, insertUser, lockUser, markVerified } from "../users/users.sql";
import { claimSetUp } from "./installation.sql";

/**
 * A link with which the first person sets up an installation that has no users; undefined when it has. Each start prints a new one. It is
 * computed, not stored: it works in every process, and no longer than until there is a first user, however that came.
 * @param url where the dashboard is
 */
export async function setUpLink({ db, clock, setupTokens }: App, url: string): Promise<string | undefined> {
  if (await hasUsers(db.reader)) return undefined;
  return `${url}/dashboard/setup#token=${setupTokens.write(newId("set", clock.now()))}`;
}

/**
 * Creates the first user, an operator of the installation, and signs them in. The link proves that they can read the log of the server, so
 * their email counts as verified, as for who is made an operator on the machine.
 * @throws Problem INVALID_TOKEN also when there is a user, VALIDATION_ERROR for a weak password
 */
export async function setUp(
  app: App,
  visitor: Visitor,
  { token, ...input }: { token: string; email: string; password: string; fullName: string },
) {
  const isValid = app.setupTokens.read("set", token) !== undefined && !(await hasUsers(app.db.reader));
  if (!isValid) throw new Problem("INVALID_TOKEN", { reason: "set_up" });
  const { email, password, fullName } = input;
  await requireStrongPassword(app, password, input);
  const passwordHash = await app.passwords.hash(password, "registration");
  const signedIn = await app.db.write(async (tx) => {
    const { now } = tx;
    if (!(await claimSetUp(tx))) return new Problem("INVALID_TOKEN", { reason: "set_up" });
    const id = newId("usr", now.getTime());
    const user = await insertUser(tx, { id, email, fullName, passwordHash, activatedAt: now, createdAt: now });
    if (!user) return new Problem("INVALID_TOKEN", { reason: "set_up" });
    await markVerified(tx, id, email);
    await setOperator(tx, id, true);
    const auditActor = { kind: "user", userId: id, origin: visitor.origin } as const;
    await record(tx, auditActor, { action: "user.registered", chain: id, target: id });
    await record(tx, { kind: "system" }, { action: "operator.granted", chain: id, target: id });
    return completeSignIn(app, tx, visitor, { user: (await lockUser(tx, id))!, method: "password" });
  });
  if (signedIn instanceof Problem) throw signedIn;
  return signedInAnswer(app, signedIn);
}
