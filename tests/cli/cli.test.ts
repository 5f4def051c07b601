import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ApiKey } from "../../src/api-keys/api-keys.contract";
import { commands, nouns } from "../../src/cli/commands";
import { insertIdentity } from "../../src/identities/identities.sql";
import { newId, type UserId } from "../../src/ids";
import { AdminOrganization } from "../../src/operators/operators.contract";
import { PersonalToken } from "../../src/personal-tokens/personal-tokens.contract";
import { realTime } from "../support/clock";
import { enroll, newAuthenticator } from "../support/passkeys";
import { main, program, startBask, temporaryFolder } from "../support/process";
import { raw } from "../support/raw";
import { runScript } from "../support/scripts";
import { openWorld, type Person, testSecret, type World } from "../support/world";

setDefaultTimeout(180_000);

let world: World;
let ada: Person;
let folder: ReturnType<typeof temporaryFolder>;

beforeAll(async () => {
  folder = temporaryFolder();
  world = await openWorld({ time: realTime() }); // the program beside it has the time of the machine
  ada = await world.person("Ada");
  await world.verify(ada);
});
afterAll(() => folder[Symbol.dispose]());

/** Runs the real program beside the server of this world. */
const bask = (...args: string[]) => runBask(args);
const runBask = (args: string[], stdin?: string) =>
  runScript(folder.path, ["bask", ...args], {
    ...(stdin !== undefined && { stdin }),
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
    ["import users users.jsonl --from okta"],
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
  test("says of every noun what its commands are about", () => {
    const used = commands.map(({ name }) => name.split(" ")).filter((words) => words.length > 1);
    expect([...new Set(used.map(([noun]) => noun!))].toSorted()).toEqual(Object.keys(nouns).toSorted());
  });

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

  test("creates users, with a password from standard input or none, and never a second one", async () => {
    const create = (email: string, ...more: string[]) => runBask(["user", "create", email, "--name", "Hedy", ...more]);
    expect(await create("hedy@example.com", "--verified")).toMatchObject({ exitCode: 0, stderr: "" });
    expect(await create("HEDY@example.com")).toMatchObject({ exitCode: 1, stdout: "" });
    expect(await bask("user", "create", "joanne@example.com")).toMatchObject({ exitCode: 2, stdout: "" });
    const given = (password: string) =>
      runBask(["user", "create", "joanne@example.com", "--name", "Joanne", "--password-stdin"], `${password}\n`);
    expect(await given("12345678")).toMatchObject({ exitCode: 2, stdout: "" });
    expect(await given("Joanne likes long passwords")).toMatchObject({ exitCode: 0 });
    const joan = await world.signIn({ email: "joanne@example.com", password: "Joanne likes long passwords" });
    expect(await joan.me.get()).toMatchObject({ fullName: "Joanne", emailVerified: false });
    const [hedy] = JSON.parse((await bask("user", "list", "hedy", "--json")).stdout);
    expect(hedy).toMatchObject({ email: "hedy@example.com", emailVerifiedAt: expect.any(String) });
    expect((await world.emailsTo("joanne@example.com")).map(({ template }) => template)).toEqual(["verify-email"]);
    expect(await world.emailsTo("hedy@example.com")).toEqual([]);
  });

  test("adds and removes operators", async () => {
    expect((await bask("operator", "add", ada.email)).stdout).toBe(`${ada.email}: granted.\n`);
    expect(JSON.parse((await bask("operator", "list", "--json")).stdout)).toMatchObject([{ email: ada.email }]);
    expect((await bask("operator", "remove", ada.email)).exitCode).toBe(0);
    expect(await bask("operator", "remove", ada.email)).toMatchObject({ exitCode: 3, stdout: "" });
    expect(await bask("operator", "add", "ghost@example.com")).toMatchObject({
      exitCode: 3,
      stderr: "There is no user with this email.\n",
    });
  });

  test("shows how far it has come in a terminal, and nothing of that elsewhere", async () => {
    let screen = "";
    const child = Bun.spawn([process.execPath, main, "audit", "verify"], {
      cwd: folder.path,
      env: {
        PATH: process.env.PATH,
        DATABASE_URL: world.app.config.database.url,
        SECRET_KEY: testSecret.toString("base64url"),
      },
      terminal: {
        cols: 80,
        rows: 24,
        data(_, bytes) {
          screen += Buffer.from(bytes).toString();
        },
      },
    });
    expect(await child.exited).toBe(0);
    expect(screen).toMatch(/Verifying: 100 %[\s\S]*Every chain is whole\./);
    expect(await bask("audit", "verify")).toMatchObject({ exitCode: 0, stdout: "Every chain is whole.\n", stderr: "" });
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
    const command = program.map((part) => `"${part}"`).join(" ");
    const head = Bun.spawn(["sh", "-c", `${command} openapi | head -c 1`], { cwd: folder.path, stderr: "pipe" });
    expect(await new Response(head.stderr).text()).toBe("");
  });
});

