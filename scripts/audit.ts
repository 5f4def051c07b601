#!/usr/bin/env bun
/**
 * The audit log, seen from the machine.
 * `bun run audit checkpoint > FILE` writes the signed end of every chain; keep it where Bask cannot write.
 * `bun run audit verify [FILE]` names the first broken event of every chain, and what a checkpoint betrays; exit code 1.
 */
import { z } from "zod";
import { closeApp, openApp } from "../src/app";
import { exportCheckpoints, verifyChains } from "../src/audit/verify";
import { parseConfig } from "../src/config/config";
import { environment } from "../src/config/environment";

const [command, file] = process.argv.slice(2);
const Checkpoints = z.array(z.object({ chain: z.string(), seq: z.int(), hash: z.string(), signature: z.string() }));

if (command !== "verify" && command !== "checkpoint") {
  console.error("Say what to do: bun run audit verify [FILE], or bun run audit checkpoint > FILE");
  process.exit(2);
}
if (file && !(await Bun.file(file).exists())) {
  console.error(`There is no file ${file}.`);
  process.exit(2);
}

const app = await openApp(parseConfig(environment));
let broken = false;
try {
  if (command === "checkpoint") console.log(JSON.stringify(await exportCheckpoints(app), null, 2));
  else {
    const breaks = await verifyChains(app, file ? Checkpoints.parse(await Bun.file(file).json()) : []);
    for (const { chain, seq, id, reason } of breaks)
      console.log(`${chain} event ${seq}${id ? ` (${id})` : ""}: ${reason}`);
    broken = breaks.length > 0;
    console.log(broken ? `${breaks.length} chains are broken.` : "Every chain is whole.");
  }
} finally {
  await closeApp(app);
}
process.exit(broken ? 1 : 0);
