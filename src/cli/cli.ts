import { Command as Commander, CommanderError } from "commander";
import { version } from "../../package.json";
import type { App } from "../app";
import { environment } from "../config/environment";
import { ImportFileError } from "../imports/files/import-file";
import { Problem } from "../problems";
import { startProblem } from "../start-problem";
import { CliError, type Command, exitCodes } from "./command";
import { commands, nouns } from "./commands";
import { openOutput } from "./output";

/**
 * Runs one command. Arguments that it does not take are refused before anything is opened.
 * @returns the exit code: 0 done, 1 failed, 2 wrong usage, 3 not found, 4 not permitted
 */
export async function runCli(args: readonly string[]): Promise<number> {
  const program = new Commander("bask")
    .description("Runs and operates Bask. Without a command it serves.")
    .version(version)
    .exitOverride()
    .showHelpAfterError(false)
    .configureOutput({
      outputError: (text, write) => write(text.replace(/^error: (.)/, (_, first) => first.toUpperCase())),
    });
  let done: Promise<void> = Promise.resolve();
  for (const command of commands) addTo(program, command, (work) => (done = work()));
  try {
    await program.parseAsync([...args], { from: "user" });
    await done;
    return 0;
  } catch (error) {
    return explain(error);
  }
}

function addTo(program: Commander, command: Command, start: (work: () => Promise<void>) => void) {
  const words = command.name.split(" ");
  const verb = words.pop()!;
  const parent = words.reduce((group, noun) => nounOf(group, noun), program);
  const added = parent.command(verb).summary(command.summary).description(command.summary);
  added.exitOverride().allowExcessArguments(false).showHelpAfterError(false);
  for (const [syntax, meaning] of command.args ?? []) added.argument(syntax, meaning);
  for (const [flags, meaning] of command.options ?? []) added.option(flags, meaning);
  if (command.destroys) added.option("--yes", "do it without asking");
  added.option("--json", "print data as JSON");
  added.addHelpText("after", `\nExamples:\n${command.examples.map((line) => `  $ bask ${line}`).join("\n")}`);
  added.action((...given) => {
    const options = given[command.args?.length ?? 0] as Record<string, string | boolean | undefined>;
    start(() => run(command, given.slice(0, command.args?.length ?? 0) as (string | undefined)[], options));
  });
}

const nounOf = (group: Commander, noun: string): Commander =>
  group.commands.find((known) => known.name() === noun) ??
  group.command(noun).description(nouns[noun]!).exitOverride().showHelpAfterError(false);

async function run(
  command: Command,
  args: readonly (string | undefined)[],
  options: Record<string, string | boolean | undefined>,
) {
  const out = openOutput(options.json === true);
  if (command.destroys && options.yes !== true) {
    throw new CliError(`This cannot be undone. Add --yes to do it: bask ${command.name} ... --yes`, exitCodes.usage);
  }
  let opened: Promise<App> | undefined;
  const app = () => {
    opened ??= openConfigured();
    return opened;
  };
  try {
    await command.run({ args, options, out, app, stdin: async () => (await Bun.stdin.text()).trim() });
  } finally {
    await out.flush();
    const running = await opened?.catch(() => undefined);
    if (running) {
      const { closeApp } = await import("../open-app");
      await closeApp(running);
    }
  }
}

async function openConfigured(): Promise<App> {
  const { parseConfig } = await import("../config/config");
  const { openExistingApp } = await import("../open-app");
  return openExistingApp(parseConfig(environment));
}

/** Writes one line that says what went wrong. */
function explain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.usage;
  if (error instanceof CliError) return say(error.message, error.exitCode);
  if (error instanceof ImportFileError)
    return say(error.message, error.isMissing ? exitCodes.notFound : exitCodes.usage);
  if (error instanceof Problem) {
    const details = error.details?.map(({ path, message }) => ` ${path} ${message}.`).join("") ?? "";
    return say(`${error.message}${details}`, exitCodeOf(error));
  }
  const known = startProblem(error);
  if (known !== undefined) return say(known, exitCodes.failed);
  console.error(error);
  return exitCodes.failed;
}

function say(sentence: string, exitCode: number): number {
  process.stderr.write(`${sentence}\n`);
  return exitCode;
}

function exitCodeOf({ status }: Problem): number {
  if (status === 404) return exitCodes.notFound;
  if (status === 401 || status === 403) return exitCodes.notPermitted;
  return status === 422 || status === 400 ? exitCodes.usage : exitCodes.failed;
}
