import type { App } from "../app";
import { planOf, type Terms } from "../limits/plans";
import { listTerms } from "../limits/plans.sql";
import { cutChain, eventHash, oldEvents } from "./audit.sql";

/** Days that a person's own log, and the log of an organization that is gone, are kept. */
const ownDays = 400;

/** Removes events older than their organization's plan keeps them; a signed checkpoint keeps the rest verifiable. */
export async function pruneAudit(app: App) {
  for (const terms of await listTerms(app.db.reader)) await pruneOlder(app, terms, planOf(terms).auditHistory);
  await pruneOlder(app, null, ownDays);
}

async function pruneOlder(app: App, terms: Terms | null, days: number) {
  const before = new Date(app.clock.now() - days * 86_400_000);
  for (const { chain, seq } of await oldEvents(app.db.reader, terms, before)) {
    await app.db.write(async (tx) => {
      const hash = await eventHash(tx, chain, seq);
      if (hash) await cutChain(tx, { chain, seq, hash, signature: app.checkpoints.sign({ chain, seq, hash }) });
    });
  }
}
