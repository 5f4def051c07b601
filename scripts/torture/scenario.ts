import { randomBytes } from "node:crypto";
import { rowsOf } from "../../tests/support/migrations";
import { type BaskProcess, startBask, temporaryFolder } from "../../tests/support/process";
import { runScript } from "../../tests/support/scripts";
import type { Stall } from "./watch";

/** What a scenario found. */
export interface Outcome {
  rounds: number;
  checked: string;
  /** What did not hold; empty when all did. */
  faults: string[];
  /** The longest that `/health` or a request took; undefined where that says nothing. */
  stall?: Stall;
  /** Why it was not tried on this machine. */
  skipped?: string;
}

/** Where a scenario runs: a database of its own, with the environment of every process on it. */
export interface Place {
  dialect: "sqlite" | "postgres";
  folder: string;
  url: string;
  environment: Record<string, string>;
  /** Rounds are multiplied by this. */
  factor: number;
  start(environment?: Record<string, string>, ...command: string[]): Promise<BaskProcess>;
}

export interface Scenario {
  name: string;
  on: readonly Place["dialect"][];
  /** Whether a round of it takes seconds and no other test of the suite shows the same. */
  isShort?: true;
  run(place: Place): Promise<Outcome>;
}

export const both = ["sqlite", "postgres"] as const;

/** Runs work in a place that is gone afterwards. */
export async function inPlace<T>(
  { server, factor }: { server: string | undefined; factor: number },
  work: (place: Place) => Promise<T>,
): Promise<T> {
  using folder = temporaryFolder();
  const name = `torture_${randomBytes(6).toString("hex")}`;
  const admin = server === undefined ? undefined : new Bun.SQL(server, { max: 1 });
  const url =
    server === undefined
      ? `sqlite:${folder.path}/bask.db`
      : Object.assign(new URL(server), { pathname: `/${name}` }).href;
  await admin?.unsafe(`create database ${name}`);
  const environment = {
    DATABASE_URL: url,
    SECRET_KEY: randomBytes(32).toString("base64url"),
    PUBLIC_URL: "https://bask.test",
    AUTH_RATE_LIMIT: "1000000",
    USER_RATE_LIMIT: "1000000",
  };
  const started: BaskProcess[] = [];
  try {
    return await work({
      dialect: server === undefined ? "sqlite" : "postgres",
      folder: folder.path,
      url,
      environment,
      factor,
      async start(more = {}, ...command) {
        const bask = await startBask(folder.path, { ...environment, ...more }, ...command);
        started.push(bask);
        return bask;
      },
    });
  } finally {
    for (const bask of started) bask.kill("SIGKILL");
    await Promise.all(started.map(({ exited }) => exited));
    await admin?.unsafe(`drop database if exists ${name} with (force)`);
    await admin?.close();
  }
}

export const credentials = (name: string) => ({ email: `${name}@example.com`, password: "correct horse battery" });
export const account = (name: string) => ({ ...credentials(name), fullName: "Ada" });

/** One request; its status, or 0 where there was no response, and the milliseconds it took. */
export async function timed(url: string, body?: unknown, headers: Record<string, string> = {}) {
  const asked = performance.now();
  const init =
    body === undefined
      ? { headers }
      : {
          method: "POST",
          headers: { "Content-Type": "application/json", ...headers },
          body: JSON.stringify(body),
        };
  const status = await fetch(url, init).then(
    async (response) => {
      await response.arrayBuffer();
      return response.status;
    },
    () => 0,
  );
  return { status, ms: performance.now() - asked };
}

export const register = ({ url }: BaskProcess, name: string) => timed(`${url}/auth/register`, account(name));

/** The status of a request with a credential. */
export const statusWith = async ({ url }: BaskProcess, headers: Record<string, string>) =>
  (await timed(`${url}/whoami`, undefined, headers)).status;

/** Tries until something is so, for at most so many milliseconds; whether it came to be. */
export async function within(milliseconds: number, isSo: () => Promise<boolean>): Promise<boolean> {
  const end = performance.now() + milliseconds;
  while (performance.now() < end) {
    if (await isSo()) return true;
    await Bun.sleep(20);
  }
  return false;
}

/** Which of these accounts the database does not hold. */
export async function lostAccounts({ url }: Place, names: readonly string[]): Promise<string[]> {
  const there = new Set((await rowsOf(url, "select email from users")).map(({ email }) => email));
  const lost = names.filter((name) => !there.has(credentials(name).email));
  return lost.length > 0 ? [`${lost.length} acknowledged accounts are lost`] : [];
}

/** What `bask audit verify` finds; empty when every chain is whole. */
export async function auditFaults({ folder, environment }: Place): Promise<string[]> {
  const { exitCode, stdout, stderr } = await runScript(folder, ["bask", "audit", "verify"], { environment });
  return exitCode === 0 ? [] : [`audit verify: ${stdout}${stderr}`];
}

/** The numbers from 1 to `many`, as `n(i)` in a statement. */
export const numbers = ({ dialect }: Place, many: number) =>
  dialect === "postgres"
    ? `generate_series(1, ${many}) as n(i)`
    : `(with recursive n(i) as (select 1 union all select i + 1 from n where i < ${many}) select i from n) as n`;

/** A time in a statement, so many days ago. */
export const daysAgo = ({ dialect }: Place, days: number) =>
  dialect === "postgres" ? `now() - interval '${days} days'` : String(Date.now() - days * 86_400_000);

/** Runs statements past Bask. */
export async function rawly({ url }: Place, ...statements: string[]) {
  for (const statement of statements) await rowsOf(url, statement);
}
