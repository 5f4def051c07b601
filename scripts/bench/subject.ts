import { readFileSync } from "node:fs";
import { availableParallelism, platform } from "node:os";

/** A server that is measured: a process of its own, on a core of its own where the system can. */
export interface Subject {
  name: string;
  port: number;
  /** Milliseconds from the start of the process to its first answer. */
  startedIn: number;
  /** Seconds of CPU it has used so far, all threads. */
  cpu(): number;
  /** Megabytes of memory it holds. */
  memory(): number;
  stop(): Promise<void>;
}

const taskset = platform() === "linux" && availableParallelism() > 1 ? Bun.which("taskset") : null;

/** Words before a command that keep it on one core. */
export const onCore = (core: number): string[] => (taskset ? [taskset, "-c", String(core)] : []);

export interface Launch {
  name: string;
  command: string[];
  cwd?: string;
  env?: Record<string, string>;
  /** A path that answers as soon as it serves. */
  probe: string;
  /** Cores it may use; one unless said. */
  cores?: string;
}

export async function launch({ name, command, cwd, env, probe, cores = "0" }: Launch): Promise<Subject> {
  const port = freePort();
  const started = performance.now();
  const pin = taskset ? [taskset, "-c", cores] : [];
  const child = Bun.spawn([...pin, ...command], {
    ...(cwd && { cwd }),
    env: { ...process.env, PORT: String(port), ...env },
    stdout: "ignore",
    stderr: "inherit",
  });
  while (!(await answers(port, probe))) {
    if (child.exitCode !== null) throw new Error(`${name} ended before it served`);
    await Bun.sleep(2);
  }
  const startedIn = performance.now() - started;
  return {
    name,
    port,
    startedIn,
    cpu: () => {
      const fields = readFileSync(`/proc/${child.pid}/stat`, "utf8").split(") ")[1]!.split(" ");
      return (Number(fields[11]) + Number(fields[12])) / 100;
    },
    memory: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))![1]) / 1024,
    async stop() {
      child.kill("SIGTERM");
      await child.exited;
    },
  };
}

const answers = (port: number, probe: string) =>
  fetch(`http://127.0.0.1:${port}${probe}`).then(
    (response) => response.ok,
    () => false,
  );

function freePort(): number {
  const probe = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  const { port } = probe;
  probe.stop(true);
  return port;
}
