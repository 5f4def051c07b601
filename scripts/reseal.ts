#!/usr/bin/env bun
/** Seals every stored secret with the first key of SECRET_KEY, so that older ones can leave it: `bun run reseal`. */
import { closeApp, openApp } from "../src/app";
import { environment, parseConfig } from "../src/config";
import { ownSecret } from "../src/own-secret";
import { resealSecrets } from "../src/two-factor/two-factor";

const app = await openApp(parseConfig(environment, ownSecret));
try {
  console.log(`${await resealSecrets(app)} secrets were sealed again.`);
} finally {
  await closeApp(app);
}
