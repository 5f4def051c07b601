import type { App } from "../app";
import type { Output } from "./output";

/**
 * One command of the command line. The files that declare commands load nothing of the server; what a command does stands in a file
 * `.run.ts` beside them, which is loaded when it runs.
 */
export interface Command {
  /** `noun verb`, or one word. */
  name: string;
  /** One line that says what it does. */
  summary: string;
  /** In order: the name as commander writes it, `<email>` or `[file]`, and what it is. */
  args?: readonly (readonly [syntax: string, meaning: string])[];
  /** `--reason <text>` and what it is. */
  options?: readonly (readonly [flags: string, meaning: string])[];
  /** Lines to type, without `bask` before them. */
  examples: readonly string[];
  /** What it removes or ends cannot be brought back: it asks for `--yes`. */
  destroys?: true;
  /** Loads what it needs, and does it. @throws CliError, Problem */
  run(call: Call): Promise<void>;
}

/** What a command is given. */
export interface Call {
  /** As many as the command declares; undefined for optional ones that are left out. */
  args: readonly (string | undefined)[];
  /** By camel-case name. */
  options: Readonly<Record<string, string | boolean | undefined>>;
  out: Output;
  /** Opens the installation that is configured here, once. It must exist and be up to date: nothing is created or migrated. */
  app(): Promise<App>;
  /** The text on standard input, trimmed: how a command takes a secret. */
  stdin(): Promise<string>;
}

/** 0 is success. */
export const exitCodes = { failed: 1, usage: 2, notFound: 3, notPermitted: 4 } as const;

/** Ends a command with one line on standard error and an exit code. */
export class CliError extends Error {
  override name = "CliError";
  constructor(
    message: string,
    readonly exitCode: number = exitCodes.failed,
  ) {
    super(message);
  }
}
