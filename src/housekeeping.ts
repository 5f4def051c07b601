import type { App } from "./app";
import { openStreamSender } from "./audit-streams/sending";
import { interval } from "./cache/feed";
import { jobCheckInterval, runDueJob } from "./extensions/jobs";
import { deliverDueEmails } from "./mail/delivery";
import { evictIdle, pruningJob } from "./pruning";
import { beatInterval, openPresence } from "./secrets/presence";
import { jobsOf } from "./system/jobs";
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
  const start = (job: string, work: () => Promise<unknown>) => {
    if (underway.has(job)) return;
    const run = work()
      .then(
        () => app.tallies.jobs.count(job, "done"),
        (error) => {
          app.tallies.jobs.count(job, "failed");
          app.log.error({ err: app.db.explain(error) }, `${job} failed`);
        },
      )
      .finally(() => underway.delete(job));
    underway.set(job, run);
  };
  const every = (milliseconds: number, job: string, work: () => Promise<unknown>) => {
    app.tallies.jobs.expect(job, milliseconds);
    return setInterval(() => start(job, work), milliseconds).unref();
  };
  const pruneWhenDue = async () => {
    evictIdle(app);
    await runDueJob(app, pruningJob);
  };
  const timers = [
    every(beatInterval, "presence", () => presence.beat()),
    every(interval, "invalidation poll", () => pollChanges(app, onLost)),
    every(1_000, "clock comparison", () => app.clockCheck.run()),
    every(1_000, "key usage", () => app.usage.save()),
    every(1_000, "email requests", () => answerEmailRequests(app)),
    every(1_000, "email delivery", () => deliverDueEmails(app)),
    every(1_000, "webhook delivery", () => webhooks.tick()),
    every(1_000, "audit streams", () => streams.tick()),
    every(hour / 6, "pruning", pruneWhenDue),
    setTimeout(() => start("pruning", pruneWhenDue), firstPruning).unref(),
    ...jobsOf(app).map((job) => every(jobCheckInterval(job.every), `job ${job.name}`, () => runDueJob(app, job))),
  ];
  start("presence", () => presence.beat());
  return async () => {
    timers.forEach(clearInterval);
    await Promise.all([app.mailer.close(), webhooks.stop(), streams.stop()]);
    await Promise.all(underway.values());
    await presence.leave().catch((error) => app.log.error({ err: error }, "the end of presence failed"));
  };
}

async function pollChanges(app: App, onLost: (sentence: string) => void) {
  const lost = app.db.lost();
  if (lost !== undefined) return onLost(lost);
  await app.feed.poll();
}
