#!/usr/bin/env bun
/** The operators of the installation: `bun run operator add EMAIL`, `bun run operator remove EMAIL`, `bun run operator list`. */
import { grantOperator, revokeOperator } from "../src/operators/operators";
import { listOperators } from "../src/operators/operators.sql";
import { Email } from "../src/shapes.contract";
import { parseArguments, refuseArguments } from "./arguments";
import { inInstallation } from "./installation";

const usage = "bun run operator add EMAIL | remove EMAIL | list";
const [command, text] = parseArguments(usage, { maxWords: 2 }).positionals;
const email = Email.safeParse(text).data;

if (command === "list" && text === undefined) {
  await inInstallation(async (app) => {
    for (const { email, operatorSince } of await listOperators(app.db.reader))
      console.log(`${email} since ${operatorSince!.toISOString()}`);
    return 0;
  });
} else if (command === "add" && email) {
  await inInstallation(async (app) => {
    const outcome = await grantOperator(app, email);
    console.log(`${email}: ${outcome}.`);
    return outcome === "granted" || outcome === "already an operator" ? 0 : 1;
  });
} else if (command === "remove" && email) {
  await inInstallation(async (app) => {
    const removed = await revokeOperator(app, email);
    console.log(removed ? `${email} is not an operator anymore.` : `${email} was not an operator.`);
    return removed ? 0 : 1;
  });
} else refuseArguments(usage);
