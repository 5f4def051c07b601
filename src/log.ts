import pino, { type Logger } from "pino";
import pretty from "pino-pretty";
import type { Config } from "./config/config";

export type Log = Logger;

/** One JSON line an event, or a readable one on a terminal. Nothing that could be a secret is ever given to it. */
export function openLog(
  config: Pick<Config, "logLevel" | "logFormat">,
  destination?: { write(line: string): void },
): Log {
  const options = {
    level: config.logLevel,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: described, cause: described },
  };
  if (destination) return pino(options, destination);
  return config.logFormat === "pretty"
    ? pino(options, pretty({ ignore: "pid,hostname", translateTime: "HH:MM:ss", sync: true }))
    : pino(options);
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
