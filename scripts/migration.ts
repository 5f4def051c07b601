#!/usr/bin/env bun
/**
 * Writes the next migration for both dialects: `bun run migration add-invitations` from `src/db/tables.ts`, and with `--extension` from
 * `src/extensions/tables.ts`, the tables of a product. Bask's migrations before it are frozen: `drizzle/frozen.json` holds their hashes, and a
 * test fails when one of them changes. With `--custom` it is empty, for what tables do not say, such as triggers. A migration that only adds is marked as compatible, so that processes of the release before serve the
 * database beside those of the next one. One that is not marked needs all processes to stop.
 */
import { createHash } from "node:crypto";
import { Glob } from "bun";
import { compatibleMark } from "../src/db/migrations";
import { isAdditive } from "./additive";
import { parseArguments, refuseArguments } from "./arguments";

const usage = "bun run migration NAME [--extension] [--custom], NAME of small letters, digits and hyphens";
const { positionals, values } = parseArguments(usage, {
  options: { extension: { type: "boolean", default: false }, custom: { type: "boolean", default: false } },
  maxWords: 1,
});
const [name = ""] = positionals;
if (!/^[a-z][a-z0-9-]*$/.test(name)) refuseArguments(usage);

const written = () => [...new Glob("drizzle/**/*.sql").scanSync()];
const before = new Set(written());
if (!values.extension) await freeze();
for (const url of ["sqlite:data/bask.db", "postgres://localhost/bask"]) {
  const command = [process.execPath, "--bun", "drizzle-kit", "generate", "--name", name.replaceAll("-", "_")];
  if (values.custom) command.push("--custom");
  const { exitCode } = Bun.spawnSync(command, {
    env: { ...process.env, DATABASE_URL: url, MIGRATION_SOURCE: values.extension ? "extension" : "bask" },
    stdio: ["inherit", "inherit", "inherit"],
  });
  if (exitCode !== 0) process.exit(exitCode);
}

for (const file of written()) {
  const text = await Bun.file(file).text();
  if (!before.has(file) && isAdditive(text)) await Bun.write(file, compatibleMark + text);
}

// The search_path decides in which schema PostgreSQL's tables are.
for (const file of new Glob("drizzle/**/postgres/*.sql").scanSync()) {
  const text = await Bun.file(file).text();
  if (text.includes('"public".')) await Bun.write(file, text.replaceAll('"public".', ""));
}

async function freeze() {
  const hash = async (file: string) =>
    createHash("sha256")
      .update(await Bun.file(file).text())
      .digest("hex");
  const files = [...new Glob("drizzle/{sqlite,postgres}/*.sql").scanSync()].sort();
  const frozen = Object.fromEntries(await Promise.all(files.map(async (file) => [file, await hash(file)])));
  await Bun.write("drizzle/frozen.json", `${JSON.stringify(frozen, null, 2)}\n`);
}
