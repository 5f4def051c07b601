import { readdirSync, readFileSync } from "node:fs";
import { availableParallelism, platform } from "node:os";

/** A server that is measured: a process of its own, on a core of its own where the system can. */
export interface Subject {
  name: string;
  port: number;
  /** Milliseconds from the start of the process to its first answer. */
  startedIn: number;
  /** Whether the load has a core of its own. */
  leavesCore: boolean;
  /** Seconds of CPU it has used so far, all threads. */
  cpu(): number;
  /** Megabytes of memory it holds. */
  memory(): number;
  stop(): Promise<void>;
}

const isLinux = platform() === "linux";
const taskset = isLinux && availableParallelism() > 1 ? Bun.which("taskset") : null;

/** Words before a command that keep it on these cores. */
export const onCores = (cores: string): string[] => (taskset ? [taskset, "-c", cores] : []);

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
  const child = Bun.spawn([...onCores(cores), ...command], {
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
    leavesCore: taskset !== null && cores === "0",
    cpu: () => cpuOf(child.pid),
    memory: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))![1]) / 1024,
    async stop() {
      child.kill("SIGTERM");
      await child.exited;
    },
  };
}

/** The scheduler's own count, in nanoseconds: what the process shows of itself is in hundredths of a second. */
function cpuOf(pid: number): number {
  let nanoseconds = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    try {
      nanoseconds += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ")[0]);
    } catch {} // it ended meanwhile
  }
  return nanoseconds / 1e9;
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
