import { alertAboutAge, alertAboutUse } from "./api-keys/alerts";
import { pruneAlerts } from "./api-keys/alerts.sql";
import type { App } from "./app";
import { pruneAudit } from "./audit/retention";
import { pruneChanges } from "./cache/changes.sql";
import { interval } from "./cache/feed";
import type { Writer } from "./db/database";
import { extension } from "./extensions/extension";
import { jobCheckInterval, runDueJob } from "./extensions/jobs";
import { pruneIdempotency } from "./idempotency/idempotency";
import { pruneAttempts } from "./limits/attempts.sql";
import { deliverDueEmails } from "./mail/delivery";
import { pruneEmails } from "./mail/outbox.sql";
import { restoreWindow } from "./organizations/organizations";
import { purgeOrganizations } from "./organizations/organizations.sql";
import { pruneKnownSources } from "./sessions/known-sources.sql";
import { pruneSessions } from "./sessions/sessions.sql";
import { pruneTickets } from "./tickets/tickets.sql";
import { pruneDevices } from "./two-factor/devices.sql";
import { pruneUsage } from "./usage/usage";
import { answerEmailRequests } from "./users/email-requests";
import { failuresToPrune, pruneFailures } from "./users/login-attempts.sql";
import { pruneDeliveries } from "./webhooks/deliveries.sql";
import { openWebhookSender } from "./webhooks/sending";
import { pruneIdentities } from "./workload-identity/trusts.sql";

const hour = 3_600_000;
/** Rows of `login_failures` that are kept, however many emails are guessed at. */
const maxLoginFailures = 500_000;

/**
 * What runs beside the requests, until the function it returns is called. That resolves when nothing is under way; emails that a silent
 * server has not taken are abandoned and sent later.
 * @param onLost hears, in a sentence for the operator, that the database was deleted or replaced under this process
 */
export function startHousekeeping(app: App, onLost: (sentence: string) => void = () => {}): () => Promise<void> {
  const webhooks = openWebhookSender(app);
  const underway = new Map<string, Promise<unknown>>();
  const every = (milliseconds: number, what: string, work: () => Promise<unknown>) => {
    const timer = setInterval(() => {
      if (underway.has(what)) return;
      const run = work()
        .catch((error) => app.log.error({ err: error }, `${what} failed`))
        .finally(() => underway.delete(what));
      underway.set(what, run);
    }, milliseconds);
    timer.unref();
    return timer;
  };
  const timers = [
    every(interval, "hearing of other processes' changes", () => pollChanges(app, onLost)),
    every(1_000, "saving the uses of API keys", () => app.usage.save()),
    every(1_000, "answering requests for emails", () => answerEmailRequests(app)),
    every(1_000, "sending emails", () => deliverDueEmails(app)),
    every(1_000, "sending webhooks", () => webhooks.tick()),
    every(5 * 60_000, "alerts about the use of API keys", () => alertAboutUse(app)),
    every(hour, "alerts about the age of API keys", () => alertAboutAge(app)),
    every(hour, "pruning", () => prune(app)),
    every(hour, "pruning the audit log", () => pruneAudit(app)),
    ...extension.jobs.map((job) =>
      every(jobCheckInterval(job.every), `the job ${job.name}`, () => runDueJob(app, job)),
    ),
  ];
  return async () => {
    timers.forEach(clearInterval);
    await Promise.all([app.mailer.close(), webhooks.stop()]);
    await Promise.all(underway.values());
  };
}

async function pollChanges(app: App, onLost: (sentence: string) => void) {
  const lost = app.db.lost();
  if (lost !== undefined) return onLost(lost);
  await app.feed.poll();
}

/** Deletes rows that visitors and events can cause without end, a thousand at a time, so that nothing else waits for long. */
async function inChunks(app: App, deleteSome: (tx: Writer, limit: number) => Promise<number>) {
  const limit = 1_000;
  let deleted = limit;
  while (deleted === limit && !app.stopping) deleted = await app.db.write((tx) => deleteSome(tx, limit));
}

/** Removes rows that can have no effect any more, and lets go of keys that were not used for long. */
export async function prune(app: App) {
  const idle = app.usage.evictIdle();
  app.principals.evictWhere(({ keyId }) => idle.has(keyId));
  const until = await failuresToPrune(app.db.reader, maxLoginFailures, app.clock.date());
  await inChunks(app, pruneAttempts);
  await inChunks(app, (tx, limit) => pruneFailures(tx, until, limit));
  await inChunks(app, pruneDeliveries);
  await app.db.write(async (tx) => {
    const ago = (milliseconds: number) => new Date(tx.now.getTime() - milliseconds);
    await pruneChanges(tx, ago(hour));
    await pruneKnownSources(tx, ago(90 * 24 * hour), ago(400 * 24 * hour));
    await pruneTickets(tx, ago(30 * 24 * hour));
    await pruneDevices(tx);
    await pruneEmails(tx, { done: ago(7 * 24 * hour), failed: ago(30 * 24 * hour) });
    await purgeOrganizations(tx, ago(restoreWindow));
    await pruneSessions(tx, ago(30 * 24 * hour));
    await pruneUsage(tx);
    await pruneAlerts(tx, ago(400 * 24 * hour));
    await pruneIdempotency(tx);
    await pruneIdentities(tx, ago(0));
  });
}
