import { grantOperator, revokeOperator } from "../../operators/operators";
import { listOperators } from "../../operators/operators.sql";
import { Email } from "../../shapes.contract";
import { type Call, CliError, exitCodes } from "../command";

export async function list({ app, out }: Call) {
  const operators = await listOperators((await app()).db.reader);
  out.table(
    operators.map(({ email, operatorSince }) => ({ email, since: operatorSince })),
    ["email", "since"],
  );
}

export async function add({ app, args: [text], out }: Call) {
  const email = parseEmail(text);
  const outcome = await grantOperator(await app(), email);
  if (outcome === "no account") throw new CliError("There is no user with this email.", exitCodes.notFound);
  if (outcome === "email not verified")
    throw new CliError(`${email} is not verified: its user has to follow the link in the email first.`);
  out.data({ email, outcome }, [`${email}: ${outcome}.`]);
}

export async function remove({ app, args: [text], out }: Call) {
  const email = parseEmail(text);
  if (!(await revokeOperator(await app(), email))) {
    throw new CliError(`${email} is not an operator.`, exitCodes.notFound);
  }
  out.data({ email, outcome: "revoked" }, [`${email} is no longer an operator.`]);
}

/** @throws CliError for what is not an email */
export function parseEmail(text: string | undefined): string {
  const { data } = Email.safeParse(text);
  if (data === undefined) throw new CliError("That is not an email address.", exitCodes.usage);
  return data;
}
