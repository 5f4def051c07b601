#!/usr/bin/env bun
/**
 * Writes the next migration for both dialects from `src/db/tables.ts`: `bun run migration add-invitations`. The ones before
 * it are frozen: `drizzle/frozen.json` holds their hashes, and a test fails when one of them changes.
 */
import { createHash } from "node:crypto";
import { Glob } from "bun";
import { parseArguments, refuseArguments } from "./arguments";

const usage = "bun run migration NAME, of small letters, digits and hyphens";
const [name = ""] = parseArguments(usage, { maxWords: 1 }).positionals;
if (!/^[a-z][a-z0-9-]*$/.test(name)) refuseArguments(usage);

const files = [...new Glob("drizzle/*/*.sql").scanSync()].sort();
const hashes = files.map(async (file) => [
  file,
  createHash("sha256")
    .update(await Bun.file(file).text())
    .digest("hex"),
]);
const frozen = Object.fromEntries(await Promise.all(hashes)) as Record<string, string>;
await Bun.write("drizzle/frozen.json", `${JSON.stringify(frozen, null, 2)}\n`);

for (const url of ["sqlite:data/bask.db", "postgres://localhost/bask"]) {
  const { exitCode } = Bun.spawnSync(["bun", "--bun", "drizzle-kit", "generate", "--name", name.replaceAll("-", "_")], {
    env: { ...process.env, DATABASE_URL: url },
    stdio: ["inherit", "inherit", "inherit"],
  });
  if (exitCode !== 0) process.exit(exitCode);
}

// The search_path decides in which schema PostgreSQL's tables are.
for (const file of new Glob("drizzle/postgres/*.sql").scanSync()) {
  if (file in frozen) continue;
  await Bun.write(file, (await Bun.file(file).text()).replaceAll('"public".', ""));
}
