import { version } from "../../package.json";
import type { OperatorActor } from "../access/actor";
import type { App } from "../app";
import { systemTime } from "../clock";
import { checkClock, checkOutbox, checkProxies } from "../doctor/data";
import { checkBackups, checkDisk, checkFiles, privateFiles } from "../doctor/machine";
import { checkMail } from "../doctor/mail";
import { checkPublicUrl } from "../doctor/public-url";
import { lastRunOf } from "../extensions/jobs.sql";
import { outboxState } from "../mail/outbox.sql";
import { liveProcesses } from "../secrets/presence";
import { listBackups } from "./backups";
import { jobsOf } from "./jobs";

/** What runs, and how it is: processes, jobs, the outbox, backups. */
export async function getSystem(app: App, _operator: OperatorActor) {
  const { db, clock } = app;
  const jobs = jobsOf(app).map(async ({ name, every }) => ({
    name,
    everySeconds: every / 1000,
    startedAt: (await lastRunOf(db.reader, name)) ?? null,
  }));
  return {
    version,
    runtime: `Bun ${Bun.version}`,
    database: db.dialect,
    processes: await liveProcesses(db.reader, clock.date()),
    jobs: await Promise.all(jobs),
    emails: await outboxState(db.reader),
    backups: await listBackups(app),
  };
}

/** What `bask doctor` finds, without what reads all of the data. The mail server and PUBLIC_URL are asked. */
export async function runChecks(app: App, _operator: OperatorActor) {
  const { config } = app;
  const now = systemTime.wall;
  const findings = await Promise.all([
    checkFiles(privateFiles(config)),
    checkDisk(config),
    checkMail(config),
    checkBackups(config, now()),
    checkClock(app, now),
    checkPublicUrl(app, now),
    checkProxies(app),
    checkOutbox(app),
  ]);
  return { data: findings.flat() };
}

/** The variables as the start read them; of secrets only whether they are set. */
export const getConfiguration = (app: App, _operator: OperatorActor) => ({ data: [...app.config.settings] });
