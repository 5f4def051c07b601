import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { users } from "../../src/db/tables";
import { main, spawnBask, temporaryFolder } from "../support/process";
import { runScript } from "../support/scripts";
import { openWorld, testSecret, type World } from "../support/world";

setDefaultTimeout(180_000);

const file = (name: string) => join(import.meta.dir, "files", name);
let world: World;
let folder: ReturnType<typeof temporaryFolder>;
beforeAll(async () => {
  folder = temporaryFolder();
  world = await openWorld();
  const write = (name: string, content: string | Uint8Array) => writeFileSync(join(folder.path, name), content);
  write("latin1.csv", Buffer.from("email,fullName\nzoe@example.com,Zo\xeb\n", "latin1"));
  write("empty.csv", "email,fullName\n");
  write("strange.csv", "foo,bar\n1,2\n");
  write("cut.json", readFileSync(file("firebase-auth-export.json")).subarray(0, 600));
  write("there.csv", "");
  write("config.txt", "hash_config {\n  algorithm: BCRYPT,\n}\n");
  write("half-config.txt", "hash_config {\n  algorithm: SCRYPT,\n  rounds: 8,\n}\n");
  write(
    "problems.csv",
    `email,fullName,passwordHash\nok@example.com,,\nnot-an-email,Ada,\nhash@example.com,"Two\nlines",md5:1\n`,
  );
});
afterAll(() => folder[Symbol.dispose]());

const environment = () => ({
  DATABASE_URL: world.app.config.database.url,
  SECRET_KEY: testSecret.toString("base64url"),
  PUBLIC_URL: "https://bask.test",
});
const bask = (...args: string[]) => runScript(folder.path, ["bask", ...args], { environment: environment() });

test.each<[args: string[], sentence: string | RegExp]>([
  [[file("auth0-users.ndjson")], /looks like an export of Auth0, not of Bask: use --from auth0\.\n$/],
  [
    [file("keycloak-realm.json"), "--from", "firebase"],
    /looks like an export of Keycloak, not of Firebase: use --from keycloak\.\n$/,
  ],
  [[file("clerk.csv"), "--from", "supabase"], /looks like an export of Clerk, not of Supabase: use --from clerk\.\n$/],
  [["strange.csv", "--from", "clerk"], "strange.csv does not look like an export of Clerk.\n"],
  [
    ["strange.csv", "--from", "okta"],
    "--from takes auth0, clerk, supabase, firebase, keycloak, django, better-auth, bask.\n",
  ],
  [["empty.csv"], "empty.csv has no records.\n"],
  [["latin1.csv"], /^latin1.csv is not in UTF-8: line 2 .* iconv -f WINDOWS-1252 -t UTF-8 latin1.csv\n$/],
  [["cut.json", "--from", "firebase"], /^cut.json is not JSON, or not all of it is there: see line \d+\.\n$/],
  [
    [file("clerk.csv"), "--from", "clerk", "--hashes", file("auth0-password-hashes.ndjson")],
    "--hashes is for auth0 and better-auth: Clerk has the hashes with the users.\n",
  ],
  [
    [file("auth0-users.ndjson"), "--from", "auth0", "--hashes", file("auth0-users.ndjson")],
    /has no password hashes of Auth0\.\n$/,
  ],
  [[file("clerk.csv"), "--from", "clerk", "--hash-config", "config.txt"], "--hash-config is for firebase only.\n"],
  [
    [file("firebase-auth-export.json"), "--from", "firebase", "--hash-config", "config.txt"],
    "config.txt is of BCRYPT; only hashes of Firebase's own SCRYPT can be imported.\n",
  ],
  [
    [file("firebase-auth-export.json"), "--from", "firebase", "--hash-config", "half-config.txt"],
    /^half-config.txt does not have base64_signer_key/,
  ],
  [
    [file("clerk.csv"), "--from", "clerk", "--report", "there.csv"],
    "there.csv exists already: give the report another name.\n",
  ],
  [[file("clerk.csv"), "--from", "clerk", "--report", "no/folder.csv"], "no/folder.csv cannot be written (ENOENT).\n"],
])("%j imports nobody and says why in one sentence", async (args, sentence) => {
  const { exitCode, stdout, stderr } = await bask("import", "users", ...args);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
  if (typeof sentence === "string") expect(stderr).toBe(sentence);
  else expect(stderr).toMatch(sentence);
  expect(await world.app.db.reader.select().from(users)).toEqual([]);
});