describe("keys, sessions and emails at the machine", () => {
  test("a user's personal access tokens are listed and revoked, and a token is verified", async () => {
    const { id, token } = await ada.bask.personalTokens.create({ name: "Laptop", scopes: ["members:read"] });
    const [listed] = JSON.parse((await bask("token", "list", ada.email, "--json")).stdout);
    expect(listed).toMatchObject({ id, name: "Laptop", status: "active" });
    expect(Object.keys(listed).sort()).toEqual(Object.keys(PersonalToken.shape).sort());
    expect((await runBask(["key", "verify"], token)).stdout).toContain(`${id} of usr_`);
    expect((await bask("token", "revoke", id, "--reason", "leaked", "--yes")).stdout).toContain(": revoked.");
    expect(JSON.parse((await bask("token", "list", ada.email, "--json")).stdout)).toEqual([]);
    const { data } = await ada.bask.me.listAuditLogs();
    expect(data[0]).toMatchObject({
      action: "personal_token.revoked",
      actorType: "system",
      details: { reason: "leaked" },
    });
    expect((await bask("token", "revoke", "pat_unknown", "--reason", "leaked", "--yes")).exitCode).toBe(3);
  });

  test("a key is created, shown, verified, rotated and revoked, and only its creation and rotation print it", async () => {
    const { id } = await ada.bask.organizations.create({ name: "Keys", slug: "keys-at-the-machine" });
    const create = await bask(
      "key",
      "create",
      "keys-at-the-machine",
      "CI",
      "--as",
      ada.email,
      "--scopes",
      "members:read",
    );
    expect(create.stdout).toMatch(/^bsk_live_\w{36}\n$/);
    const [listed] = JSON.parse((await bask("key", "list", "keys-at-the-machine", "--json")).stdout);
    expect(listed).toMatchObject({ name: "CI", scopes: ["members:read"], status: "active" });
    expect(Object.keys(listed).sort()).toEqual(Object.keys(ApiKey.shape).sort());
    const verify = (key: string) => runBask(["key", "verify"], key);
    expect((await verify(create.stdout)).stdout).toContain(`${listed.id} of ${id} works: members:read`);
    expect(await verify("bsk_live_nonsense")).toMatchObject({ exitCode: 1, stdout: "" });
    const rotated = await bask("key", "rotate", listed.id, "--as", ada.email, "--overlap", "0");
    expect(rotated.stdout).toMatch(/^bsk_live_\w{36}\n$/);
    expect((await bask("key", "show", listed.id)).stdout).toContain("status: expired");
    const [successor] = JSON.parse((await bask("key", "list", id, "--status", "active", "--json")).stdout);
    expect(await bask("key", "revoke", successor.id, "--reason", "leaked")).toMatchObject({ exitCode: 2, stdout: "" });
    expect((await bask("key", "revoke", successor.id, "--reason", "leaked", "--yes")).stdout).toContain(": revoked.");
    const { data } = await ada.bask.auditLogs.list(id, { action: "api_key.revoked" });
    expect(data).toMatchObject([{ actorType: "system", targetId: successor.id, details: { reason: "leaked" } }]);
    expect((await bask("key", "show", "key_0000000000000000000000000")).exitCode).toBe(3);
    expect((await bask("key", "list", id, "--status", "gone")).exitCode).toBe(2);
    expect((await bask("key", "create", id, "CI")).exitCode).toBe(2);
    expect((await bask("key", "create", id, "CI", "--as", "ghost@example.com")).exitCode).toBe(3);
    const log = await bask("audit", "tail", "keys-at-the-machine", "--json");
    expect(JSON.parse(log.stdout).at(-1)).toMatchObject({ action: "api_key.revoked" });
    const exported = (await bask("audit", "export", id)).stdout.trim().split("\n");
    expect(exported.map((line) => JSON.parse(line).seq)).toEqual(exported.map((_, i) => i + 1));
  });

  test("one session is ended, and the others live", async () => {
    const person = await world.person("Sally");
    const other = await world.signIn(person);
    const sessions = JSON.parse((await bask("session", "list", person.email, "--json")).stdout);
    expect(sessions).toMatchObject([{ isBound: false }, { isBound: false }]);
    const ended = await bask("session", "end", sessions[0].id, "--reason", "lost laptop");
    expect(ended).toMatchObject({ exitCode: 0, stdout: `${sessions[0].id}: ended.\n` });
    await world.app.feed.poll();
    await expect(other.me.get()).rejects.toMatchObject({ status: 401 });
    await person.bask.me.get();
    expect((await bask("session", "end", sessions[0].id, "--reason", "again")).exitCode).toBe(3);
  });

  test("the passkeys and the accounts at providers of a user are listed", async () => {
    const person = await world.person("Pat");
    const userId = (await person.bask.me.get()).id as UserId;
    await enroll(person.bask, newAuthenticator());
    await world.app.db.write((tx) =>
      insertIdentity(tx, {
        id: newId("idn", tx.now.getTime()),
        userId,
        issuer: "https://issuer.example",
        subject: "1",
        emailAtLink: "pat@corp.example",
        createdAt: tx.now,
        lastUsedAt: tx.now,
      }),
    );
    const passkeys = await bask("user", "passkeys", person.email, "--json");
    expect(JSON.parse(passkeys.stdout)).toMatchObject([
      { id: expect.stringMatching(/^pky_/), transports: ["internal"] },
    ]);
    const identities = await bask("user", "identities", person.email);
    expect(identities.stdout).toMatch(/^id +provider +emailAtLink +createdAt +lastUsedAt\n/i);
    expect(identities.stdout).toMatch(/idn_\w+ .*pat@corp\.example/);
  });

  test("an email that was given up is listed, sent again and removed; a test email is sent at once", async () => {
    await world.person("Mel");
    await raw(world, `update outbox set state = 'failed', failure = '550 no' where "to" = 'mel@example.com'`);
    const [failed, ...others] = JSON.parse((await bask("mail", "failed", "--json")).stdout);
    expect([failed, others]).toMatchObject([{ to: "mel@example.com", failure: "550 no" }, []]);
    expect((await bask("mail", "retry", failed.id)).exitCode).toBe(0);
    expect((await bask("mail", "retry", failed.id)).exitCode).toBe(3);
    expect(JSON.parse((await bask("mail", "failed", "--json")).stdout)).toEqual([]);
    expect((await bask("mail", "drop", failed.id)).exitCode).toBe(2);
    expect((await bask("mail", "drop", failed.id, "--yes")).exitCode).toBe(0);
    expect((await bask("mail", "test", "nobody")).exitCode).toBe(2);
    expect((await bask("mail", "test", "ada@example.com")).stdout).toContain("Sent to ada@example.com");
    expect(readdirSync(join(folder.path, "data/mailbox"))).toHaveLength(1);
  });

  test("migrations are listed with whether the database has them", async () => {
    const listed = JSON.parse((await bask("migrate", "--status", "--json")).stdout);
    expect(listed[0]).toEqual({ migration: "bask/0000_foundation", applied: true });
  });

  test("health tells whether the server is ready", async () => {
    using own = temporaryFolder();
    const server = await startBask(own.path, {});
    const { port } = new URL(server.url);
    const health = (HOST: string) => runScript(own.path, ["bask", "health"], { environment: { PORT: port, HOST } });
    expect(await health("127.0.0.1")).toMatchObject({ exitCode: 0, stdout: "ready\n" });
    expect(await health("0.0.0.0")).toMatchObject({ exitCode: 0, stdout: "ready\n" });
    for (const line of server.output().trim().split("\n")) expect(JSON.parse(line)).toMatchObject({ level: 30 });
    server.kill("SIGTERM");
    await server.exited;
    expect(await health("127.0.0.1")).toMatchObject({ exitCode: 1, stdout: "" });
  });
});
