#!/usr/bin/env bun
/**
 * Brings users along from another program: `bun run import-users FILE.jsonl`, with `--dry-run` to look first;
 * `bun run import-users --undo RUN` takes an import back. A line a user, see `src/users/import.contract.ts`.
 */
import { closeApp, openApp } from "../src/app";
import { parseConfig } from "../src/config/config";
import { environment } from "../src/config/environment";
import { newId } from "../src/ids";
import { importUsers, undoImport } from "../src/users/import";

const args = process.argv.slice(2);
const dryRun = args.includes("--dry-run");
const undo = args[0] === "--undo" ? args[1] : undefined;
const file = args.find((arg) => !arg.startsWith("--"));

if (!file || (args[0] === "--undo" && !undo)) {
  console.error("Say what to do: bun run import-users FILE.jsonl [--dry-run], or bun run import-users --undo RUN");
  process.exit(2);
}
if (!undo && !(await Bun.file(file).exists())) {
  console.error(`${file} does not exist.`);
  process.exit(2);
}

const app = await openApp(parseConfig(environment));
let done = true;
try {
  if (undo) {
    const { removed, kept } = await undoImport(app, undo);
    console.log(`${removed} users were removed; ${kept} have used their account and stay.`);
  } else {
    const lines = (await Bun.file(file).text()).split("\n").filter((line) => line.trim() !== "");
    const run = newId("imp", app.clock.now());
    const reports = await importUsers(app, lines, { run, dryRun });
    for (const report of reports) console.log(JSON.stringify(report));
    const count = (outcome: string) => reports.filter((report) => report.outcome === outcome).length;
    console.error(
      `${count("imported")} ${dryRun ? "would be imported" : "imported"}, ${count("exists")} exist, ${count("invalid")} invalid.`,
    );
    if (!dryRun) console.error(`To undo: bun run import-users --undo ${run}`);
    done = count("invalid") === 0;
  }
} finally {
  await closeApp(app);
}
process.exit(done ? 0 : 1);