test("a file that is not there has the exit code of things that are not found", async () => {
  expect(await bask("import", "users", "missing.csv")).toEqual({
    exitCode: 3,
    stdout: "",
    stderr: "missing.csv cannot be read (ENOENT).\n",
  });
});

test("a person sees what was not imported, by line, and how to undo the rest", async () => {
  const { exitCode, stdout, stderr } = await bask("import", "users", "problems.csv", "--report", "report.csv");
  expect(stdout).toBe(
    [
      "line 3  invalid   not-an-email: email must be an email address",
      "line 4  invalid   hash@example.com: fullName must be one line of visible text, without control or invisible characters",
      "",
    ].join("\n"),
  );
  expect(stderr).toMatch(
    /^This is import (imp_\w+)\. .*\n1 imported, 0 of them with a password; 0 existed, 0 skipped, 2 invalid\.\nTo undo: bask import undo \1 --yes\n2 records could not be imported\.\n$/,
  );
  expect(exitCode).toBe(1);
  const report = readFileSync(join(folder.path, "report.csv"), "utf8");
  expect(report).toMatch(
    /^line,.*\r\n2,imported,,ok@example\.com,usr_\w+,false,\r\n3,invalid,,not-an-email,,,email must/,
  );

  const again = await bask("import", "users", "problems.csv", "--dry-run", "--report", "dry.csv");
  expect(again.stderr).toStartWith(
    "0 would be imported, 0 of them with a password; 1 existed, 0 skipped, 2 invalid.\n",
  );
  expect(again.stderr).not.toContain("undo");
  expect(existsSync(join(folder.path, "dry.csv"))).toBe(true);
});

test("an import that is killed has said how what it imported is deleted", async () => {
  const many = Array.from({ length: 5_000 }, (_, i) => `many${i}@example.com,Ada\n`);
  writeFileSync(join(folder.path, "many.csv"), `email,fullName\n${many.join("")}`);
  const { reader } = world.app.db;
  const before = await reader.$count(users);
  const child = spawnBask(folder.path, environment(), [main, "import", "users", "many.csv", "--json"]);
  while ((await reader.$count(users)) === before && child.exitCode === null);
  child.kill("SIGKILL");
  const said = await new Response(child.stderr).text();
  expect(said).toMatch(/^This is import imp_\w+\. /);
  await child.exited;
  expect(await reader.$count(users)).toBeGreaterThan(before);
  const { exitCode } = await bask("import", "undo", /imp_\w+/.exec(said)![0], "--yes");
  expect(exitCode).toBe(0);
  expect(await reader.$count(users)).toBe(before);
});

test("hashes that belong to nobody in the file are counted", async () => {
  writeFileSync(join(folder.path, "one.ndjson"), readFileSync(file("auth0-users.ndjson"), "utf8").split("\n")[1]!);
  const hashes = file("auth0-password-hashes.ndjson");
  const { stderr } = await bask("import", "users", "one.ndjson", "--from", "auth0", "--hashes", hashes, "--dry-run");
  expect(stderr).toContain(`No match in one.ndjson: 1 hash of ${hashes}.\n`);
});

test("bask user show names the systems a user was imported from", async () => {
  await bask("import", "users", file("clerk.csv"), "--from", "clerk");
  const { stdout } = await bask("user", "show", "nora.lind@example.com");
  expect(stdout).toEndWith("imported from: clerk (user_2a1)\n");
});
