#!/usr/bin/env bun
/** The code an authenticator app would show now, for trying things out without a phone: `bun run totp SECRET`. */
import { generateSync } from "otplib";
import { parseArguments, refuseArguments } from "./arguments";

const usage = "bun run totp SECRET";
const [secret] = parseArguments(usage, { maxWords: 1 }).positionals;
try {
  console.log(generateSync({ secret: secret ?? refuseArguments(usage) }));
} catch {
  refuseArguments(`${usage}, in base32, as an app is given it`);
}
