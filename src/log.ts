import pino, { type Logger } from "pino";
import pretty from "pino-pretty";
import type { Config } from "./config";

export type Log = Logger;

/** One JSON line an event, or a readable one on a terminal. Nothing that could be a secret is ever given to it. */
export function openLog(
  config: Pick<Config, "logLevel" | "logFormat">,
  destination?: { write(line: string): void },
): Log {
  const options = { level: config.logLevel, base: null, timestamp: pino.stdTimeFunctions.isoTime };
  if (destination) return pino(options, destination);
  return config.logFormat === "pretty"
    ? pino(options, pretty({ ignore: "pid,hostname", translateTime: "HH:MM:ss", sync: true }))
    : pino(options);
}
