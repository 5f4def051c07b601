#!/usr/bin/env bun
/**
 * Runs the whole suite twice, at the same time: on SQLite, and on a real PostgreSQL (TEST_DATABASE_URL, or a throw-away
 * server from the npm binaries). Arguments go to `bun test`: `bun run test tests/sessions`.
 */
import { findPostgres, startPostgres } from "../tests/support/postgres";

const args = process.argv.slice(2);
const given = process.env.TEST_DATABASE_URL;
const native = findPostgres();
const server = !given && native ? await startPostgres(native) : undefined;
const postgres = given ?? server?.url;

const runs = [run("SQLite", undefined), ...(postgres ? [run("PostgreSQL", postgres)] : [])];
const results = await Promise.all(runs);
await server?.stop();

if (!postgres)
  console.log(
    "SKIP PostgreSQL: there are no binaries for this machine; set TEST_DATABASE_URL to run on a server of yours.",
  );
const sum = (field: "passed" | "failed") => results.reduce((total, result) => total + result[field], 0);
console.log(`${sum("passed")} passed, ${sum("failed")} failed`);
process.exit(results.every(({ ok }) => ok) && sum("passed") > 0 ? 0 : 1);

async function run(name: string, databaseUrl: string | undefined) {
  const { DATABASE_URL: _, ...environment } = process.env;
  const child = Bun.spawn([process.execPath, "test", "--timeout", "30000", ...args], {
    env: { ...environment, ...(databaseUrl && { DATABASE_URL: databaseUrl }) },
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, err, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  const number = (word: string) => Number(new RegExp(`^ *(\\d+) ${word}$`, "m").exec(err)?.[1] ?? 0);
  const [passed, failed] = [number("pass"), number("fail")];
  console.log(`\n── ${name} ──\n${code === 0 ? `${passed} passed` : out + err}`);
  return { ok: code === 0, passed, failed: code === 0 ? failed : Math.max(1, failed) };
}
