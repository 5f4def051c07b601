/** Bask on PostgreSQL beside Bask on SQLite would need both dialects in one process, so this runs in one of its own. */

import { join } from "node:path";
import { startBask, works } from "./bask";
import { measure, request } from "./measure";
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
await bask.subject.stop();
await bare.stop();
