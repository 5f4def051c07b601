import { pruneAlerts } from "./api-keys/alerts.sql";
import { pruneEndedKeys } from "./api-keys/api-keys.sql";
import type { App } from "./app";
import { pruneChanges } from "./cache/changes.sql";
import { pruneChallenges } from "./challenges/challenges.sql";
import type { Writer } from "./db/database";
import { pruneIdempotency } from "./idempotency/idempotency";
import type { ApiKeyId } from "./ids";
import { pruneInvitations } from "./invitations/invitations.sql";
import { pruneAttempts } from "./limits/attempts.sql";
import { pruneFailedEmails, pruneSentEmails } from "./mail/outbox.sql";
import { restoreWindow } from "./organizations/organizations";
import { purgeOrganizations } from "./organizations/organizations.sql";
import { pruneKnownSources } from "./sessions/known-sources.sql";
import { pruneSessions } from "./sessions/sessions.sql";
import { pruneTickets } from "./tickets/tickets.sql";
import { pruneDevices } from "./two-factor/devices.sql";
import { pruneMinuteUsage, pruneNextHistory } from "./usage/usage";
import { boundFailures, pruneFailures } from "./users/login-attempts.sql";
import { pruneDeliveries } from "./webhooks/deliveries.sql";
import { pruneIdentities } from "./workload-identity/trusts.sql";

const hour = 3_600_000;
const day = 24 * hour;
/** Rows of `login_failures` that are kept, however many emails are guessed at. */
const maxLoginFailures = 500_000;

/** Deletes at most `max` rows; how many it deleted. */
type Step = (tx: Writer, max: number) => Promise<number>;

const before = (tx: Writer, milliseconds: number) => new Date(tx.now.getTime() - milliseconds);

/** What can have no effect any more. ARCHITECTURE.md lists the bound of every table. */
const steps: readonly Step[] = [
  pruneChanges,
  pruneAttempts,
  pruneFailures,
  (tx, max) => boundFailures(tx, maxLoginFailures, max),
  (tx, max) => pruneKnownSources(tx, before(tx, 90 * day), before(tx, 400 * day), max),
  (tx, max) => pruneTickets(tx, before(tx, 30 * day), max),
  pruneDevices,
  pruneChallenges,
  (tx, max) => pruneSentEmails(tx, before(tx, 7 * day), max),
  (tx, max) => pruneFailedEmails(tx, before(tx, 30 * day), max),
  (tx, max) => purgeOrganizations(tx, before(tx, restoreWindow), max),
  (tx, max) => pruneInvitations(tx, before(tx, 90 * day), max),
  (tx, max) => pruneEndedKeys(tx, before(tx, 400 * day), max),
  (tx, max) => pruneSessions(tx, before(tx, 30 * day), max),
  pruneMinuteUsage,
  (tx, max) => pruneAlerts(tx, before(tx, 400 * day), max),
  pruneIdempotency,
  pruneIdentities,
  pruneDeliveries,
];

/** Milliseconds that a step may take, for on SQLite the process does nothing else meanwhile; the number of rows follows from it. */
const budget = 20;
const minRows = 10;
const maxRows = 2_000;

/** Deletes what can have no effect any more, in steps between which everything else goes on, and evicts keys that were not used for long. */
export async function prune(app: App) {
  const idle = app.usage.evictIdle();
  app.principals.evictWhere(({ keyId }) => idle.has(keyId));
  let rows = 100;

  /** One step; whether there may be more. */
  async function take(step: Step): Promise<boolean> {
    const asked = rows;
    const begun = app.clock.now();
    const deleted = await app.db.write((tx) => step(tx, asked));
    const took = app.clock.now() - begun;
    rows = took > budget ? Math.max(minRows, rows >> 1) : Math.min(maxRows, rows * 2);
    await Bun.sleep(Math.min(took, budget));
    return deleted > 0 && !app.stopping;
  }

  for (const step of steps) while (await take(step));

  let last: ApiKeyId | undefined;
  for (let more = true; more && !app.stopping; ) {
    await take(async (tx, max) => {
      const pruned = await pruneNextHistory(tx, last, max);
      more = pruned !== undefined;
      if (pruned && pruned.deleted < max) last = pruned.last;
      return pruned?.deleted ?? 0;
    });
  }
}
