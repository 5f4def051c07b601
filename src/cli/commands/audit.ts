import { readFile } from "node:fs/promises";
import { z } from "zod";
import type { App } from "../../app";
import { eventsAfter, listEvents } from "../../audit/audit.sql";
import { exportCheckpoints, verifyChains } from "../../audit/verify";
import { CliError, type Command, exitCodes } from "../command";
import { organizationIdOf } from "./organizations";
import { userIdOf } from "./users";

const Checkpoints = z.array(z.object({ chain: z.string(), seq: z.int(), hash: z.string(), signature: z.string() }));

const logArgument = ["<log>", "an organization (id or slug), a user (id or email), or installation"] as const;

export const auditCommands: readonly Command[] = [
  {
    name: "audit tail",
    summary: "Print the latest events of a log, the newest last",
    args: [logArgument],
    options: [["--limit <count>", "how many, 20 unless told"]],
    examples: ["audit tail acme", "audit tail ada@example.com --limit 100", "audit tail installation --json"],
    async run({ app, args: [log], options, out }) {
      const limit = Number(options.limit ?? 20);
      if (!(Number.isInteger(limit) && limit >= 1 && limit <= 1_000))
        throw new CliError("The limit must be a whole number from 1 to 1000.", exitCodes.usage);
      const opened = await app();
      const { reader } = opened.db;
      const events = await listEvents(reader, await chainOf(opened, log!), {}, { end: undefined, limit });
      out.table(events.reverse(), ["seq", "at", "action", "actorType", "actorId", "targetId", "ip"]);
    },
  },
  {
    name: "audit export",
    summary: "Print every event of a log as JSON lines, the oldest first",
    args: [logArgument],
    examples: ["audit export acme > acme.jsonl"],
    async run({ app, args: [log], out }) {
      const opened = await app();
      const chain = await chainOf(opened, log!);
      for (let seq = 0; ; ) {
        const events = await eventsAfter(opened.db.reader, chain, seq, 500);
        for (const event of events) out.line(JSON.stringify(event));
        await out.flush();
        if (events.length < 500) break;
        seq = events.at(-1)!.seq;
      }
    },
  },
  {
    name: "audit verify",
    summary: "Check every chain of the audit log, and that none is shorter than a checkpoint says",
    args: [["[file]", "what `bask audit checkpoint` wrote"]],
    examples: ["audit verify", "audit verify checkpoints.json"],
    async run({ app, args: [file], out }) {
      const checkpoints = file === undefined ? [] : await readCheckpoints(file);
      const breaks = await verifyChains(await app(), checkpoints);
      out.data(
        breaks,
        breaks.length === 0
          ? ["Every chain is whole."]
          : breaks.map(({ chain, seq, id, reason }) => `${chain} event ${seq}${id ? ` (${id})` : ""}: ${reason}`),
      );
      if (breaks.length > 0) throw new CliError(`${breaks.length} chains are broken.`);
    },
  },
  {
    name: "audit checkpoint",
    summary: "Print the signed end of every chain; keep it where Bask cannot write",
    examples: ["audit checkpoint > checkpoints.json"],
    async run({ app, out }) {
      const checkpoints = await exportCheckpoints(await app());
      out.data(checkpoints, [JSON.stringify(checkpoints, null, 2)]);
    },
  },
];

/** The chain that a log is. @throws CliError */
async function chainOf(app: App, log: string): Promise<string> {
  if (log === "installation" || log.startsWith("org_")) return log;
  return log.includes("@") || log.startsWith("usr_") ? userIdOf(app, log) : organizationIdOf(app, log);
}

/** @throws CliError for another file */
export async function readCheckpoints(file: string) {
  const text = await readFile(file, "utf8").catch(() => {
    throw new CliError(`${file} cannot be read.`, exitCodes.notFound);
  });
  try {
    return Checkpoints.parse(JSON.parse(text));
  } catch {
    throw new CliError(`${file} is not a file that \`bask audit checkpoint\` wrote.`, exitCodes.usage);
  }
}
