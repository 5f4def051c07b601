import { chmodSync, chownSync, mkdirSync, openSync, statfsSync } from "node:fs";
import { join } from "node:path";
import { main } from "../../tests/support/process";
import { furnish } from "./crashes";
import {
  both,
  lostAccounts,
  type Outcome,
  type Place,
  register,
  type Scenario,
  statusWith,
  timed,
  within,
} from "./scenario";

/** A small file system of its own, in memory, which root can mount; undefined where it cannot. */
function smallDisk(folder: string, megabytes: number) {
  mkdirSync(folder, { recursive: true });
  const mount = (...args: string[]) => Bun.spawnSync(["mount", ...args], { stderr: "ignore" }).success;
  if (!Bun.which("mount") || !mount("-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", folder)) return undefined;
  return {
    /** Leaves half a megabyte. */
    async fill() {
      const { bavail, bsize } = statfsSync(folder);
      await Bun.write(join(folder, "filler"), Buffer.alloc(Math.max(0, bavail * bsize - 512 * 1024)));
    },
    grow: () => mount("-o", `remount,size=${megabytes * 8}m`, folder),
    [Symbol.dispose]: () => void Bun.spawnSync(["umount", "-l", folder]),
  };
}

const notRoot = { rounds: 0, checked: "", faults: [], skipped: "needs root, to mount a small disk" } satisfies Outcome;

/** A database on a small disk: for PostgreSQL a tablespace. Gives the URL, and what to do at the end. */
async function databaseOn(place: Place, folder: string): Promise<{ url: string; remove(): Promise<void> }> {
  if (place.dialect === "sqlite") return { url: `sqlite:${join(folder, "bask.db")}`, remove: async () => {} };
  chmodSync(place.folder, 0o755); // PostgreSQL runs as another user
  chownSync(folder, 65534, 65534);
  const name = `${new URL(place.url).pathname.slice(1)}_small`;
  const server = Object.assign(new URL(place.url), { pathname: "/postgres" }).href;
  const admin = new Bun.SQL(server, { max: 1 });
  await admin.unsafe(`create tablespace ${name} location '${folder}'`);
  await admin.unsafe(`create database ${name} tablespace ${name}`);
  return {
    url: Object.assign(new URL(place.url), { pathname: `/${name}` }).href,
    async remove() {
      await admin.unsafe(`drop database ${name} with (force)`);
      await admin.unsafe(`drop tablespace ${name}`);
      await admin.close();
    },
  };
}

/** Serves while its log goes nowhere. */
async function servesWithLog(place: Place, start: (environment: Record<string, string>) => Promise<string>) {
  const faults: string[] = [];
  const rounds = Math.ceil(50 * place.factor);
  const url = await start({ PATH: process.env.PATH!, LOG_FORMAT: "json", LOG_LEVEL: "debug", ...place.environment });
  for (let i = 0; i < rounds; i++) {
    const { status } = await timed(`${url}/auth/register`, {
      email: `log${i}@example.com`,
      password: "correct horse battery",
      fullName: "Ada",
    });
    if (status >= 300 || status === 0) faults.push(`a request was ${status}`);
  }
  return { rounds, checked: "requests are served", faults };
}

