import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The program, as `bun start` runs it. */
export const main = join(import.meta.dir, "../../src/main.ts");

/** The executable that the whole suite builds, because it starts in half the time; undefined where some files are run. */
export const executable = process.env.TEST_EXECUTABLE;

/** What runs the program. */
export const program: readonly string[] = executable === undefined ? [process.execPath, main] : [executable];

/** A Bask in a process of its own, as an operator runs it, in a folder of its own. */
export interface BaskProcess {
  pid: number;
  url: string;
  output(): string;
  kill(signal: NodeJS.Signals): void;
  exited: Promise<number>;
}

/** A folder that is gone after the test. */
export function temporaryFolder() {
  const path = mkdtempSync(join(tmpdir(), "bask-run-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

const running = new Set<Bun.Subprocess>();

/** Ends the processes of tests that failed before they could. */
export function killProcesses() {
  for (const child of running) child.kill("SIGKILL");
}

/** Starts it, or Bun with other arguments, without waiting for anything. */
export function spawnBask(cwd: string, environment: Record<string, string>, command?: readonly string[]) {
  const child = Bun.spawn(command ? [process.execPath, ...command] : [...program], {
    cwd,
    env: { PATH: process.env.PATH, PORT: "0", LOG_FORMAT: "json", ...environment },
    stdin: "pipe",
    stdout: "pipe",
    stderr: "pipe",
    onExit: (child) => void running.delete(child),
  });
  running.add(child);
  return child;
}

/** Starts it and resolves when it listens. @throws Error with all it printed when it ends instead */
export async function startBask(
  cwd: string,
  environment: Record<string, string>,
  ...command: string[]
): Promise<BaskProcess> {
  const bask = await tryToStart(cwd, environment, ...command);
  if (bask.url !== "") return bask;
  throw new Error(`The process did not start: it ended with ${await bask.exited}. It printed:\n${bask.output()}`);
}

/** As `startBask`, for a start that may be refused: `url` is empty then. */
export async function tryToStart(
  cwd: string,
  environment: Record<string, string>,
  ...command: string[]
): Promise<BaskProcess> {
  const child = spawnBask(cwd, environment, command.length > 0 ? command : undefined);
  let text = "";
  let listening: () => void;
  const started = new Promise<void>((resolve) => {
    listening = resolve;
  });
  const gather = async (stream: ReadableStream<Uint8Array>) => {
    const decoder = new TextDecoder();
    for await (const chunk of stream) {
      text += decoder.decode(chunk, { stream: true });
      if (/listens on \S+\n/.test(text)) listening();
    }
  };
  const gathered = Promise.all([gather(child.stdout), gather(child.stderr)]);
  const exited = child.exited.then(async (code) => {
    await gathered;
    return code;
  });
  await Promise.race([started, exited]);
  return {
    pid: child.pid,
    url: /listens on ([^\s"]+)/.exec(text)?.[1] ?? "",
    output: () => text,
    kill: (signal) => child.kill(signal),
    exited,
  };
}
