import { readFile } from "node:fs/promises";
import { z } from "zod";
import { exportCheckpoints, verifyChains } from "../../audit/verify";
import { CliError, type Command, exitCodes } from "../command";

const Checkpoints = z.array(z.object({ chain: z.string(), seq: z.int(), hash: z.string(), signature: z.string() }));

export const auditCommands: readonly Command[] = [
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
