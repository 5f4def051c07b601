import { chownSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { copyPostgres, postgresVersion } from "./postgres-binaries";
import { temporaryParent } from "./temporary";

export { findPostgres } from "./postgres-binaries";

export interface PostgresServer {
  /** `postgres://` URL of its default database. */
  url: string;
  /** Shuts it down and removes its folder. */
  stop(): Promise<void>;
  /** Ends it as a crash would: no checkpoint, no goodbye to its clients. */
  kill(): Promise<void>;
  /** Starts it again after `kill`, on the same port. */
  start(): Promise<void>;
}

/** PostgreSQL refuses to run as root, so root runs it as this user. */
const unprivileged = { uid: 65534, gid: 65534 };

/** How long a server may take to accept connections, in milliseconds. */
const startTimeout = 30_000;

/**
 * Starts a throwaway PostgreSQL server on a free port of 127.0.0.1, with binaries and data in a folder of its own. Nothing in it
 * depends on where the checkout lies, who may read it, or what else runs on this machine. The folder is removed by `stop`, and
 * when the process ends without it.
 * @param native the folder that `findPostgres` found
 * @param options.durable whether it calls fsync; a server that is thrown away need not
 */
export async function startPostgres(native: string, { durable = false } = {}): Promise<PostgresServer> {
  const identity = process.getuid?.() === 0 ? unprivileged : {};
  const folder = makeFolder(native, identity);
  const data = join(folder, "data");
  const log = Bun.file(join(folder, "log"));
  let running: Bun.Subprocess | undefined;
  const remove = () => {
    running?.kill("SIGKILL");
    removeFolder(folder);
  };
  process.once("exit", remove);

  function run(name: string, args: string[]): Bun.Subprocess {
    running = Bun.spawn([join(folder, "native/bin", name), ...args], {
      ...identity,
      cwd: folder,
      env: { LC_ALL: "C", LD_LIBRARY_PATH: join(folder, "native/lib") },
      stdin: "ignore",
      stdout: log,
      stderr: log,
    });
    return running;
  }

  const initdb = run("initdb", ["-D", data, "-U", "bask", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]);
  if ((await initdb.exited) !== 0) throw new Error(`initdb failed: ${await log.text()}`);

  const settings = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=1000"];
  settings.push("shared_buffers=64MB");
  if (!durable) settings.push("fsync=off", "synchronous_commit=off", "full_page_writes=off");

  /** Whether it came to accept connections; false when it gave up, such as over a port that is taken. */
  async function launch(port: number, deadline: number) {
    const args = [...settings, `port=${port}`].flatMap((setting) => ["-c", setting]);
    const child = run("postgres", ["-D", data, ...args]);
    while (child.exitCode === null && child.signalCode === null && performance.now() < deadline) {
      if (isReady(data, child.pid)) return true;
      await Bun.sleep(10);
    }
    child.kill("SIGKILL");
    await child.exited;
    return false;
  }

  async function start(choosePort: () => number): Promise<number> {
    const deadline = performance.now() + startTimeout;
    while (performance.now() < deadline) {
      const port = choosePort();
      if (await launch(port, deadline)) return port;
    }
    throw new Error(`PostgreSQL does not start: ${await log.text()}`);
  }

  async function end(signal: NodeJS.Signals) {
    running?.kill(signal);
    await running?.exited;
  }

  const port = await start(randomPort);
  return {
    url: `postgres://bask@127.0.0.1:${port}/postgres`,
    start: async () => void (await start(() => port)),
    kill: () => end("SIGKILL"),
    async stop() {
      await end("SIGINT");
      process.off("exit", remove);
      remove();
    },
  };
}

/**
 * A folder with runnable binaries in it: where tests keep files, or, where that is closed to the user PostgreSQL runs as or holds
 * no programs (mode 0700, noexec), in another one.
 */
function makeFolder(native: string, identity: Partial<typeof unprivileged>): string {
  const failures: string[] = [];
  for (const parent of new Set([temporaryParent(), "/tmp", "/var/tmp", "/dev/shm"])) {
    let folder: string | undefined;
    try {
      folder = mkdtempSync(join(parent, "bask-postgres-"));
      if (identity.uid !== undefined) chownSync(folder, identity.uid, identity.gid!);
      copyPostgres(native, join(folder, "native"));
      postgresVersion(join(folder, "native"), identity);
      return folder;
    } catch (error) {
      failures.push(`${parent}: ${(error as Error).message}`);
      if (folder) removeFolder(folder);
    }
  }
  throw new Error(`PostgreSQL does not run on this machine; set TEST_DATABASE_URL. ${failures.join("; ")}`);
}

/** What a killed server leaves running writes on for a moment. */
function removeFolder(folder: string) {
  for (let attempt = 0; attempt < 40 && existsSync(folder); attempt++) {
    try {
      rmSync(folder, { recursive: true, force: true });
    } catch {
      Bun.sleepSync(25);
    }
  }
}

/** Whether the server of this process id, and no other one's, accepts connections: its own file says so. */
function isReady(data: string, pid: number): boolean {
  try {
    const lines = readFileSync(join(data, "postmaster.pid"), "utf8").split("\n");
    return Number(lines[0]) === pid && lines[7]?.trim() === "ready";
  } catch {
    return false;
  }
}

/** Below the range from which systems choose ports by themselves, so that no other test is given it meanwhile. */
const randomPort = () => 20_000 + Math.floor(Math.random() * 12_000);
