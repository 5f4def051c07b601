import { type ParseArgsConfig, parseArgs } from "node:util";

type Options = NonNullable<ParseArgsConfig["options"]>;

interface Accepted<O extends Options> {
  /** As `parseArgs` takes them. */
  options?: O;
  /** How many words may stand beside the options. */
  maxWords?: number;
}

/**
 * The arguments of a script. One that it does not take ends the process with the usage and exit code 2, before anything is opened
 * or created; `--help` ends it with exit code 0.
 * @param usage how the script is called, in one line
 */
export function parseArguments<const O extends Options>(usage: string, { options, maxWords = 0 }: Accepted<O> = {}) {
  const args = process.argv.slice(2);
  if (args.includes("--help")) {
    console.log(`Usage: ${usage}`);
    process.exit(0);
  }
  const parsed = parse(args, options);
  return parsed && parsed.positionals.length <= maxWords ? parsed : refuseArguments(usage);
}

/** For arguments that a script takes, but not together or not like this. */
export function refuseArguments(usage: string): never {
  console.error(`Usage: ${usage}`);
  process.exit(2);
}

function parse<O extends Options>(args: string[], options = {} as O) {
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch {
    return undefined;
  }
}
