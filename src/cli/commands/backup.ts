import type { Command } from "../command";

const fileArgument = ["<file>", "a backup, such as backup.ndjson.gz"] as const;

const work = () => import("./backup.run");

export const backupCommands: readonly Command[] = [
  {
    name: "backup create",
    summary: "Write everything in the database to a file, while the server runs",
    args: [fileArgument],
    examples: ["backup create /backups/today.ndjson.gz"],
    run: async (call) => (await work()).create(call),
  },
  {
    name: "backup verify",
    summary: "Read a backup from beginning to end, and check that it is whole and made by this installation",
    args: [fileArgument],
    examples: ["backup verify /backups/today.ndjson.gz"],
    run: async (call) => (await work()).verify(call),
  },
  {
    name: "backup restore",
    summary: "Put the state of a backup into the database; all sessions end",
    args: [fileArgument],
    options: [
      ["--checkpoint <file>", "what `bask audit checkpoint` wrote later, to tell what is lost"],
      ["--yes", "replace what the database holds"],
    ],
    examples: [
      "backup restore /backups/today.ndjson.gz",
      "backup restore /backups/today.ndjson.gz --yes --checkpoint checkpoints.json",
    ],
    run: async (call) => (await work()).restore(call),
  },
];
