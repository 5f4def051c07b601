import pino, { type Logger } from "pino";
import type { Config } from "./config/config";
import { openOutput } from "./output";

export type Log = Logger;

/**
 * One JSON line an event, or a readable one on a terminal. A line that cannot be written is lost. Nothing that could be a secret is ever
 * given to it.
 * @param destination gets JSON lines in the place of stdout
 */
export function openLog(
  { logLevel, logFormat }: Pick<Config, "logLevel" | "logFormat">,
  destination?: { write(line: string): void },
): Log {
  const options = {
    level: logLevel,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: described, cause: described },
  };
  if (destination) return pino(options, destination);
  const output = openOutput();
  if (logFormat === "json") return pino(options, output);
  // Loaded here, since servers log JSON and need it not.
  const { prettyFactory } = require("pino-pretty") as typeof import("pino-pretty");
  const readable = prettyFactory({ ignore: "pid,hostname", translateTime: "HH:MM:ss", colorize: process.stdout.isTTY });
  return pino(options, { write: (line) => output.write(readable(line)) });
}

/** An error for the log: what and where, with its causes, and never the values of a query. */
function described(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const withoutValues = (text = "") => text.replace(/\nparams: .*(?=\n {4}at |$)/s, "");
  const { name, message, stack, cause } = error;
  return {
    type: name,
    message: withoutValues(message),
    stack: withoutValues(stack),
    ...(cause !== undefined && { cause: described(cause) }),
  };
}
