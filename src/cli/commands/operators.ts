import { grantOperator, revokeOperator } from "../../operators/operators";
import { listOperators } from "../../operators/operators.sql";
import { Email } from "../../shapes.contract";
import { CliError, type Command, exitCodes } from "../command";

export const operatorCommands: readonly Command[] = [
  {
    name: "operator list",
    summary: "List the operators of the installation",
    examples: ["operator list", "operator list --json"],
    async run({ app, out }) {
      const operators = await listOperators((await app()).db.reader);
      out.table(
        operators.map(({ email, operatorSince }) => ({ email, since: operatorSince })),
        ["email", "since"],
      );
    },
  },
  {
    name: "operator add",
    summary: "Let a user act under /admin",
    args: [["<email>", "the verified email of an account"]],
    examples: ["operator add ada@example.com"],
    async run({ app, args: [text], out }) {
      const email = parseEmail(text);
      const outcome = await grantOperator(await app(), email);
      if (outcome !== "granted" && outcome !== "already an operator") {
        throw new CliError(`${email} ${outcome}.`, outcome === "no account" ? exitCodes.notFound : exitCodes.failed);
      }
      out.data({ email, outcome }, [`${email}: ${outcome}.`]);
    },
  },
  {
    name: "operator remove",
    summary: "Take the rights of an operator away",
    args: [["<email>", "the email of an operator"]],
    examples: ["operator remove ada@example.com"],
    async run({ app, args: [text], out }) {
      const email = parseEmail(text);
      if (!(await revokeOperator(await app(), email))) {
        throw new CliError(`${email} is not an operator.`, exitCodes.notFound);
      }
      out.data({ email, outcome: "revoked" }, [`${email} is no longer an operator.`]);
    },
  },
];

/** @throws CliError for what is not an email */
export function parseEmail(text: string | undefined): string {
  const { data } = Email.safeParse(text);
  if (data === undefined) throw new CliError("That is not an email address.", exitCodes.usage);
  return data;
}
