/** Bask on PostgreSQL beside Bask on SQLite would need both dialects in one process, so this runs in one of its own. */

import { join } from "node:path";
import { startBask, works } from "./bask";
import { measure, request } from "./measure";
import { outlived } from "./revocation";
import { launch } from "./subject";

const [folder, rounds, seconds] = process.argv.slice(2) as [string, string, string];
const url = process.env.DATABASE_URL!;
const bask = await startBask("Bask on PostgreSQL", folder, url);
const bare = await launch({
  name: "bare Bun SQL",
  command: [process.execPath, join(import.meta.dir, "bare-postgres.ts")],
  env: { DATABASE_URL: url },
  probe: "/health",
});
const { key, token, refresh } = works(bask);
const statements = {
  subject: bare,
  name: "refresh",
  requests: bask.seed.refreshTokens.map((_, i) => request("POST", `/refresh/${i + 1}`)),
};
console.log("\nS10 on PostgreSQL");
for (const figure of await measure([key!, token!, refresh!, statements], Number(rounds), Number(seconds))) {
  console.log(
    `${figure.subject.padEnd(24)}${figure.name.padEnd(16)}${figure.perCpuSecond.toFixed(0).padStart(10)} req/CPU-s${figure.perSecond.toFixed(0).padStart(10)} req/s   p99 ${figure.p99.toFixed(1)} ms, ${figure.failures} failed`,
  );
}
await bare.stop();

const processes = [bask.subject, await bask.another(), await bask.another(), await bask.another()];
const { elsewhere, here } = await outlived(processes, bask);
const share = (part: number) =>
  elsewhere[Math.min(elsewhere.length - 1, Math.floor(elsewhere.length * part))]!.toFixed(0);
console.log(
  `\nP25 200 sessions ended in one of four processes: accepted once more there ${here}; elsewhere for p50 ${share(0.5)} ms, p99 ${share(0.99)} ms, at most ${share(1)} ms`,
);
for (const process of processes) await process.stop();
