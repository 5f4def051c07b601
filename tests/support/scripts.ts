import { join } from "node:path";
import { program } from "./process";

const root = join(import.meta.dir, "../..");

export interface ScriptResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** Runs the command line, by the name `bask`, or a script of `scripts/` to its end, as `bun run` does, in a folder of its own and with no variables but the given ones. */
export async function runScript(
  cwd: string,
  [name, ...args]: readonly [name: string, ...args: string[]],
  { environment = {}, stdin = "" }: { environment?: Record<string, string>; stdin?: string } = {},
): Promise<ScriptResult> {
  const child = Bun.spawn(
    [...(name === "bask" ? program : [process.execPath, join(root, "scripts", `${name}.ts`)]), ...args],
    {
      cwd,
      env: { PATH: process.env.PATH, ...environment },
      stdin: Buffer.from(stdin),
      stdout: "pipe",
      stderr: "pipe",
    },
  );
  const [stdout, stderr, exitCode] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { exitCode, stdout, stderr };
}
