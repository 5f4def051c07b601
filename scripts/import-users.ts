#!/usr/bin/env bun
/**
 * Imports users from another program: `bun run import-users FILE.jsonl`, with `--dry-run` to see what it would do.
 * `bun run import-users --undo RUN` takes an import back. Each line is a user, see `src/users/import.contract.ts`.
 */
import { existsSync } from "node:fs";
import { newId } from "../src/ids";
import { importUsers, undoImport } from "../src/users/import";
import { parseArguments, refuseArguments } from "./arguments";
import { inInstallation } from "./installation";

const usage = "bun run import-users FILE.jsonl [--dry-run] | bun run import-users --undo RUN";
const {
  values: { "dry-run": dryRun, undo },
  positionals: [file],
} = parseArguments(usage, {
  options: { "dry-run": { type: "boolean", default: false }, undo: { type: "string" } },
  maxWords: 1,
});

if (undo !== undefined && file === undefined && !dryRun) {
  await inInstallation(async (app) => {
    const { removed, kept } = await undoImport(app, undo);
    console.log(`${removed} users were removed; ${kept} have used their account and stay.`);
    return 0;
  });
} else if (undo === undefined && file !== undefined) {
  if (!existsSync(file)) {
    console.error(`${file} does not exist.`);
    process.exit(2);
  }
  const lines = (await Bun.file(file).text()).split("\n").filter((line) => line.trim() !== "");
  await inInstallation(async (app) => {
    const run = newId("imp", app.clock.now());
    const reports = await importUsers(app, lines, { run, dryRun });
    for (const report of reports) console.log(JSON.stringify(report));
    const count = (outcome: string) => reports.filter((report) => report.outcome === outcome).length;
    console.error(
      `${count("imported")} ${dryRun ? "would be imported" : "imported"}, ${count("exists")} exist, ${count("invalid")} invalid.`,
    );
    if (!dryRun) console.error(`To undo: bun run import-users --undo ${run}`);
    return count("invalid") === 0 ? 0 : 1;
  });
} else refuseArguments(usage);
