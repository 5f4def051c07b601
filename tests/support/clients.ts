import { join } from "node:path";

const folder = join(import.meta.dir, "../clients");

/** Installs the packages of `tests/clients`, where that was not done since they changed. @returns where they are */
export function installClients(): string {
  const install = Bun.spawnSync([process.execPath, "install", "--frozen-lockfile", "--silent"], { cwd: folder });
  if (install.exitCode !== 0) throw new Error(`tests/clients: ${install.stderr}`);
  return join(folder, "node_modules");
}
