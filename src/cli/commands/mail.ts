import { type EmailId, isId } from "../../ids";
import { dropEmail, listFailedEmails, type OutboxRow, retryEmail } from "../../mail/outbox.sql";
import { sendTestEmail } from "../../mail/test-email";
import { CliError, type Command, exitCodes } from "../command";
import { parseEmail } from "./operators";

const emailArgument = ["<id>", "the id that `bask mail failed` lists"] as const;

export const mailCommands: readonly Command[] = [
  {
    name: "mail test",
    summary: "Send an email at once, and say what the mail server answers",
    args: [["<email>", "who gets it"]],
    examples: ["mail test ada@example.com"],
    async run({ app, args: [text], out }) {
      const to = parseEmail(text);
      const { place, failure } = await sendTestEmail(await app(), to);
      if (failure !== null) throw new CliError(`The email was not taken: ${failure}`);
      out.data({ to, place }, [`Sent to ${to} through ${place}.`]);
    },
  },
  {
    name: "mail failed",
    summary: "List the emails that were given up, and why",
    examples: ["mail failed", "mail failed --json"],
    async run({ app, out }) {
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
    },
  },
  {
    name: "mail retry",
    summary: "Send an email that was given up again",
    args: [emailArgument],
    examples: ["mail retry eml_01..."],
    async run({ app, args: [id], out }) {
      const { db } = await app();
      if (!(isId("eml", id!) && (await db.write((tx) => retryEmail(tx, id))))) throw notThere();
      out.data({ id, state: "waiting" }, [`${id}: will be sent.`]);
    },
  },
  {
    name: "mail drop",
    summary: "Remove an email that waits or was given up",
    args: [emailArgument],
    destroys: true,
    examples: ["mail drop eml_01... --yes"],
    async run({ app, args: [id], out }) {
      const { db } = await app();
      if (!(isId("eml", id!) && (await db.write((tx) => dropEmail(tx, id))))) throw notThere();
      out.data({ id, state: "removed" }, [`${id}: removed.`]);
    },
  },
];

const notThere = () => new CliError("There is no such email that was given up.", exitCodes.notFound);
