import { expect, setDefaultTimeout, test } from "bun:test";
import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createClient } from "../support/client";
import { newDatabase } from "../support/databases";
import { main, startBask, temporaryFolder } from "../support/process";

setDefaultTimeout(180_000);

const root = join(import.meta.dir, "../..");
const page = readFileSync(join(root, "docs/operate.md"), "utf8");

test("every command of docs/operate.md does what the page says, typed in order beside a running server", async () => {
  using folder = temporaryFolder();
  const database = await newDatabase();
  const environment = { DATABASE_URL: database.url, SECRET_KEY: randomBytes(32).toString("base64url") };
  const server = await startBask(folder.path, environment);
  const ada = createClient({ url: server.url });
  const credentials = { email: "ada@example.com", password: "correct horse battery" };
  await ada.auth.register({ ...credentials, fullName: "Ada" });
  await ada.auth.login(credentials);
  await ada.organizations.create({ name: "Engines", slug: "engines" });
  // Only users with a verified email become operators, and this server has no mail server to verify it with.
  const blocks = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block]) => block!);
  const script = blocks.join("").replace("bask operator add ada@example.com\n", "");
  const bin = join(folder.path, "bin");
  mkdirSync(bin);
  writeFileSync(join(bin, "bask"), `#!/bin/sh\nexec "${process.execPath}" "${main}" "$@"\n`);
  chmodSync(join(bin, "bask"), 0o755);
  const { hostname, port } = new URL(server.url);
  const shell = Bun.spawn(["bash", "-euo", "pipefail", "-c", script], {
    cwd: folder.path,
    env: { PATH: `${bin}:${process.env.PATH}`, ...environment, HOST: hostname, PORT: port, PUBLIC_URL: server.url },
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr, exitCode] = await Promise.all([
    new Response(shell.stdout).text(),
    new Response(shell.stderr).text(),
    shell.exited,
  ]);
  expect([exitCode, exitCode === 0 ? "" : stdout + stderr]).toEqual([0, ""]);
  expect(stdout).toContain("installation.restored");
  expect(stdout).toContain("works: members:read");
  server.kill("SIGTERM");
  await server.exited;
  await database.remove();
});

test("docs/operate.md names files that exist", () => {
  const named = [...page.matchAll(/`((?:packages\/|Dockerfile|compose)[\w./]*)`/g)].map(([, file]) => file!);
  expect(named.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  expect(named.length).toBeGreaterThan(3);
});
