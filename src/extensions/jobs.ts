import type { App } from "../app";
import type { Job } from "./extend";
import { claimJob } from "./jobs.sql";

/** Milliseconds between looks at whether a job is due. */
export const jobCheckInterval = (every: number) => Math.min(every / 4, 60_000);

/** Runs a job if its period is over and no other process took it. */
export async function runDueJob(app: App, { name, every, run }: Job) {
  if (await app.db.write((tx) => claimJob(tx, name, every))) await run(app);
}
