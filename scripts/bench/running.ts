import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../../tests/support/process";
import { type BaskOptions, launchBask, launchFloors, seedDatabase } from "./bask";
import { grow } from "./grow";
import type { Seed } from "./seed";
import { launch, type Subject } from "./subject";

/** A seeded database and the servers of one part of the benchmark, stopped together. */
export interface Stage extends AsyncDisposable {
  readonly folder: string;
  readonly seed: Seed;
  /** The bytes of the seeded database, under a name of their own. */
  copy(name: string): string;
  bask(options?: Partial<BaskOptions>): Promise<Subject>;
  floors(bask: Subject): Promise<Subject>;
  peer(name: string, file: string, env?: Record<string, string>): Promise<Peer>;
}

export interface Peer {
  subject: Subject;
  keys: string[];
  tokens: string[];
  refreshTokens: string[];
  owner: object;
}

const peers = join(import.meta.dir, "peers");

/** @param idle keys and sessions that are there beside those that are used */
export async function openStage(size = 1_000, idle = 0): Promise<Stage> {
  const folder = temporaryFolder();
  const running: Subject[] = [];
  const seeded = join(folder.path, "seed.db");
  const seed = await seedDatabase(`sqlite:${seeded}`, size);
  if (idle > 0) grow(seeded, idle);
  const keep = (subject: Subject) => {
    running.push(subject);
    return subject;
  };
  const copy = (name: string) => {
    const file = join(folder.path, `${name}.db`);
    copyFileSync(seeded, file);
    return file;
  };
  return {
    folder: folder.path,
    seed,
    copy,
    async bask(options = {}) {
      const databaseUrl = `sqlite:${copy(`bask-${running.length}`)}`;
      return keep(await launchBask({ folder: folder.path, databaseUrl, ...options }));
    },
    floors: async (bask) => keep(await launchFloors(bask, seed, copy("floors"))),
    async peer(name, file, env = {}) {
      Bun.spawnSync([process.execPath, "install", "--frozen-lockfile", "--silent"], {
        cwd: peers,
        stdio: ["ignore", "inherit", "inherit"],
      });
      const subject = keep(
        await launch({
          name,
          command: [process.execPath, join(peers, file)],
          cwd: peers,
          env: { FILE: join(folder.path, `${name}.db`), ...env },
          probe: "/health",
        }),
      );
      const seeded = await (await fetch(`http://127.0.0.1:${subject.port}/seed`)).json();
      return { subject, ...(seeded as Omit<Peer, "subject">) };
    },
    async [Symbol.asyncDispose]() {
      for (const subject of running) await subject.stop();
      folder[Symbol.dispose]();
    },
  };
}
