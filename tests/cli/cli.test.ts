import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { commands } from "../../src/cli/commands";
import { AdminOrganization } from "../../src/operators/operators.contract";
import { temporaryFolder } from "../support/process";
import { runScript } from "../support/scripts";
import { openWorld, type Person, testSecret, type World } from "../support/world";

setDefaultTimeout(60_000);

let world: World;
let ada: Person;
let folder: ReturnType<typeof temporaryFolder>;

beforeAll(async () => {
  folder = temporaryFolder();
  world = await openWorld();
  ada = await world.person("Ada");
  await world.verify(ada);
});
afterAll(() => folder[Symbol.dispose]());

/** Runs the real program beside the server of this world. */
const bask = (...args: string[]) =>
  runScript(folder.path, ["bask", ...args], {
    environment: {
      DATABASE_URL: world.app.config.database.url,
      SECRET_KEY: testSecret.toString("base64url"),
      PUBLIC_URL: "https://bask.test",
    },
  });

describe("wrong use", () => {
  test.each([
    ["nothing"],
    ["user"],
    ["user lst"],
    ["user list --jsn"],
    ["user list one two"],
    ["user show"],
    ["user suspend ada@example.com"],
    ["org plan acme gold --reason x"],
    ["operator add ada"],
    ["audit verify one two"],
    ["import users"],
    ["import undo imp_1"],
    ["import users users.jsonl --dryrun"],
    ["secret generate now"],
  ])("bask %s says what to do, with exit code 2, and touches nothing", async (line) => {
    using empty = temporaryFolder();
    const { exitCode, stdout, stderr } = await runScript(empty.path, ["bask", ...line.split(" ")]);
    expect({ exitCode, stdout, files: readdirSync(empty.path) }).toEqual({ exitCode: 2, stdout: "", files: [] });
    expect(stderr).not.toBe("");
    expect(stderr).not.toContain("    at ");
  });
});

describe("help", () => {
  test("of every command has an example, and every example names its command", async () => {
    for (const { name, examples } of commands) {
      expect(examples.length).toBeGreaterThan(0);
      for (const example of examples) expect(example).toStartWith(name);
    }
    const { exitCode, stdout } = await bask("user", "suspend", "--help");
    expect(exitCode).toBe(0);
    expect(stdout).toContain("$ bask user suspend ada@example.com --reason");
  });
});

describe("an operator at the machine", () => {
  test("lists and shows users, as a table and as JSON", async () => {
    expect((await bask("user", "list")).stdout).toContain(ada.email);
    const listed = await bask("user", "list", "ada", "--json");
    expect(JSON.parse(listed.stdout)).toMatchObject([{ email: ada.email, emailVerifiedAt: expect.any(String) }]);
    const shown = await bask("user", "show", ada.email);
    expect(shown.stdout).toContain(`email: ${ada.email}`);
    expect(await bask("user", "show", "ghost@example.com")).toMatchObject({ exitCode: 3, stdout: "" });
    expect(await bask("user", "show", "usr_0000000000000000000000000")).toMatchObject({ exitCode: 3, stdout: "" });
  });

  test("suspends and restores a user, which a running server hears and the log records with the reason", async () => {
    const person = await world.person("Grace");
    const done = await bask("user", "suspend", person.email, "--reason", "ticket 4711");
    expect(done).toMatchObject({ exitCode: 0, stderr: "" });
    await world.app.feed.poll();
    await expect(person.bask.me.get()).rejects.toMatchObject({ status: 401 });
    await bask("user", "restore", person.email, "--reason", "solved");
    await world.app.feed.poll();
    const { data } = await (await world.signIn(person)).me.listAuditLogs({ action: "user.*" });
    const suspended = data.find(({ action }) => action === "user.suspended");
    expect(suspended).toMatchObject({ actorType: "system", details: { reason: "ticket 4711" } });
  });

  test("sets the plan of an organization by its slug", async () => {
    const { id } = await ada.bask.organizations.create({ name: "Acme", slug: "acme" });
    expect((await bask("org", "plan", "acme", "pro", "--reason", "contract")).stdout).toBe("acme: pro.\n");
    expect(await ada.bask.plan.get(id)).toMatchObject({ plan: "pro" });
    expect(await bask("org", "show", "nowhere")).toMatchObject({ exitCode: 3 });
    const [listed] = JSON.parse((await bask("org", "list", "acme", "--json")).stdout);
    expect(Object.keys(listed).sort()).toEqual(Object.keys(AdminOrganization.shape).sort());
  });

  test("adds and removes operators", async () => {
    expect((await bask("operator", "add", ada.email)).stdout).toBe(`${ada.email}: granted.\n`);
    expect(JSON.parse((await bask("operator", "list", "--json")).stdout)).toMatchObject([{ email: ada.email }]);
    expect((await bask("operator", "remove", ada.email)).exitCode).toBe(0);
    expect(await bask("operator", "remove", ada.email)).toMatchObject({ exitCode: 3, stdout: "" });
    expect((await bask("operator", "add", "ghost@example.com")).exitCode).toBe(3);
  });

  test("verifies the audit log, and against a checkpoint", async () => {
    const checkpoint = await bask("audit", "checkpoint");
    writeFileSync(join(folder.path, "checkpoints.json"), checkpoint.stdout);
    expect(await bask("audit", "verify", "checkpoints.json")).toMatchObject({
      exitCode: 0,
      stdout: "Every chain is whole.\n",
    });
    expect(await bask("audit", "verify", "missing.json")).toMatchObject({ exitCode: 3, stdout: "" });
    writeFileSync(join(folder.path, "other.json"), "{}");
    expect(await bask("audit", "verify", "other.json")).toMatchObject({ exitCode: 2, stdout: "" });
  });

  test("imports users, and takes the import back", async () => {
    const line = JSON.stringify({ email: "imported@example.com", fullName: "Imported" });
    writeFileSync(join(folder.path, "users.jsonl"), `${line}\nnot json\n`);
    expect((await bask("import", "users", "users.jsonl", "--dry-run")).exitCode).toBe(1);
    expect(JSON.parse((await bask("user", "list", "imported@", "--json")).stdout)).toEqual([]);
    writeFileSync(join(folder.path, "users.jsonl"), `${line}\n`);
    const imported = await bask("import", "users", "users.jsonl", "--json");
    const { run } = JSON.parse(imported.stdout) as { run: string };
    expect((await bask("import", "undo", run, "--yes")).stdout).toStartWith("1 users were deleted");
  });

  test("sees what the database lacks, which is nothing", async () => {
    expect(await bask("migrate", "--check")).toMatchObject({ exitCode: 0, stdout: "Nothing is missing.\n" });
    expect(await bask("secret", "reseal")).toMatchObject({ exitCode: 0 });
  });

  test("gets all of a long output, and may stop reading it", async () => {
    expect(JSON.parse((await bask("openapi")).stdout)).toMatchObject({ openapi: "3.1.0" });
    const program = `"${process.execPath}" "${join(import.meta.dir, "../../src/main.ts")}"`;
    const head = Bun.spawn(["sh", "-c", `${program} openapi | head -c 1`], { cwd: folder.path, stderr: "pipe" });
    expect(await new Response(head.stderr).text()).toBe("");
  });
});
