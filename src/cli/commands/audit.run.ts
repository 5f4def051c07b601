import { readFile } from "node:fs/promises";
import { z } from "zod";
import type { App } from "../../app";
import { eventsAfter, listEvents } from "../../audit/audit.sql";
import { exportCheckpoints, verifyChains } from "../../audit/verify";
import { type Call, CliError, exitCodes } from "../command";
import { organizationIdOf } from "./organizations.run";
import { userIdOf } from "./users.run";

const Checkpoints = z.array(z.object({ chain: z.string(), seq: z.int(), hash: z.string(), signature: z.string() }));

export async function tail({ app, args: [log], options, out }: Call) {
  const limit = Number(options.limit ?? 20);
  if (!(Number.isInteger(limit) && limit >= 1 && limit <= 1_000))
    throw new CliError("The limit must be a whole number from 1 to 1000.", exitCodes.usage);
  const opened = await app();
  const { reader } = opened.db;
  const events = await listEvents(reader, await chainOf(opened, log!), {}, { end: undefined, limit });
  out.table(events.reverse(), ["seq", "at", "action", "actorType", "actorId", "targetId", "ip"]);
}

export async function exportLog({ app, args: [log], out }: Call) {
  const opened = await app();
  const chain = await chainOf(opened, log!);
  for (let seq = 0; ; ) {
    const events = await eventsAfter(opened.db.reader, chain, seq, 500);
    for (const event of events) out.line(JSON.stringify(event));
    await out.flush();
    if (events.length < 500) break;
    seq = events.at(-1)!.seq;
  }
}

export async function verify({ app, args: [file], out }: Call) {
  const checkpoints = file === undefined ? [] : await readCheckpoints(file);
  const opened = await app();
  const progress = await out.progress("Verifying", 1_000);
  const onEvents = (done: number, of: number) => progress.to((1_000 * done) / of);
  const breaks = await verifyChains(opened, checkpoints, onEvents).finally(progress.end);
  out.data(
    breaks,
    breaks.length === 0
      ? ["Every chain is whole."]
      : breaks.map(({ chain, seq, id, reason }) => `${chain} event ${seq}${id ? ` (${id})` : ""}: ${reason}`),
  );
  if (breaks.length > 0) throw new CliError(`${breaks.length} chains are broken.`);
}

export async function checkpoint({ app, out }: Call) {
  const checkpoints = await exportCheckpoints(await app());
  out.data(checkpoints, [JSON.stringify(checkpoints, null, 2)]);
}

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
