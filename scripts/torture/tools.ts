import { join } from "node:path";
import { rowsOf } from "../../tests/support/migrations";
import { main, spawnBask } from "../../tests/support/process";
import { runScript } from "../../tests/support/scripts";
import { auditFaults, both, type Place, register, type Scenario } from "./scenario";

/** Runs a command, ends it as `kill -9` does after so many milliseconds, and tells whether that was in time. */
async function killAfter(place: Place, milliseconds: number, ...args: string[]): Promise<boolean> {
  const child = spawnBask(place.folder, place.environment, [main, ...args]);
  const timer = setTimeout(() => child.kill("SIGKILL"), milliseconds);
  await Promise.all([child.exited, new Response(child.stdout).text(), new Response(child.stderr).text()]);
  clearTimeout(timer);
  return child.signalCode === "SIGKILL";
}

/** Runs a command to its end; what it said where it failed. */
async function complete({ folder, environment }: Place, ...args: string[]): Promise<string[]> {
  const { exitCode, stdout, stderr } = await runScript(folder, ["bask", ...args], { environment });
  return exitCode === 0 ? [] : [`bask ${args.join(" ")}: ${stdout}${stderr}`];
}

const imported = 400;

export const tools: readonly Scenario[] = [
  {
    name: "kill -9 of an import and of a restore",
    on: both,
    async run(place) {
      const faults: string[] = [];
      const count = async (where = "true") => {
        const [row] = await rowsOf(
          place.url,
          `select count(distinct email) as n, count(*) as rows from users where ${where}`,
        );
        if (String(row!.n) !== String(row!.rows)) faults.push("a user is there twice");
        return Number(row!.n);
      };
      const bask = await place.start();
      await register(bask, "ada");
      bask.kill("SIGTERM");
      await bask.exited;

      const users = Array.from({ length: imported }, (_, i) => ({ email: `u${i}@example.com`, externalId: String(i) }));
      await Bun.write(join(place.folder, "users.ndjson"), users.map((user) => JSON.stringify(user)).join("\n"));
      let kills = 0;
      const step = 300 / place.factor;
      const importing = ["import", "users", "users.ndjson"];
      for (let ms = step; await killAfter(place, ms, ...importing); ms += step, kills++)
        faults.push(...(await auditFaults(place)));
      faults.push(...(await complete(place, ...importing)));
      if ((await count()) !== imported + 1) faults.push(`${await count()} users after the import`);

      faults.push(...(await complete(place, "backup", "create", "one.gz")));
      const restoring = ["backup", "restore", "one.gz", "--yes"];
      for (let ms = step; ; ms += step) {
        faults.push(...(await complete(place, "user", "create", "late@example.com", "--name", "Late")));
        const before = await count();
        const wasKilled = await killAfter(place, ms, ...restoring);
        const isNew = (await count("email = 'late@example.com'")) === 0;
        if ((await count()) !== before - Number(isNew))
          faults.push(`${await count()} users after a restore that was killed`);
        faults.push(...(await auditFaults(place)));
        if (!wasKilled) break;
        kills++;
        if (isNew) continue;
        faults.push(...(await complete(place, ...restoring)));
      }
      return { rounds: kills, checked: "all of it or nothing, audit chains; run again, each completes", faults };
    },
  },
];
