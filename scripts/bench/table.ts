#!/usr/bin/env bun
/**
 * Writes the table of targets in docs/speed.md from what `bun run bench --json` printed: one column for each run, which may be in several
 * files with a comma between them, each of a part.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArguments, refuseArguments } from "../arguments";
import { type Check, isMet } from "./report";

const usage = "bun scripts/bench/table.ts RUN[,RUN] ...";
const runs = parseArguments(usage, { maxWords: 9 }).positionals.map((files) => files.split(",").map(readRun));
if (runs.length === 0) refuseArguments(usage);

const page = join(import.meta.dir, "../../docs/speed.md");
const text = readFileSync(page, "utf8");
const old = /^\| target \|.*\n(?:\|.*\n)+/m;
if (!old.test(text)) throw new Error(`${page} has no table of targets`);
writeFileSync(
  page,
  text.replace(old, () => tableOf(runs.map(joined))),
);

interface Run {
  date: string;
  checks: Check[];
}

function readRun(file: string): Run {
  return JSON.parse(readFileSync(file, "utf8").trim().split("\n").at(-1)!) as Run;
}

/** Parts of one run, in the order of the targets. */
function joined(parts: Run[]): Run {
  const number = ({ id }: Check) => Number(/\d+/.exec(id) ?? Number.POSITIVE_INFINITY);
  return {
    date: parts[0]!.date,
    checks: parts.flatMap(({ checks }) => checks).toSorted((a, b) => number(a) - number(b)),
  };
}

function tableOf(runs: Run[]): string {
  const nameOf = ({ id, what }: Check) => `${id} ${what}`;
  const rows = Map.groupBy(
    runs.flatMap(({ checks }) => checks),
    nameOf,
  );
  const lines = [
    `| target | wanted |${runs.map(({ date }) => ` ${date} |`).join("")}`,
    `|---|---|${runs.map(() => "---|").join("")}`,
  ];
  for (const [name, [first]] of rows) {
    const cells = runs.map(({ checks }) => cellOf(checks.find((check) => nameOf(check) === name)));
    lines.push(`| ${name} | ${first!.is} ${numberOf(first!.target)}${first!.unit} |${cells.join("")}`);
  }
  return `${lines.join("\n")}\n`;
}

/** A target that is missed is bold; a dash is what was not measured. */
function cellOf(check: Check | undefined): string {
  if (!check) return " - |";
  const text = `${numberOf(check.value)}${check.unit}`;
  return ` ${isMet(check) ? text : `**${text}**`} |`;
}

function numberOf(value: number): string {
  if (value === 0 || value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
