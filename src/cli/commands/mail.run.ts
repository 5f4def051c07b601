import { type EmailId, isId } from "../../ids";
import { dropEmail, listFailedEmails, type OutboxRow, retryEmail } from "../../mail/outbox.sql";
import { sendTestEmail } from "../../mail/test-email";
import { type Call, CliError, exitCodes } from "../command";
import { parseEmail } from "./operators.run";

export async function test({ app, args: [text], out }: Call) {
  const to = parseEmail(text);
  const { place, failure } = await sendTestEmail(await app(), to);
  if (failure !== null) throw new CliError(`The email was not taken: ${failure}`);
  out.data({ to, place }, [`Sent to ${to} through ${place}.`]);
}

export async function failed({ app, out }: Call) {
  const { reader } = (await app()).db;
  const failed: OutboxRow[] = [];
  for (let before: EmailId | undefined; ; before = failed.at(-1)!.id) {
    const page = await listFailedEmails(reader, { limit: 100, before });
    failed.push(...page);
    if (page.length < 100) break;
  }
  out.table(
    failed.map(({ id, to, template, attempts, failure, createdAt }) => {
      return { id, to, template, attempts, failure, createdAt };
    }),
    ["id", "to", "template", "attempts", "createdAt", "failure"],
  );
}

export async function retry({ app, args: [id], out }: Call) {
  const { db } = await app();
  if (!(isId("eml", id!) && (await db.write((tx) => retryEmail(tx, id))))) throw notThere();
  out.data({ id, state: "waiting" }, [`${id}: will be sent.`]);
}

export async function drop({ app, args: [id], out }: Call) {
  const { db } = await app();
  if (!(isId("eml", id!) && (await db.write((tx) => dropEmail(tx, id))))) throw notThere();
  out.data({ id, state: "removed" }, [`${id}: removed.`]);
}

const notThere = () => new CliError("There is no such email that was given up.", exitCodes.notFound);
