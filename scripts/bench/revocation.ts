import type { Seed } from "./seed";
import type { Subject } from "./subject";

/** Sessions that are ended, each in one process ... */
const trials = 200;
/** ... so many at a time. */
const atOnce = 10;
/** Milliseconds between two looks. */
const step = 5;

export interface Outlived {
  /** Milliseconds that access tokens were accepted elsewhere after the answer to their logout, sorted. */
  elsewhere: number[];
  /** Tokens that the process which ended them accepted once more. */
  here: number;
}

/** How long an access token outlives the end of its session in other processes of the same installation. */
export async function outlived(processes: Subject[], seed: Seed): Promise<Outlived> {
  const outcome: Outlived = { elsewhere: [], here: 0 };
  for (let first = 0; first < trials; first += atOnce) {
    await Promise.all(
      Array.from({ length: atOnce }, (_, i) => trial(processes, seed.accessTokens[first + i]!, first + i, outcome)),
    );
  }
  outcome.elsewhere.sort((a, b) => a - b);
  return outcome;
}

async function trial(processes: Subject[], token: string, number: number, outcome: Outlived) {
  const headers = { Authorization: `Bearer ${token}` };
  const ask = async ({ port }: Subject) => (await fetch(`http://127.0.0.1:${port}/api/v1/whoami`, { headers })).status;
  for (const process of processes) if ((await ask(process)) !== 200) throw new Error("a fresh token was refused");

  const here = processes[number % processes.length]!;
  await fetch(`http://127.0.0.1:${here.port}/api/v1/auth/logout`, { method: "POST", headers });
  const ended = performance.now();
  if ((await ask(here)) === 200) outcome.here++;
  await Promise.all(
    processes
      .filter((process) => process !== here)
      .map(async (process) => {
        while ((await ask(process)) === 200) await Bun.sleep(step);
        outcome.elsewhere.push(performance.now() - ended);
      }),
  );
}
