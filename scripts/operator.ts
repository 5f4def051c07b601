#!/usr/bin/env bun
/** Operators of the installation: `bun run operator add EMAIL`, `bun run operator remove EMAIL`, `bun run operator list`. */
import { closeApp, openApp } from "../src/app";
import { parseConfig } from "../src/config/config";
import { environment } from "../src/config/environment";
import { grantOperator, revokeOperator } from "../src/operators/operators";
import { listOperators } from "../src/operators/operators.sql";
import { Email } from "../src/shapes.contract";

const [command, address] = process.argv.slice(2);
const email = Email.safeParse(address).data;

if (command !== "list" && !((command === "add" || command === "remove") && email)) {
  console.error("Say what to do: bun run operator add EMAIL, bun run operator remove EMAIL, or bun run operator list");
  process.exit(2);
}

const app = await openApp(parseConfig(environment));
let done = true;
try {
  if (command === "list") {
    for (const { email, operatorSince } of await listOperators(app.db.reader)) {
      console.log(`${email} since ${operatorSince!.toISOString()}`);
    }
  } else if (command === "add") {
    const outcome = await grantOperator(app, email!);
    console.log(`${email} ${outcome}.`);
    done = outcome === "appointed" || outcome === "was one already";
  } else {
    done = await revokeOperator(app, email!);
    console.log(done ? `${email} is no operator any more.` : `${email} was no operator.`);
  }
} finally {
  await closeApp(app);
}
process.exit(done ? 0 : 1);
