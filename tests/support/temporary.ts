import { accessSync, constants, readFileSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";

const memory = "/dev/shm";
const enough = 4 * 1024 ** 3;

/** Where tests keep files: in memory where there is room and programs may run, else in the temporary folder; TMPDIR decides before both. */
export function temporaryParent(): string {
  if (process.env.TMPDIR !== undefined) return process.env.TMPDIR;
  try {
    accessSync(memory, constants.W_OK);
    const { bavail, bsize } = statfsSync(memory);
    const options = readFileSync("/proc/mounts", "utf8")
      .split("\n")
      .filter((line) => line.split(" ")[1] === memory)
      .at(-1)
      ?.split(" ")[3];
    if (bavail * bsize >= enough && !options?.split(",").includes("noexec")) return memory;
  } catch {
    // Not this kind of system.
  }
  return tmpdir();
}
