import { expect } from "bun:test";
import { chownSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { main, temporaryFolder } from "./process";

/** A part of every secret in these tests; it must never be shown. */
export const secret = "canary-7f3a";
export const isRoot = process.getuid?.() === 0;
/** An ordinary user, for what root may do and others may not. */
export const nobody = { uid: 65_534, gid: 65_534 };

export interface RefusedStart {
  environment: Record<string, string>;
  /** What the one line has to say after "Bask cannot start. ". */
  says: string;
  /** Makes what the start will find. */
  prepare?: (folder: string) => void;
  /** Whether it has to be an ordinary user who starts it. */
  ordinary?: true;
}

/** Everything in a folder: names and kinds. */
const inventory = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .map((entry) => `${join(entry.parentPath, entry.name)} ${entry.isFile() ? "file" : "folder"}`)
    .sort();

/** Starts the program as an operator does, and sees it refuse: exit code 1, one line, no stack, no secret, nothing made. */
async function expectRefusedStart(name: string, { environment, says, prepare, ordinary }: RefusedStart) {
  using folder = temporaryFolder();
  prepare?.(folder.path);
  const asNobody = isRoot && ordinary;
  if (asNobody) chownSync(folder.path, nobody.uid, nobody.gid);
  const before = inventory(folder.path);
  const child = Bun.spawn([process.execPath, main], {
    ...(asNobody && nobody),
    cwd: folder.path,
    env: { PORT: "0", LOG_FORMAT: "json", ...environment },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, err] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  expect([name, await child.exited, out, err]).toEqual([name, 1, "", expect.stringContaining(says)]);
  expect([name, err]).toEqual([name, expect.stringMatching(/^Bask cannot start\. [^\n]+\n$/)]);
  expect([name, err]).not.toEqual([name, expect.stringMatching(/canary|7f3a| at \S+:\d+|Error:/)]);
  expect([name, inventory(folder.path)]).toEqual([name, before]);
}

/** A few at a time: each is a process. */
export async function expectRefusedStarts(cases: Record<string, RefusedStart>) {
  const waiting = Object.entries(cases);
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await expectRefusedStart(...next);
  };
  await Promise.all([worker(), worker(), worker()]);
}
