import { alertAboutAge, alertAboutUse } from "./api-keys/alerts";
import type { App } from "./app";
import { pruneAudit } from "./audit/retention";
import { openStreamSender } from "./audit-streams/sending";
import { backupJobs } from "./backup/schedule";
import { interval } from "./cache/feed";
import { extension } from "./extensions/extension";
import { jobCheckInterval, runDueJob } from "./extensions/jobs";
import { deliverDueEmails } from "./mail/delivery";
import { prune } from "./pruning";
import { beatInterval, openPresence } from "./secrets/presence";
import { answerEmailRequests } from "./users/email-requests";
import { openWebhookSender } from "./webhooks/sending";

const hour = 3_600_000;
/** Milliseconds from the start to the first pruning: a process that is restarted every hour prunes too. */
const firstPruning = 60_000;

/**
 * What runs beside the requests, until the function it returns is called. That resolves when nothing is under way; emails that a silent
 * server has not taken are abandoned and sent later.
 * @param onLost hears, in a sentence for the operator, that the database was deleted or replaced under this process
 */
export function startHousekeeping(app: App, onLost: (sentence: string) => void = () => {}): () => Promise<void> {
  const webhooks = openWebhookSender(app);
  const streams = openStreamSender(app);
  const presence = openPresence(app);
  const underway = new Map<string, Promise<unknown>>();
  const start = (what: string, work: () => Promise<unknown>) => {
    if (underway.has(what)) return;
    const run = work()
      .catch((error) => app.log.error({ err: error }, `${what} failed`))
      .finally(() => underway.delete(what));
    underway.set(what, run);
  };
  const every = (milliseconds: number, what: string, work: () => Promise<unknown>) =>
    setInterval(() => start(what, work), milliseconds).unref();
  const pruneAll = async () => {
    await prune(app);
    await pruneAudit(app);
  };
  start("saying that this process is here", () => presence.beat());
  const timers = [
    every(beatInterval, "saying that this process is here", () => presence.beat()),
    every(interval, "hearing of other processes' changes", () => pollChanges(app, onLost)),
    every(1_000, "comparing the clock with the database's", () => app.clockCheck.run()),
    every(1_000, "saving the uses of API keys", () => app.usage.save()),
    every(1_000, "answering requests for emails", () => answerEmailRequests(app)),
    every(1_000, "sending emails", () => deliverDueEmails(app)),
    every(1_000, "sending webhooks", () => webhooks.tick()),
    every(1_000, "streaming audit logs", () => streams.tick()),
    every(5 * 60_000, "alerts about the use of API keys", () => alertAboutUse(app)),
    every(hour, "alerts about the age of API keys", () => alertAboutAge(app)),
    setTimeout(() => start("pruning", pruneAll), firstPruning).unref(),
    every(hour, "pruning", pruneAll),
    ...[...backupJobs(app), ...extension.jobs].map((job) =>
      every(jobCheckInterval(job.every), `the job ${job.name}`, () => runDueJob(app, job)),
    ),
  ];
  return async () => {
    timers.forEach(clearInterval);
    await Promise.all([app.mailer.close(), webhooks.stop(), streams.stop()]);
    await Promise.all(underway.values());
    await presence.leave().catch((error) => app.log.error({ err: error }, "saying that this process is gone failed"));
  };
}

async function pollChanges(app: App, onLost: (sentence: string) => void) {
  const lost = app.db.lost();
  if (lost !== undefined) return onLost(lost);
  await app.feed.poll();
}
