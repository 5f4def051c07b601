#!/usr/bin/env bun
/** Seals every stored secret with the first key of SECRET_KEY, so that older ones can leave it: `bun run reseal`. */
import { closeApp, openApp } from "../src/app";
import { parseConfig } from "../src/config/config";
import { environment } from "../src/config/environment";
import { resealSecrets } from "../src/two-factor/two-factor";

const app = await openApp(parseConfig(environment));
try {
  console.log(`${await resealSecrets(app)} secrets were sealed again.`);
} finally {
  await closeApp(app);
}
