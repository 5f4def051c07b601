import { expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { emptyDatabase } from "../support/databases";
import { temporaryFolder } from "../support/process";
import { runScript } from "../support/scripts";

setDefaultTimeout(180_000);

const script = join(import.meta.dir, "../../scripts/console.ts");

test("bun run console evaluates rules and await against the configured database", async () => {
  using folder = temporaryFolder();
  const database = await emptyDatabase();
  const environment = { DATABASE_URL: database.url };
  await runScript(folder.path, ["seed"], { environment });

  const child = Bun.spawn([process.execPath, script], {
    cwd: folder.path,
    env: { PATH: process.env.PATH, ...environment },
    stdin: "pipe",
    stdout: "pipe",
    stderr: "inherit",
  });
  const output = child.stdout.pipeThrough(new TextDecoderStream() as never).getReader() as {
    read(): Promise<{ value?: string }>;
  };
  /** What it prints until it asks for the next line. */
  async function answer(line?: string): Promise<string> {
    if (line !== undefined) child.stdin.write(`${line}\n`);
    let text = "";
    while (!text.endsWith("bask> ")) text += (await output.read()).value!;
    return text.slice(0, -"bask> ".length).trim();
  }

  expect(await answer()).toContain("organizations");
  await answer('const ada = await actorOf("ada@example.com")');
  await answer("const { data } = await organizations.listMyOrganizations(app, ada, { limit: 5 })");
  expect(await answer("data[0].name")).toBe("'Analytical Engines'");
  expect(await answer('await organizations.getOrganization(app, ada, "org_0")')).toContain("NOT_FOUND");
  child.stdin.write(".exit\n");
  expect(await child.exited).toBe(0);
  await database.remove();
});
