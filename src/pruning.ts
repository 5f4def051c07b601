import { pruneAlerts } from "./api-keys/alerts.sql";
import { pruneEndedKeys } from "./api-keys/api-keys.sql";
import type { App } from "./app";
import { pruneAudit } from "./audit/retention";
import { pruneChanges } from "./cache/changes.sql";
import { pruneChallenges } from "./challenges/challenges.sql";
import type { Writer } from "./db/database";
import { openPace, type Step } from "./db/pace";
import type { Job } from "./extensions/extend";
import { pruneIdempotency } from "./idempotency/idempotency";
import type { ApiKeyId } from "./ids";
import { pruneImpersonations } from "./impersonation/impersonation.sql";
import { pruneInvitations } from "./invitations/invitations.sql";
import { pruneAttempts } from "./limits/attempts.sql";
import { pruneFailedEmails, pruneSentEmails } from "./mail/outbox.sql";
import { pruneClients } from "./oauth/clients.sql";
import { pruneDeviceCodes } from "./oauth/devices.sql";
import { pruneGrants } from "./oauth/grants.sql";
import { restoreWindow } from "./organizations/organizations";
import { purgeOrganizations } from "./organizations/organizations.sql";
import { pruneTokens } from "./personal-tokens/personal-tokens.sql";
import { pruneKnownSources } from "./sessions/known-sources.sql";
import { pruneSessions } from "./sessions/sessions.sql";
import { pruneTickets } from "./tickets/tickets.sql";
import { pruneDevices } from "./two-factor/devices.sql";
import { pruneMinuteUsage, pruneNextHistory, pruneTokenUsage } from "./usage/usage";
import { countFailures, deleteOldestFailures, pruneFailures } from "./users/login-attempts.sql";
import { pruneDeliveries } from "./webhooks/deliveries.sql";
import { pruneIdentities } from "./workload-identity/trusts.sql";

const hour = 3_600_000;
const day = 24 * hour;
/** Rows of `login_failures` that are kept, however many emails are guessed at. */
const maxLoginFailures = 500_000;

const before = (tx: Writer, milliseconds: number) => new Date(tx.now.getTime() - milliseconds);

/** What can have no effect any more. ARCHITECTURE.md lists the bound of every table. */
const steps: readonly Step[] = [
  pruneChanges,
  pruneAttempts,
  pruneFailures,
  (tx, max) => pruneKnownSources(tx, before(tx, 90 * day), before(tx, 400 * day), max),
  (tx, max) => pruneTickets(tx, before(tx, 30 * day), max),
  pruneDevices,
  pruneChallenges,
  (tx, max) => pruneSentEmails(tx, before(tx, 7 * day), max),
  (tx, max) => pruneFailedEmails(tx, before(tx, 30 * day), max),
  (tx, max) => purgeOrganizations(tx, before(tx, restoreWindow), max),
  (tx, max) => pruneInvitations(tx, before(tx, 90 * day), max),
  (tx, max) => pruneEndedKeys(tx, before(tx, 400 * day), max),
  (tx, max) => pruneTokens(tx, before(tx, 400 * day), max),
  (tx, max) => pruneSessions(tx, before(tx, 30 * day), max),
  (tx, max) => pruneImpersonations(tx, before(tx, 30 * day), max),
  pruneMinuteUsage,
  pruneTokenUsage,
  (tx, max) => pruneAlerts(tx, before(tx, 400 * day), max),
  pruneIdempotency,
  pruneIdentities,
  (tx, max) => pruneGrants(tx, before(tx, 90 * day), max),
  (tx, max) => pruneClients(tx, before(tx, hour), max),
  pruneDeviceCodes,
  pruneDeliveries,
];

/** What deletes in the database. Of all processes one does it each hour: it looks at every key and every log. */
export const pruningJob: Job = {
  name: "bask pruning",
  every: hour,
  async run(app) {
    await prune(app);
    await pruneAudit(app);
  },
};

/** Evicts the counters of keys that were not used for long. */
export function evictIdle(app: App) {
  const idle = app.usage.evictIdle();
  app.principals.evictWhere(({ id }) => idle.has(id));
}

/** Deletes what can have no effect any more, in steps between which everything else goes on. */
export async function prune(app: App) {
  for (const step of steps) {
    const pace = openPace(app.db, app.clock);
    while (!app.stopping && (await pace.take(step)));
  }
  await boundFailures(app, maxLoginFailures);

  const pace = openPace(app.db, app.clock);
  let last: ApiKeyId | undefined;
  for (let more = true; more && !app.stopping; ) {
    await pace.take(async (tx, max) => {
      const pruned = await pruneNextHistory(tx, last, max);
      more = pruned !== undefined;
      if (pruned && pruned.deleted < max) last = pruned.last;
      return pruned?.deleted ?? 0;
    });
  }
}

/** Deletes failures of sign-ins beyond so many. They are counted once: in each step that would take longer than what it deletes. */
export async function boundFailures(app: App, keep: number) {
  const pace = openPace(app.db, app.clock);
  let excess = (await countFailures(app.db.reader)) - keep;
  while (excess > 0 && !app.stopping) {
    const before = excess; // a unit may run twice
    await pace.take(async (tx, max) => {
      const deleted = await deleteOldestFailures(tx, Math.min(max, before));
      excess = deleted === 0 ? 0 : before - deleted;
      return deleted;
    });
  }
}
