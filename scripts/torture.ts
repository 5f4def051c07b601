#!/usr/bin/env bun
/**
 * Makes everything around Bask fail, on both databases, and says what did not hold: `bun run torture`, which takes minutes, `--long` hours, `--only
 * TEXT` one of the scenarios. It uses one core and a gigabyte of the temporary folder. Exits with 1 when something did not hold.
 */
import { findPostgres, startPostgres } from "../tests/support/postgres";
import { parseArguments } from "./arguments";
import { inPlace, type Outcome } from "./torture/scenario";
import { scenarios } from "./torture/scenarios";

const { values } = parseArguments("bun run torture [--long] [--only TEXT] [--dialect sqlite|postgres]", {
  options: { long: { type: "boolean", default: false }, only: { type: "string" }, dialect: { type: "string" } },
});
const factor = values.long ? 20 : 1;
const postgres = values.dialect === "sqlite" ? undefined : await startPostgres(findPostgres()!, { durable: true });
const rows: Record<string, string | number>[] = [];
let failed = false;
for (const { name, on, run } of scenarios) {
  if (values.only !== undefined && !name.includes(values.only)) continue;
  for (const dialect of on) {
    if (values.dialect !== undefined && values.dialect !== dialect) continue;
    const server = dialect === "postgres" ? postgres?.url : undefined;
    const outcome: Outcome = await inPlace({ server, factor }, run).catch((error) => ({
      rounds: 0,
      checked: "",
      faults: [String(error)],
    }));
    const { rounds, checked, faults, worstMs } = outcome;
    failed ||= faults.length > 0;
    rows.push({
      scenario: name,
      database: dialect === "postgres" ? "PostgreSQL" : "SQLite",
      rounds,
      checked,
      result: faults.length === 0 ? "held" : faults.slice(0, 3).join("; "),
      "worst stall": worstMs === undefined ? "-" : `${Math.round(worstMs)} ms`,
    });
    console.error(`${name}, ${dialect}: ${rows.at(-1)!.result}`);
  }
}
await postgres?.stop();
console.table(rows);
process.exit(failed ? 1 : 0);
