import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, openSync } from "node:fs";
import { dialect } from "../../src/db/dialect";
import { freePort } from "../support/free-port";
import { main, temporaryFolder } from "../support/process";

setDefaultTimeout(180_000);

/** Each refused request is a line in the log. */
const lines = 200;

describe.skipIf(dialect === "postgres")("a log that cannot be written", () => {
  for (const format of ["json", "pretty"]) {
    test.skipIf(!existsSync("/dev/full"))(`does not end the process when the disk is full (${format})`, async () => {
      await serves({ LOG_FORMAT: format, LOG_LEVEL: "debug" }, openSync("/dev/full", "w"));
    });

    test(`does not end the process when its reader has gone (${format})`, async () => {
      await serves({ LOG_FORMAT: format, LOG_LEVEL: "debug" }, "pipe");
    });
  }
});

/** Starts it with this stdout and stderr, closes them where they are pipes, and makes it log. */
async function serves(environment: Record<string, string>, output: number | "pipe") {
  using folder = temporaryFolder();
  const port = await freePort();
  const child = Bun.spawn([process.execPath, main], {
    cwd: folder.path,
    env: { PATH: process.env.PATH, PORT: String(port), ...environment },
    stdin: "ignore",
    stdout: output,
    stderr: output,
  });
  const url = `http://127.0.0.1:${port}`;
  const answers = () =>
    fetch(`${url}/whoami`).then(
      ({ status }) => status === 401,
      () => false,
    );
  while (child.exitCode === null && !(await answers())) await Bun.sleep(5);
  if (output === "pipe") {
    await (child.stdout as unknown as ReadableStream).cancel();
    await (child.stderr as unknown as ReadableStream).cancel();
  }
  for (let i = 0; i < lines; i++) expect(await answers()).toBe(true);
  child.kill("SIGTERM");
  expect(await child.exited).toBe(0);
}
