#!/usr/bin/env bun
/**
 * Measures Bask on PostgreSQL beside Bask on SQLite, and prints figures as JSON: a process speaks one dialect, so what fills PostgreSQL is one of its own.
 * The seed of the SQLite file is read from standard input.
 */
import { join } from "node:path";
import { baskWork, launchBask, seedDatabase } from "./bask";
import { measure, request, type Work } from "./measure";
import { outlived } from "./revocation";
import type { Seed } from "./seed";
import { launch } from "./subject";

const [folder, sqlite, rounds, milliseconds] = process.argv.slice(2) as [string, string, string, string];
const seedOfSqlite: Seed = JSON.parse(await Bun.stdin.text());
const databaseUrl = process.env.DATABASE_URL!;
const seed = await seedDatabase(databaseUrl);
const start = () => launchBask({ name: "Bask on PostgreSQL", folder, databaseUrl });
const bask = await start();
/** What writes has a server of its own, whose garbage is not charged to the others. */
const writer = await start();
const onSqlite = await launchBask({ name: "Bask on SQLite", folder, databaseUrl: `sqlite:${sqlite}` });
const bare = await launch({
  name: "bare Bun SQL",
  command: [process.execPath, join(import.meta.dir, "bare-postgres.ts")],
  env: { DATABASE_URL: databaseUrl },
  probe: "/health",
});
/** The database needs the core of the load. */
const measureAsleep = (works: Work[]) =>
  measure(
    works.map((work) => ({ ...work, awake: false })),
    Number(rounds),
    Number(milliseconds),
  );
const statements = {
  subject: bare,
  name: "refresh",
  requests: seed.refreshTokens.map((_, i) => request("POST", `/refresh/${i + 1}`)),
};
const readings = (["key", "token"] as const).flatMap((name) => [
  baskWork(bask, seed, name),
  baskWork(onSqlite, seedOfSqlite, name),
]);
const figures = [
  ...(await measureAsleep(readings)),
  ...(await measureAsleep([baskWork(writer, seed, "refresh"), statements])),
];
await Promise.all([bare.stop(), onSqlite.stop()]);

const processes = [bask, writer, await start(), await start()];
const revocation = await outlived(processes, seed);
for (const process of processes) await process.stop();
console.log(JSON.stringify({ figures, revocation }));
