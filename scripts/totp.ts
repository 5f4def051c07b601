#!/usr/bin/env bun
/** The code an authenticator app would show now, for trying things out without a phone: `bun run totp SECRET`. */
import { generateSync } from "otplib";

const secret = process.argv[2];
if (!secret) {
  console.error("Give the secret: bun run totp SECRET");
  process.exit(2);
}
console.log(generateSync({ secret }));
