#!/usr/bin/env bun
/**
 * The audit log, checked from outside the API.
 * `bun run audit checkpoint > FILE` prints the signed end of every chain; keep it where Bask cannot write.
 * `bun run audit verify [FILE]` prints the first broken event of every chain, and the chains that a checkpoint shows to be cut
 * short; exit code 1 when there is one.
 */
import { z } from "zod";
import { exportCheckpoints, verifyChains } from "../src/audit/verify";
import { parseArguments, refuseArguments } from "./arguments";
import { inInstallation } from "./installation";

const usage = "bun run audit verify [FILE] | bun run audit checkpoint > FILE";
const [command, file] = parseArguments(usage, { maxWords: 2 }).positionals;
const Checkpoints = z.array(z.object({ chain: z.string(), seq: z.int(), hash: z.string(), signature: z.string() }));

if (command === "verify") {
  const checkpoints = file === undefined ? [] : await readCheckpoints(file);
  await inInstallation(async (app) => {
    const breaks = await verifyChains(app, checkpoints);
    for (const { chain, seq, id, reason } of breaks)
      console.log(`${chain} event ${seq}${id ? ` (${id})` : ""}: ${reason}`);
    console.log(breaks.length > 0 ? `${breaks.length} chains are broken.` : "Every chain is whole.");
    return breaks.length > 0 ? 1 : 0;
  });
} else if (command === "checkpoint" && file === undefined) {
  await inInstallation(async (app) => {
    console.log(JSON.stringify(await exportCheckpoints(app), null, 2));
    return 0;
  });
} else refuseArguments(usage);

async function readCheckpoints(file: string) {
  const checkpoints = Checkpoints.safeParse(
    await Bun.file(file)
      .json()
      .catch(() => undefined),
  );
  if (checkpoints.success) return checkpoints.data;
  console.error(`${file} is not a file that \`bun run audit checkpoint\` wrote.`);
  process.exit(2);
}
