#!/usr/bin/env bun
/**
 * Runs the tests on SQLite and, at the same time, on a real PostgreSQL: the server of TEST_DATABASE_URL, or a throwaway one from the
 * npm binaries; then those of the dashboard. Prints what the runs print, as it comes, each line with the name of its run;
 * the tests that failed are named again at the end.
 * Arguments go to `bun test`: `bun run test tests/sessions`. Without any, what knows no database runs on SQLite alone.
 */
import { chmodSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { buildDashboard } from "../src/server/dashboard-build";
import { installClients } from "../tests/support/clients";
import { findPostgres, type PostgresServer, startPostgres } from "../tests/support/postgres";
import { temporaryParent } from "../tests/support/temporary";

const args = process.argv.slice(2);
/** Folders whose tests hardly depend on the database, or start many programs: they run on SQLite alone unless they are asked for. */
const once = new Set([
  "cli",
  "clients",
  "config",
  "crypto",
  "dashboard",
  "doctor",
  "extensions",
  "house",
  "http",
  "imports",
  "mcp",
  "openapi",
  "outbound",
  "scripts",
  "sdk",
  "shapes",
]);
/** Files in those folders that hold something of the database all the same. */
const twice = ["tests/house/canaries.test.ts", "tests/house/protections.test.ts"];
const tests = join(import.meta.dir, "../tests");
const folders = readdirSync(tests, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== "support")
  .map(({ name }) => name);
const paths = (names: string[]) => names.map((name) => `tests/${name}/`);
const { TEST_DATABASE_URL: given, DATABASE_URL: _, ...environment } = process.env;
/** Where the tests of this run keep files. */
const folder = mkdtempSync(join(temporaryParent(), "bask-tests-"));
chmodSync(folder, 0o755); // a PostgreSQL of another user reads certificates there
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
const children: Bun.Subprocess[] = [];
let server: PostgresServer | undefined;
for (const [signal, code] of Object.entries({ SIGHUP: 129, SIGINT: 130, SIGTERM: 143 }))
  process.on(signal, async () => {
    for (const child of children) child.kill();
    await Promise.all(children.map(({ exited }) => exited));
    await server?.stop();
    process.exit(code);
  });

await buildDashboard(); // here, so that the runs do not both begin with it
const executable = args.length === 0 ? buildExecutable() : undefined;
installClients(); // here, because a process of Bun does not find packages that came after it started
const native = findPostgres();
if (!given && native) server = await startPostgres(native);
const postgres = given ?? server?.url;

const results =
  args.length > 0
    ? await Promise.all([run("SQLite", args), ...(postgres ? [run("PostgreSQL", args, postgres)] : [])])
    : await runAll();
await server?.stop();

if (!postgres)
  console.log("SKIP PostgreSQL: no binaries for this machine. Set TEST_DATABASE_URL to run on a server of yours.");
for (const line of results.flatMap(({ failures }) => [...failures])) console.log(line);
const sum = (field: "passed" | "failed") => results.reduce((total, result) => total + result[field], 0);
console.log(`${sum("passed")} passed, ${sum("failed")} failed`);
process.exit(sum("failed") === 0 && sum("passed") > 0 ? 0 : 1);

/** The program as one file, for the tests that start it often. */
function buildExecutable(): string {
  const file = join(folder, "bask");
  const { success } = Bun.spawnSync([process.execPath, join(import.meta.dir, "build.ts"), file], {
    stdout: "ignore",
    stderr: "inherit",
  });
  if (!success) throw new Error("The executable could not be built.");
  return file;
}

/** Two runs at a time, the longest first. The tests of the dashboard are cut into parts, so that the last two end at about the same time. */
async function runAll() {
  const waiting = [
    () => run("SQLite", paths(folders.filter((name) => name !== "dashboard"))),
    ...(postgres
      ? [() => run("PostgreSQL", [...paths(folders.filter((name) => !once.has(name))), ...twice], postgres)]
      : []),
    ...partsOf("dashboard", 6).map((files, i) => () => run(`Dashboard${i + 1}`, files)),
  ];
  const done: Awaited<ReturnType<typeof run>>[] = [];
  const lane = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) done.push(await next());
  };
  await Promise.all([lane(), lane()]);
  return done;
}

/** The files of a folder in so many parts. */
function partsOf(folder: string, parts: number): string[][] {
  const files = readdirSync(join(tests, folder))
    .filter((file) => file.endsWith(".test.ts"))
    .sort();
  return Array.from({ length: parts }, (_, part) =>
    files.filter((_, i) => i % parts === part).map((file) => `tests/${folder}/${file}`),
  );
}

/** One run of `bun test`. One that exits with an error has failed at least once, whatever it printed. */
async function run(name: string, paths: string[], databaseUrl?: string) {
  const child = Bun.spawn([process.execPath, "test", "--timeout", "180000", ...paths], {
    env: {
      ...(process.stdout.isTTY && { FORCE_COLOR: "1" }),
      ...environment,
      TMPDIR: folder,
      ...(executable !== undefined && { TEST_EXECUTABLE: executable }),
      ...(databaseUrl !== undefined && { DATABASE_URL: databaseUrl }),
    },
    stdout: "pipe",
    stderr: "pipe",
  });
  children.push(child);
  const count = { pass: 0, fail: 0 };
  const failures = new Set<string>();
  const print = async (stream: ReadableStream<Uint8Array>) => {
    for await (const line of linesOf(stream)) {
      const [, number, word] = /^ *(\d+) (pass|fail)$/.exec(Bun.stripANSI(line)) ?? [];
      if (word) count[word as keyof typeof count] = Number(number);
      const labeled = `${name.padEnd(10)} | ${line}`.trimEnd();
      if (Bun.stripANSI(line).startsWith("(fail)")) failures.add(labeled);
      console.log(labeled);
    }
  };
  const [code] = await Promise.all([child.exited, print(child.stdout), print(child.stderr)]);
  return { failures, passed: count.pass, failed: code === 0 ? count.fail : Math.max(1, count.fail) };
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
  if (rest) yield rest;
}
