import type { OperatorActor, Origin, UserActor } from "../access/actor";
import type { App } from "../app";
import { isId, newId } from "../ids";
import { recordAct } from "../operators/record-act";
import { requireOperator, requireStillOperator } from "../operators/require-operator";
import { Problem } from "../problems";
import { findOpenSession } from "../sessions/sessions.sql";
import { emailUser } from "../users/email-user";
import { findUser } from "../users/users.sql";
import { endImpersonationRow, findImpersonation, insertImpersonation } from "./impersonation.sql";

/** Milliseconds for which an operator may look as a user. */
export const impersonationLife = 30 * 60_000;

/**
 * Lets an operator look as a user: the token it returns reads what the user reads, and changes nothing. The user gets an email, and both logs
 * say why. It ends after 30 minutes, with the operator's session, with that role, or when the operator ends it.
 * @throws Problem NOT_FOUND, CONFLICT for an operator: no operator takes the place of another
 */
export async function startImpersonation(
  app: App,
  operator: OperatorActor,
  userId: string,
  { reason }: { reason: string },
) {
  const started = await app.db.write(async (tx) => {
    await requireStillOperator(tx, operator);
    const user = isId("usr", userId) ? await findUser(tx, userId) : undefined;
    if (!user || user.deletedAt) return new Problem("NOT_FOUND");
    if (user.operatorSince) return new Problem("CONFLICT", { reason: "operator_account" });
    const id = newId("imp", tx.now.getTime());
    const endsAt = new Date(tx.now.getTime() + impersonationLife);
    const { userId: operatorId, sessionId } = operator;
    const row = { id, userId: user.id, operatorId, sessionId, createdAt: tx.now, endsAt };
    await insertImpersonation(tx, row);
    await recordAct(tx, operator, {
      action: "user.impersonated",
      target: user.id,
      details: { reason, endsAt: endsAt.toISOString() },
    });
    await emailUser(tx, user.id, "account-viewed", { at: tx.now, reason });
    return row;
  });
  if (started instanceof Problem) throw started;
  return { ...started, token: app.impersonationTokens.write(started.id) };
}

/** Ends an operator's own impersonation before its time. @throws Problem NOT_FOUND */
export async function endImpersonation(app: App, operator: OperatorActor, id: string) {
  const ended = await app.db.write(async (tx) => {
    const userId = isId("imp", id) ? await endImpersonationRow(tx, id, operator.userId) : undefined;
    if (!userId) return false;
    await recordAct(tx, operator, { action: "user.impersonation_ended", target: userId, details: {} });
    return true;
  });
  if (!ended) throw new Problem("NOT_FOUND");
}

/**
 * The user that a token stands for, as an operator looks as them. Its session is the operator's: what a policy asks of a session, theirs must
 * have proven. Everything is looked up at every request, so an end is immediate in every process.
 * @throws Problem UNAUTHORIZED
 */
export async function identifyImpersonated(app: App, token: string, origin: Origin): Promise<UserActor> {
  const { reader } = app.db;
  const now = app.clock.date();
  const id = app.impersonationTokens.read("imp", token);
  const found = id && (await findImpersonation(reader, id, now));
  if (!found) throw ended();
  const { userId, operatorId, sessionId } = found;
  const session = await findOpenSession(reader, sessionId);
  if (!session || session.endsAt <= now || session.expiresAt <= now) throw ended();
  await requireOperator(app, { kind: "user", userId: operatorId, sessionId, origin }).catch((error) => {
    throw error instanceof Problem ? ended() : error;
  });
  const user = await findUser(reader, userId);
  if (!user || user.deletedAt || user.operatorSince) throw ended();
  return { kind: "user", userId, sessionId, impersonatedBy: operatorId, origin };
}

const ended = () => new Problem("UNAUTHORIZED", { reason: "impersonation_ended" });
