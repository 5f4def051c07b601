#!/usr/bin/env bun
/** Writes the next migration for both dialects from `src/db/tables.ts`: `bun run migration add-invitations`. */
const name = process.argv[2];
if (!name || !/^[a-z][a-z0-9-]*$/.test(name)) {
  console.error("Give the migration a name: bun run migration add-invitations");
  process.exit(2);
}

for (const url of ["sqlite:data/bask.db", "postgres://localhost/bask"]) {
  const { exitCode } = Bun.spawnSync(["bun", "--bun", "drizzle-kit", "generate", "--name", name.replaceAll("-", "_")], {
    env: { ...process.env, DATABASE_URL: url },
    stdio: ["inherit", "inherit", "inherit"],
  });
  if (exitCode !== 0) process.exit(exitCode);
}

export {};
