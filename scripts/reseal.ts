#!/usr/bin/env bun
/** Seals every stored secret with the first key of SECRET_KEY, so that older keys can be removed from it: `bun run reseal`. */
import { resealSecrets } from "../src/two-factor/two-factor";
import { parseArguments } from "./arguments";
import { inInstallation } from "./installation";

parseArguments("bun run reseal");

await inInstallation(async (app) => {
  console.log(`${await resealSecrets(app)} secrets were sealed again.`);
  return 0;
});