export const disks: readonly Scenario[] = [
  {
    name: "disk of the database full",
    on: both,
    async run(place) {
      const folder = join(place.folder, "small");
      using disk = smallDisk(folder, 32);
      if (!disk) return notRoot;
      const { url, remove } = await databaseOn(place, folder);
      const small = { ...place, url };
      const bask = await place.start({ DATABASE_URL: url });
      const faults: string[] = [];
      const acknowledged: string[] = [];
      const { ada, id, newKey } = await furnish(bask.url);
      const { keyId, header } = await newKey("Robot");
      const statuses = new Set<number>();
      await disk.fill();
      let n = 0;
      const isFull = await within(90_000, async () => {
        const names = Array.from({ length: 8 }, () => `full${n++}`);
        const answers = await Promise.all(names.map((name) => register(bask, name)));
        answers.forEach(({ status }, i) => {
          statuses.add(status);
          if (status < 300 && status > 0) acknowledged.push(names[i]!);
        });
        return answers.some(({ status }) => status === 503);
      });
      if (!isFull) faults.push("the disk did not become full");
      if ([...statuses].some((status) => status !== 201 && status !== 503))
        faults.push(`statuses ${[...statuses].join(", ")}`);
      if ((await statusWith(bask, header)) !== 200) faults.push("a key is not served while the disk is full");
      if ((await timed(`${bask.url}/health`)).status !== 200) faults.push("/health while the disk is full");
      disk.grow();
      if (!(await within(15_000, async () => (await register(bask, `room${n++}`)).status < 300)))
        faults.push("it does not write again");
      if ((await timed(`${bask.url}/ready`)).status !== 200) faults.push("it is not ready again");
      await ada.apiKeys.revoke(id, keyId);
      if ((await statusWith(bask, header)) !== 401) faults.push("a revoked key is served");
      faults.push(...(await lostAccounts(small, acknowledged)));
      bask.kill("SIGTERM");
      if ((await bask.exited) !== 0) faults.push("it does not stop with 0");
      await remove();
      return {
        rounds: 1,
        checked: `writes are 503, reads served, ${acknowledged.length} acknowledged writes kept`,
        faults,
      };
    },
  },
  {
    name: "disk of the log full",
    on: both,
    async run(place) {
      const folder = join(place.folder, "small");
      using disk = smallDisk(folder, 1);
      if (!disk) return notRoot;
      await Bun.write(join(folder, "filler"), "x".repeat(900_000));
      let child: Bun.Subprocess | undefined;
      const log = join(folder, "log");
      const outcome = await servesWithLog(place, async (env) => {
        child = Bun.spawn([process.execPath, main], {
          cwd: place.folder,
          env: { ...env, PORT: "0" },
          stdin: "ignore",
          stdout: openSync(log, "a"),
          stderr: openSync(log, "a"),
        });
        return startOf(() => Bun.file(log).text());
      });
      await Bun.write(join(folder, "more"), "x".repeat(1_000_000)).catch(() => {});
      const { status } = await register({ url: await startOf(() => Bun.file(log).text()) } as never, "last");
      if (status >= 300 || status === 0) outcome.faults.push(`a request was ${status}`);
      child!.kill("SIGTERM");
      if ((await child!.exited) !== 0) outcome.faults.push("it does not stop with 0");
      return outcome;
    },
  },
  {
    name: "reader of the log gone",
    on: both,
    async run(place) {
      let child: Bun.Subprocess<"ignore", "pipe", "pipe"> | undefined;
      const outcome = await servesWithLog(place, async (env) => {
        child = Bun.spawn([process.execPath, main], {
          cwd: place.folder,
          env: { ...env, PORT: "0" },
          stdin: "ignore",
          stdout: "pipe",
          stderr: "pipe",
        });
        const reader = child.stdout.getReader();
        let text = "";
        const url = await startOf(async () => {
          text += new TextDecoder().decode((await reader.read()).value);
          return text;
        });
        await Promise.all([reader.cancel(), child.stderr.cancel()]);
        return url;
      });
      child!.kill("SIGTERM");
      if ((await child!.exited) !== 0) outcome.faults.push("it does not stop with 0");
      return outcome;
    },
  },
];

/** The URL at which a log says that it listens. */
async function startOf(log: () => Promise<string>): Promise<string> {
  let url: string | undefined;
  await within(20_000, async () => {
    url = /listens on ([^\s"]+)/.exec(await log())?.[1];
    return url !== undefined;
  });
  if (url === undefined) throw new Error(`it does not start: ${await log()}`);
  return url;
}
