import { readFile } from "node:fs/promises";
import { newId } from "../../ids";
import { importUsers, undoImport } from "../../users/import";
import { CliError, type Command, exitCodes } from "../command";

export const importCommands: readonly Command[] = [
  {
    name: "import users",
    summary: "Import users from another system, with the hashes of their passwords",
    args: [["<file>", "JSON lines, one user each; see src/users/import.contract.ts"]],
    options: [["--dry-run", "say what would happen, and change nothing"]],
    examples: ["import users users.jsonl --dry-run", "import users users.jsonl"],
    async run({ app, args: [file], options, out }) {
      const text = await readFile(file!, "utf8").catch(() => {
        throw new CliError(`${file} cannot be read.`, exitCodes.notFound);
      });
      const lines = text.split("\n").filter((line) => line.trim() !== "");
      const dryRun = options.dryRun === true;
      const opened = await app();
      const run = newId("imp", opened.clock.now());
      const reports = await importUsers(opened, lines, { run, dryRun });
      const count = (outcome: string) => reports.filter((report) => report.outcome === outcome).length;
      out.data(
        { run, dryRun, reports },
        reports.map((report) => JSON.stringify(report)),
      );
      out.note(
        `${count("imported")} ${dryRun ? "would be imported" : "imported"}, ${count("exists")} exist, ${count("invalid")} invalid.`,
      );
      if (!dryRun) out.note(`To undo: bask import undo ${run} --yes`);
      if (count("invalid") > 0) throw new CliError(`${count("invalid")} lines could not be imported.`);
    },
  },
  {
    name: "import undo",
    summary: "Delete the users of an import who have not used their account",
    args: [["<run>", "the id that the import printed"]],
    destroys: true,
    examples: ["import undo imp_01... --yes"],
    async run({ app, args: [run], out }) {
      const { removed, kept } = await undoImport(await app(), run!);
      out.data({ removed, kept }, [`${removed} users were deleted; ${kept} have used their account and stay.`]);
    },
  },
];
