import { randomBytes } from "node:crypto";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type BaskProcess, tryToStart } from "../../tests/support/process";
import { runScript } from "../../tests/support/scripts";
import { furnish } from "./crashes";
import { both, credentials, type Place, register, type Scenario, statusWith, within } from "./scenario";
import { watchHealth } from "./watch";

/** Milliseconds in which a process must have heard what happened elsewhere. */
const maxHearing = 2_500;

/** Renames databases, whose sessions end: as clients see it, a standby takes over. */
async function failOver({ url }: Place, to: string) {
  const server = Object.assign(new URL(url), { pathname: "/postgres" }).href;
  const name = new URL(url).pathname.slice(1);
  const admin = new Bun.SQL(server, { max: 1 });
  await closeTo(admin, name);
  await admin.unsafe(`alter database ${name} rename to ${name}_lost`);
  await admin.unsafe(`alter database ${to} rename to ${name}`);
  await admin.unsafe(`drop database ${name}_lost with (force)`);
  await admin.close();
}

async function closeTo(admin: Bun.SQL, name: string) {
  await admin.unsafe(`alter database ${name} allow_connections false`);
  while (
    (await admin.unsafe(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`)).length > 0
  )
    await Bun.sleep(20);
}

/** A copy of a database as it is at this moment, to which a standby lags behind. */
async function lag({ url }: Place): Promise<string> {
  const server = Object.assign(new URL(url), { pathname: "/postgres" }).href;
  const name = new URL(url).pathname.slice(1);
  const admin = new Bun.SQL(server, { max: 1 });
  await closeTo(admin, name);
  await admin.unsafe(`create database ${name}_standby template ${name}`);
  await admin.unsafe(`alter database ${name} allow_connections true`);
  await admin.close();
  return `${name}_standby`;
}

/** Whether every process refuses a credential in time. */
const areRefused = async (processes: readonly BaskProcess[], headers: Record<string, string>) =>
  within(maxHearing, async () =>
    (await Promise.all(processes.map((bask) => statusWith(bask, headers)))).every((status) => status === 401),
  );

const isWell = (bask: BaskProcess, name: string) => {
  let i = 0;
  return within(15_000, async () => (await register(bask, `${name}-${i++}`)).status < 300);
};

export const pasts: readonly Scenario[] = [
  {
    name: "failover to a standby that lags",
    on: ["postgres"],
    isShort: true,
    async run(place) {
      const faults: string[] = [];
      const rounds = Math.ceil(2 * place.factor);
      const processes = [await place.start(), await place.start()];
      const [here, there] = processes as [BaskProcess, BaskProcess];
      const { ada, id, newKey } = await furnish(here.url);
      for (let round = 0; round < rounds; round++) {
        const old = await newKey(`Old ${round}`);
        await statusWith(there, old.header);
        const standby = await lag(place);
        if (!(await isWell(here, `copied${round}`)) || !(await isWell(there, `copied-too${round}`)))
          faults.push("not well after the copy");
        const late = await newKey(`Late ${round}`);
        for (const bask of processes)
          if ((await statusWith(bask, late.header)) !== 200) faults.push("a key is not served");
        await failOver(place, standby);
        if (!(await isWell(here, `after${round}`)) || !(await isWell(there, `after-too${round}`)))
          faults.push("not well after the failover");
        if (!(await areRefused(processes, late.header))) faults.push("a key that is lost is served");
        await ada.apiKeys.revoke(id, old.keyId);
        if (!(await areRefused(processes, old.header))) faults.push("a revocation after the failover is not heard");
        if (!processes.every((bask) => bask.output().includes("in an earlier state than before")))
          faults.push("the log does not tell");
      }
      return { rounds, checked: "what the standby does not know ends, and new revocations are heard", faults };
    },
  },
  {
    name: "restore under running processes",
    on: both,
    async run(place) {
      const faults: string[] = [];
      const rounds = Math.ceil(2 * place.factor);
      const processes = [await place.start(), await place.start()];
      const [here] = processes as [BaskProcess];
      const { ada, id, newKey, token } = await furnish(here.url);
      const bask = async (...args: string[]) => {
        const { exitCode, stderr } = await runScript(place.folder, ["bask", "backup", ...args], {
          environment: place.environment,
        });
        if (exitCode !== 0) faults.push(`bask backup ${args[0]}: ${stderr}`);
      };
      const stop = watchHealth(here, place.folder);
      for (let round = 0; round < rounds; round++) {
        const [kept, revoked] = [await newKey("Kept"), await newKey("Revoked")];
        await bask("create", `${round}.ndjson.gz`);
        const late = await newKey("Late");
        const session = token();
        for (const process of processes)
          for (const headers of [kept.header, revoked.header, late.header, session])
            if ((await statusWith(process, headers)) !== 200) faults.push("a credential is not served");
        await ada.apiKeys.revoke(id, revoked.keyId);
        await bask("restore", `${round}.ndjson.gz`, "--yes");
        for (const [what, headers] of [
          ["a revoked key", revoked.header],
          ["a key that is lost", late.header],
          ["a session", session],
        ] as const)
          if (!(await areRefused(processes, headers))) faults.push(`${what} is served after the restore`);
        for (const process of processes)
          if (!(await within(5_000, async () => (await statusWith(process, kept.header)) === 200)))
            faults.push("a key of the backup is not served");
        await ada.auth.login(credentials("ada"));
        await ada.apiKeys.revoke(id, kept.keyId); // a plan has room for ten
      }
      const stall = await stop();
      return { rounds, checked: "sessions, lost keys and revoked keys end in every process", faults, stall };
    },
  },
  {
    name: "backup copied over the open file",
    on: ["sqlite"],
    async run(place) {
      const file = join(place.folder, "bask.db");
      const faults: string[] = [];
      const rounds = Math.ceil(3 * place.factor);
      for (let round = 0; round < rounds; round++) {
        const first = await place.start();
        await register(first, `kept${round}`);
        first.kill("SIGTERM");
        await first.exited;
        copyFileSync(file, `${file}.backup`);
        const bask = await place.start();
        await register(bask, `gone${round}`);
        while (readFileSync(file).equals(readFileSync(`${file}.backup`))) await Bun.sleep(200);
        writeFileSync(file, readFileSync(`${file}.backup`));
        if ((await bask.exited) !== 1) faults.push("the process went on");
        if (!readFileSync(file).equals(readFileSync(`${file}.backup`))) faults.push("what was restored was changed");
      }
      return { rounds, checked: "the process stops, and what was restored is as it was", faults };
    },
  },
  {
    name: "secret lost or changed",
    on: both,
    async run(place) {
      const faults: string[] = [];
      const secrets = [place.environment.SECRET_KEY!, ...[1, 2].map(() => randomBytes(32).toString("base64url"))];
      const [first, second, other] = secrets as [string, string, string];
      const bask = await place.start();
      await register(bask, "ada");
      bask.kill("SIGTERM");
      await bask.exited;
      const outcome = async (SECRET_KEY: string) => {
        const process = await tryToStart(place.folder, { ...place.environment, SECRET_KEY });
        if (process.url === "") return process.output().includes("secret") ? "refused" : process.output();
        const { status } = await timedLogin(process);
        process.kill("SIGTERM");
        return (await process.exited) === 0 && status === 200 ? "serves" : `login ${status}`;
      };
      for (const [secret, expected] of [
        [other, "refused"],
        [`${other},${second}`, "refused"],
        [`${second},${first}`, "serves"],
        [first, "refused"],
        [`${second},${first}`, "serves"],
      ] as const) {
        const found = await outcome(secret);
        if (found !== expected) faults.push(`${expected} was expected: ${found}`);
      }
      return { rounds: 1, checked: "another secret is refused; a new one beside the old serves", faults };
    },
  },
];

const timedLogin = async ({ url }: BaskProcess) => {
  const headers = { "Content-Type": "application/json" };
  return fetch(`${url}/auth/login`, { method: "POST", headers, body: JSON.stringify(credentials("ada")) });
};
