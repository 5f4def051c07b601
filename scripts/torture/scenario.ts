import { randomBytes } from "node:crypto";
import { type BaskProcess, startBask, temporaryFolder } from "../../tests/support/process";

/** What a scenario found. */
export interface Outcome {
  rounds: number;
  checked: string;
  /** What did not hold; empty when all did. */
  faults: string[];
  /** The longest that `/health` or a request took, in milliseconds; undefined where that says nothing. */
  worstMs?: number;
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
  run(place: Place): Promise<Outcome>;
}

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
    await admin?.unsafe(`drop database if exists ${name} with (force)`);
    await admin?.close();
  }
}

/** Asks for `/health` again and again, in a process of its own, until its input ends, and prints the longest wait in milliseconds. */
const watcher = `
  let worst = 0, stopped = false;
  process.stdin.on("end", () => (stopped = true)).resume();
  while (!stopped) {
    const asked = performance.now();
    await fetch(process.argv[1] + "/health").catch(() => {});
    worst = Math.max(worst, performance.now() - asked);
    await Bun.sleep(2);
  }
  console.log(worst);
  process.exit(0);
`;

/** Watches how long `/health` takes. @returns stops it and gives the longest wait in milliseconds */
export function watchHealth({ url }: BaskProcess): () => Promise<number> {
  const child = Bun.spawn([process.execPath, "-e", watcher, url], { stdin: "pipe", stdout: "pipe" });
  return async () => {
    child.stdin.end();
    return Number(await new Response(child.stdout).text());
  };
}

/** One request; its status, or 0 where there was no response, and the milliseconds it took. */
export async function timed(url: string, body?: unknown) {
  const asked = performance.now();
  const init =
    body === undefined
      ? {}
      : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const status = await fetch(url, init).then(
    ({ status }) => status,
    () => 0,
  );
  return { status, ms: performance.now() - asked };
}
