#!/usr/bin/env bun
/**
 * The table of targets in docs/speed.md from what `bun run bench --json` printed: one column for each run, which may be in several files
 * with a comma between them.
 */
import { readFileSync } from "node:fs";
import { parseArguments, refuseArguments } from "../arguments";
import { type Check, isMet } from "./report";

const usage = "bun scripts/bench/table.ts RUN[,RUN] ...";
const runs = parseArguments(usage, { maxWords: 9 }).positionals.map((files) => files.split(",").flatMap(checksIn));
if (runs.length === 0) refuseArguments(usage);

const nameOf = ({ id, what }: Check) => `${id} ${what}`;
const rows = Map.groupBy(runs.flat(), nameOf);
console.log(`| | wanted |${runs.map((_, i) => ` run ${i + 1} |`).join("")}`);
console.log(`|---|---|${runs.map(() => "---|").join("")}`);
for (const [name, [first]] of rows) {
  const cells = runs.map((checks) => cellOf(checks.find((check) => nameOf(check) === name)));
  console.log(`| ${name} | ${first!.is} ${numberOf(first!.target)}${first!.unit} |${cells.join("")}`);
}

/** A target that is missed is bold. */
function cellOf(check: Check | undefined): string {
  if (!check) return " |";
  const text = `${numberOf(check.value)}${check.unit}`;
  return ` ${isMet(check) ? text : `**${text}**`} |`;
}

function numberOf(value: number): string {
  if (value === 0 || value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

function checksIn(file: string): Check[] {
  const last = readFileSync(file, "utf8").trim().split("\n").at(-1)!;
  return (JSON.parse(last) as { checks: Check[] }).checks;
}
