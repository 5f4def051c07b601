import type { Operator } from "../access/actor";
import type { App } from "../app";
import type { AuditAction } from "../audit/actions.contract";
import type { Writer } from "../db/database";
import { isId, type UserId } from "../ids";
import { externalIdsOf } from "../imports/imports.sql";
import { endGrants } from "../oauth/grants.sql";
import { afterCursor, type PageInput, toPage } from "../paging";
import { Problem } from "../problems";
import { deviceName } from "../sessions/devices";
import {
  endSession,
  endSessionsOf,
  findOpenSession,
  listOpenSessions,
  suspendSessions,
} from "../sessions/sessions.sql";
import { deleteDevices } from "../two-factor/devices.sql";
import { deleteTwoFactor } from "../two-factor/two-factor.sql";
import { emailUser } from "../users/email-user";
import { findUserForOperator, listMembershipsOf, listUserRows, setUserSuspended } from "./operators.sql";
import { recordAct } from "./record-act";
import { requireStillOperator } from "./require-operator";

export async function listUsers(
  app: App,
  _operator: Operator,
  { limit, cursor, search }: PageInput & { search?: string | undefined },
) {
  return toPage(await listUserRows(app.db.reader, search, { after: afterCursor(cursor), limit: limit + 1 }), limit);
}

export async function getUser(app: App, _operator: Operator, userId: string) {
  const user = isId("usr", userId) ? await findUserForOperator(app.db.reader, userId) : undefined;
  if (!user) throw new Problem("NOT_FOUND");
  const organizations = await listMembershipsOf(app.db.reader, user.id);
  return { ...user, organizations, externalIds: await externalIdsOf(app.db.reader, user.id) };
}

/** Suspends a user: their sessions and keys are refused from the next request on. Their data stays as it is. */
export async function suspendUser(app: App, operator: Operator, userId: string, { reason }: { reason: string }) {
  if (operator.kind === "user" && userId === operator.userId) throw new Problem("CONFLICT", { reason: "own_account" });
  return auditedChange(app, operator, userId, "user.suspended", reason, async (tx, id) => {
    if (!(await setUserSuspended(tx, id, true))) return false;
    await suspendSessions(tx, id, tx.now);
    return true;
  });
}

/** Ends the suspension of a user: their sessions and keys work again. */
export async function restoreUser(app: App, operator: Operator, userId: string, { reason }: { reason: string }) {
  return auditedChange(app, operator, userId, "user.restored", reason, async (tx, id) => {
    if (!(await setUserSuspended(tx, id, false))) return false;
    await suspendSessions(tx, id, null);
    return true;
  });
}

/** Ends all sessions of a user, and what they have let apps do. */
export async function endUserSessions(app: App, operator: Operator, userId: string, { reason }: { reason: string }) {
  return auditedChange(app, operator, userId, "session.all_ended", reason, async (tx, id) => {
    await endSessionsOf(tx, id, "ended_by_operator");
    await endGrants(tx, { userId: id }, "ended_by_operator");
    await deleteDevices(tx, id);
    return true;
  });
}

/** The open sessions of a user, the latest first. @throws Problem NOT_FOUND */
export async function listUserSessions(app: App, operator: Operator, userId: string) {
  const { id } = await getUser(app, operator, userId);
  const rows = await listOpenSessions(app.db.reader, id, app.clock.date());
  return rows.map(({ id, ip, userAgent, deviceKey, createdAt, lastUsedAt }) => {
    return { id, device: deviceName(userAgent), isBound: deviceKey !== null, ip, createdAt, lastUsedAt };
  });
}

/** Ends one session. @throws Problem NOT_FOUND */
export async function endUserSession(app: App, operator: Operator, sessionId: string, { reason }: { reason: string }) {
  const session = isId("ses", sessionId) ? await findOpenSession(app.db.reader, sessionId) : undefined;
  if (!session) throw new Problem("NOT_FOUND");
  const { id, userId } = session;
  await app.db.write(async (tx) => {
    await requireStillOperator(tx, operator);
    if (!(await endSession(tx, id, "ended_by_operator", userId))) return;
    await recordAct(tx, operator, { action: "session.ended", target: userId, details: { session: id, reason } });
  });
  return { id, userId };
}

/** Turns off two-factor authentication for a user who lost it, and ends all of their sessions. */
export async function resetTwoFactor(app: App, operator: Operator, userId: string, { reason }: { reason: string }) {
  return auditedChange(app, operator, userId, "two_factor.reset", reason, async (tx, id) => {
    await deleteTwoFactor(tx, id);
    await emailUser(tx, id, "two-factor-off", { at: tx.now });
    await endSessionsOf(tx, id, "two_factor_changed");
    return true;
  });
}

/** Changes a user and records why in their audit log; nothing is recorded when nothing changed. */
async function auditedChange(
  app: App,
  operator: Operator,
  userId: string,
  action: AuditAction,
  reason: string,
  change: (tx: Writer, id: UserId) => Promise<boolean>,
) {
  const { id } = await getUser(app, operator, userId);
  await app.db.write(async (tx) => {
    await requireStillOperator(tx, operator);
    if (await change(tx, id)) await recordAct(tx, operator, { action, target: id, details: { reason } });
  });
  return getUser(app, operator, userId);
}
