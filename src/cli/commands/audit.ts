import type { Command } from "../command";

const logArgument = ["<log>", "an organization (id or slug), a user (id or email), or installation"] as const;

const work = () => import("./audit.run");

export const auditCommands: readonly Command[] = [
  {
    name: "audit tail",
    summary: "Print the latest events of a log, the newest last",
    args: [logArgument],
    options: [["--limit <count>", "how many, 20 unless told"]],
    examples: ["audit tail acme", "audit tail ada@example.com --limit 100", "audit tail installation --json"],
    run: async (call) => (await work()).tail(call),
  },
  {
    name: "audit export",
    summary: "Print every event of a log as JSON lines, the oldest first",
    args: [logArgument],
    examples: ["audit export acme > acme.jsonl"],
    run: async (call) => (await work()).exportLog(call),
  },
  {
    name: "audit verify",
    summary: "Check every chain of the audit log, and that none is shorter than a checkpoint says",
    args: [["[file]", "what `bask audit checkpoint` wrote"]],
    examples: ["audit verify", "audit verify checkpoints.json"],
    run: async (call) => (await work()).verify(call),
  },
  {
    name: "audit checkpoint",
    summary: "Print the signed end of every chain; keep it where Bask cannot write",
    examples: ["audit checkpoint > checkpoints.json"],
    run: async (call) => (await work()).checkpoint(call),
  },
];
