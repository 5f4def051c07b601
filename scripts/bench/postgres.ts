#!/usr/bin/env bun
/** Measures Bask on PostgreSQL beside SQLite: one process speaks one dialect, so this runs in a process of its own, and prints figures as JSON. */
import { join } from "node:path";
import { baskWork, launchBask, seedDatabase } from "./bask";
import { measure, request } from "./measure";
import { outlived } from "./revocation";
import { launch } from "./subject";

const [folder, rounds, milliseconds] = process.argv.slice(2) as [string, string, string];
const databaseUrl = process.env.DATABASE_URL!;
const seed = await seedDatabase(databaseUrl);
const start = () => launchBask({ name: "Bask on PostgreSQL", folder, databaseUrl });
const bask = await start();
const bare = await launch({
  name: "bare Bun SQL",
  command: [process.execPath, join(import.meta.dir, "bare-postgres.ts")],
  env: { DATABASE_URL: databaseUrl },
  probe: "/health",
});
const statements = {
  subject: bare,
  name: "refresh",
  requests: seed.refreshTokens.map((_, i) => request("POST", `/refresh/${i + 1}`)),
};
const works = [...(["key", "token", "refresh"] as const).map((name) => baskWork(bask, seed, name)), statements];
const figures = await measure(works, Number(rounds), Number(milliseconds));
await bare.stop();

const processes = [bask, await start(), await start(), await start()];
const revocation = await outlived(processes, seed);
for (const process of processes) await process.stop();
console.log(JSON.stringify({ figures, revocation }));
