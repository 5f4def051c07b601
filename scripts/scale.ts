#!/usr/bin/env bun
/**
 * Measures what docs/scale.md is made from: `bun scripts/scale.ts --bench FILE` takes the costs of requests from files that hold the last line of
 * `bun run bench --json`, and `--simulate` what 64 processes and rows cost one PostgreSQL; then `bun run docs` writes the page. Run the simulation on a quiet
 * machine; it takes about a minute and a half.
 */
import { join } from "node:path";
import { parseArguments, refuseArguments } from "./arguments";
import { condense } from "./scale/costs";

const usage = "bun scripts/scale.ts [--bench FILE]... [--simulate]";
const { values } = parseArguments(usage, {
  options: { bench: { type: "string", multiple: true, default: [] }, simulate: { type: "boolean", default: false } },
});
const files = values.bench;
if (files.length === 0 && !values.simulate) refuseArguments(usage);

const folder = join(import.meta.dir, "../docs/measured");
const save = (name: string, value: unknown) => Bun.write(join(folder, name), `${JSON.stringify(value, null, 2)}\n`);

if (files.length > 0) await save("costs.json", condense(await Promise.all(files.map((file) => Bun.file(file).text()))));
if (values.simulate) {
  const { findPostgres, startPostgres } = await import("../tests/support/postgres");
  const postgres = await startPostgres(findPostgres() ?? refuseArguments("PostgreSQL is not there"), { durable: true });
  // The tables speak the dialect that is configured when they are loaded first.
  process.env.DATABASE_URL = postgres.url;
  const { simulate } = await import("./scale/simulation");
  const { shares, rows } = await simulate(postgres.url, 64, 10);
  await save("processes.json", shares);
  await save("rows.json", rows);
  await postgres.stop();
}
process.exit(0);
