#!/usr/bin/env bun
/**
 * Measures Bask beside the floors of its work and beside its peers: `bun run bench`, or `bun run bench --quick` for a look of some
 * minutes. Prints what docs/speed.md explains: each target beside its figure.
 */
import { cpus } from "node:os";
import { parseArguments, refuseArguments } from "./arguments";
import {
  growth,
  keys,
  logins,
  members,
  metrics,
  postgres,
  refusals,
  rotation,
  saves,
  soak,
  start,
  tokens,
  webhooks,
  writers,
} from "./bench/parts";
import { header, isMissedClearly, printChecks, Report } from "./bench/report";

const parts = {
  ...{ keys, refusals, tokens, writers, members, logins, saves, start },
  ...{ metrics, webhooks, postgres, rotation, growth },
};
const usage = `bun run bench [--quick] [--only ${Object.keys(parts).join(",")}] [--rounds 5] [--seconds 3] [--soak MINUTES] [--json] [--strict]`;
const { values: options } = parseArguments(usage, {
  options: {
    /** Short rounds, and only what takes little time. */
    quick: { type: "boolean", default: false },
    only: { type: "string" },
    rounds: { type: "string" },
    seconds: { type: "string" },
    /** Only a soak, of so many minutes. */
    soak: { type: "string" },
    /** Everything that was measured, round by round, as the last line. */
    json: { type: "boolean", default: false },
    /** Ends with exit code 1 when a target is missed by more than the noise. */
    strict: { type: "boolean", default: false },
  },
});
const { quick } = options;
const all = quick ? "keys,refusals,tokens,writers,members,logins,saves,start" : Object.keys(parts).join(",");
const chosen = (options.only ?? all).split(",");
if (chosen.some((name) => !Object.hasOwn(parts, name))) refuseArguments(usage);
const pace = {
  rounds: Number(options.rounds ?? (quick ? 3 : 5)),
  milliseconds: Number(options.seconds ?? (quick ? 1 : 3)) * 1000,
};
if (!(pace.rounds >= 1 && pace.milliseconds > 0)) refuseArguments(usage);

console.log(
  `Bun ${Bun.version}, ${cpus()[0]?.model}, ${cpus().length} cores; 50 connections, one core for the server and one for the load`,
);
console.log(
  `${pace.rounds} rounds of ${pace.milliseconds / 1000} s, in turn; medians, and how far the middle half is apart\n`,
);
const report = new Report();
if (options.soak === undefined) console.log(header);
if (options.soak !== undefined) await soak(report, Number(options.soak));
else for (const name of chosen) await parts[name as keyof typeof parts](report, pace);
printChecks(report.checks);
const date = new Date().toISOString().slice(0, 10);
if (options.json) console.log(JSON.stringify({ date, bun: Bun.version, cpu: cpus()[0]?.model, ...report }));
process.exit(options.strict && report.checks.some(isMissedClearly) ? 1 : 0);
