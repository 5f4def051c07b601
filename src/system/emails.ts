import type { OperatorActor } from "../access/actor";
import type { App } from "../app";
import type { Writer } from "../db/database";
import { type EmailId, isId } from "../ids";
import { dropEmail, listFailedEmails, retryEmail } from "../mail/outbox.sql";
import { sendTestEmail } from "../mail/test-email";
import { afterCursor, type PageInput, toPage } from "../paging";
import { Problem } from "../problems";
import { noteAct } from "./note-act";

/** The emails that were given up, the latest first. */
export async function listFailed(app: App, _operator: OperatorActor, { limit, cursor }: PageInput) {
  const before = afterCursor(cursor) as EmailId | undefined;
  return toPage(await listFailedEmails(app.db.reader, { limit: limit + 1, before }), limit);
}

/** Sends an email that was given up again. @throws Problem NOT_FOUND */
export const retryFailed = (app: App, operator: OperatorActor, id: string) =>
  change(app, operator, id, "email.retried", retryEmail);

/** Removes an email that waits or was given up. @throws Problem NOT_FOUND */
export const dropFailed = (app: App, operator: OperatorActor, id: string) =>
  change(app, operator, id, "email.dropped", dropEmail);

/** Sends an email at once, and says what the mail server answers. */
export async function testEmail(app: App, operator: OperatorActor, { email }: { email: string }) {
  await app.db.write((tx) => noteAct(tx, operator, "email.tested"));
  return sendTestEmail(app, email);
}

async function change(
  app: App,
  operator: OperatorActor,
  id: string,
  act: string,
  apply: (tx: Writer, id: EmailId) => Promise<boolean>,
) {
  const isDone = await app.db.write(async (tx) => {
    if (!isId("eml", id) || !(await apply(tx, id))) return false;
    await noteAct(tx, operator, act, id);
    return true;
  });
  if (!isDone) throw new Problem("NOT_FOUND");
}
