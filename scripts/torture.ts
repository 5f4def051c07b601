#!/usr/bin/env bun
/**
 * Makes everything around Bask fail, on both databases, and says what did not hold: `bun run torture`, which takes minutes, `--long` hours, `--only
 * TEXT` those of the scenarios whose name has it. It uses two cores and a gigabyte of the temporary folder; the full disks need root. Exits with 1
 * when something did not hold.
 */
import { findPostgres, startPostgres } from "../tests/support/postgres";
import { parseArguments, refuseArguments } from "./arguments";
import { inPlace, type Outcome, type Scenario } from "./torture/scenario";
import { scenarios } from "./torture/scenarios";

const usage = "bun run torture [--long] [--only TEXT] [--dialect sqlite|postgres]";
const { values } = parseArguments(usage, {
  options: { long: { type: "boolean", default: false }, only: { type: "string" }, dialect: { type: "string" } },
});
const { only, dialect: chosen } = values;
if (chosen !== undefined && chosen !== "sqlite" && chosen !== "postgres") refuseArguments(usage);
const factor = values.long ? 20 : 1;
const runs = scenarios
  .filter(({ name }) => only === undefined || name.includes(only))
  .flatMap((scenario) => scenario.on.map((dialect) => ({ scenario, dialect })))
  .filter(({ dialect }) => chosen === undefined || dialect === chosen);
const binaries = runs.some(({ dialect }) => dialect === "postgres") && findPostgres();
const postgres = binaries ? await startPostgres(binaries, { durable: true }) : undefined;

async function run({ run }: Scenario, dialect: "sqlite" | "postgres"): Promise<Outcome> {
  const server = dialect === "postgres" ? postgres?.url : undefined;
  if (dialect === "postgres" && !server) return { rounds: 0, checked: "", faults: [], skipped: "needs PostgreSQL" };
  return inPlace({ server, factor }, run).catch((error) => ({ rounds: 0, checked: "", faults: [String(error)] }));
}

const rows: Record<string, string | number>[] = [];
for (const { scenario, dialect } of runs) {
  const begun = performance.now();
  const { rounds, checked, faults, stall, skipped } = await run(scenario, dialect);
  const ms = (time: number | undefined) => (time === undefined ? "-" : `${Math.round(time)} ms`);
  const result = skipped ? `not tried: ${skipped}` : faults.length === 0 ? "held" : [...new Set(faults)].join("; ");
  rows.push({
    scenario: scenario.name,
    database: dialect === "postgres" ? "PostgreSQL" : "SQLite",
    rounds,
    checked,
    result: faults.length === 0 ? result : "FAILED",
    "longest wait": ms(stall?.worst),
    "with a core": ms(stall?.own),
    disk: ms(stall?.disk),
    took: `${Math.round((performance.now() - begun) / 1000)} s`,
  });
  console.error(`${scenario.name}, ${dialect}: ${result}`);
}
await postgres?.stop();
console.table(rows);
process.exit(rows.some(({ result }) => result === "FAILED") || runs.length === 0 ? 1 : 0);
