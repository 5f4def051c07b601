import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import Driver from "better-sqlite3";
import { dialect } from "../../src/db/dialect";
import { emptyDatabase, type TestDatabase } from "../support/databases";
import { startBask, temporaryFolder } from "../support/process";

setDefaultTimeout(180_000);

const root = join(import.meta.dir, "../..");
const guide = readFileSync(join(root, "docs/extending.md"), "utf8");
/** The blocks of the guide that are files, as a reader types them in. */
const blocks = [...guide.matchAll(/^`([\w./-]+)`\n\n```ts\n(.*?)^```$/gms)].map(([, file, text]) => ({
  file: file!,
  text: text!,
}));

let folder: ReturnType<typeof temporaryFolder>;
let database: TestDatabase;

beforeAll(async () => {
  folder = temporaryFolder();
  database = await emptyDatabase();
});

afterAll(async () => {
  await database.remove();
  folder[Symbol.dispose]();
});

const write = (file: string, text: string) => {
  mkdirSync(dirname(join(folder.path, file)), { recursive: true });
  writeFileSync(join(folder.path, file), text);
};

/** Runs a program in the product's checkout. @throws Error with what it said when it fails */
async function run(...command: string[]) {
  const environment = { ...process.env, GIT_AUTHOR_NAME: "Ada", GIT_COMMITTER_NAME: "Ada" } as Record<string, string>;
  Object.assign(environment, { GIT_AUTHOR_EMAIL: "ada@example.com", GIT_COMMITTER_EMAIL: "ada@example.com" });
  const child = Bun.spawn(command, { cwd: folder.path, env: environment, stdout: "pipe", stderr: "pipe" });
  const [out, err, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  if (code !== 0) throw new Error(`${command.join(" ")} failed:\n${out}\n${err}`);
  return out;
}

const bun = process.execPath;
const commit = async (message: string) => {
  await run("git", "add", "--all");
  await run("git", "commit", "--quiet", "--no-verify", "--message", message);
};

/** Starts the product as an operator does, asks something of it and stops it. */
async function serving<T>(work: (url: string) => Promise<T>): Promise<T> {
  const bask = await startBask(folder.path, { DATABASE_URL: database.url }, join(folder.path, "src/main.ts"));
  try {
    return await work(bask.url);
  } finally {
    bask.kill("SIGTERM");
    await bask.exited;
  }
}

const post = async (url: string, body: object, token?: string) => {
  const headers = { "Content-Type": "application/json", ...(token && { Authorization: `Bearer ${token}` }) };
  return (await (await fetch(url, { method: "POST", headers, body: JSON.stringify(body) })).json()) as Record<
    string,
    string
  >;
};

const ada = { email: "ada@example.com", password: "correct horse battery", fullName: "Ada Lovelace" };
let organization: string;

const projectsOf = async (url: string) => {
  const { accessToken } = await post(`${url}/auth/login`, { email: ada.email, password: ada.password });
  const headers = { Authorization: `Bearer ${accessToken}` };
  const { data } = (await (await fetch(`${url}/organizations/${organization}/projects`, { headers })).json()) as {
    data: { name: string }[];
  };
  return data.map(({ name }) => name);
};

/** Rows of the table that the newer Bask brought; there is none without its migration. */
async function countUpgrades(): Promise<number> {
  if (dialect === "postgres") {
    await using sql = new Bun.SQL(database.url, { max: 1 });
    return Number((await sql`select count(*) as rows from upgrades`)[0].rows);
  }
  const file = new Driver(database.url.slice("sqlite:".length), { readonly: true });
  const rows = file.prepare("select count(*) from upgrades").pluck().get() as number;
  file.close();
  return rows;
}

describe("the product of docs/extending.md", () => {
  test("compiles and passes its tests and the permission test, from the page's own text", async () => {
    const listed = Bun.spawnSync(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
      cwd: root,
    });
    for (const file of listed.stdout.toString().split("\0").filter(Boolean)) {
      mkdirSync(dirname(join(folder.path, file)), { recursive: true });
      cpSync(join(root, file), join(folder.path, file), { force: true });
    }
    symlinkSync(join(root, "node_modules"), join(folder.path, "node_modules"));
    await run("git", "init", "--quiet", "--initial-branch", "main");
    await commit("Bask");
    await run("git", "branch", "bask");

    for (const { file, text } of blocks) write(file, text);
    await run(bun, "scripts/migration.ts", "add-projects", "--extension");
    if (dialect === "sqlite") {
      // The same on either database. Several checkers would each find out what they share, for twice the work.
      await run("node_modules/.bin/tsc", "--noEmit", "--checkers", "1");
      await run("node_modules/.bin/biome", "check", "--error-on-warnings", ...blocks.map(({ file }) => file));
    }
    const isTest = ({ file }: { file: string }) => file.endsWith(".test.ts");
    await run(
      bun,
      "test",
      ...blocks.filter(isTest).map(({ file }) => file),
      "tests/access/matrix.test.ts",
      "--test-name-pattern",
      "project|lets in exactly",
    );
    await commit("Projects");
  });

  test("keeps its data when a newer Bask with one more migration is merged under it", async () => {
    await serving(async (url) => {
      const page = await fetch(`${url}/projects-guide`, { redirect: "manual" });
      expect([page.status, page.headers.get("location")]).toEqual([302, "/docs/api/projects"]);
      expect(await (await fetch(`${url}/dashboard`)).text()).toContain("/projects-guide?organization={organization}");
      await post(`${url}/auth/register`, ada);
      const { accessToken } = await post(`${url}/auth/login`, { email: ada.email, password: ada.password });
      ({ id: organization } = (await post(`${url}/organizations`, { name: "Acme" }, accessToken)) as { id: string });
      await post(`${url}/organizations/${organization}/projects`, { name: "Apollo" }, accessToken);
    });

    await run("git", "switch", "--quiet", "bask");
    const tables = readFileSync(join(folder.path, "src/db/tables.ts"), "utf8");
    write(
      "src/db/tables.ts",
      `${tables}\nexport const upgrades = table("upgrades", { id: text("id").primaryKey() });\n`,
    );
    await run(bun, "scripts/migration.ts", "add-upgrades");
    await commit("A newer Bask");
    await run("git", "switch", "--quiet", "main");
    await run("git", "merge", "--quiet", "--no-edit", "bask");

    expect(await serving(projectsOf)).toEqual(["Apollo"]);

    expect(await countUpgrades()).toBe(0);
  });
});
