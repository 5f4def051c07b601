import type { App } from "../app";
import type { Writer } from "../db/database";
import { type Entitlements, planOf } from "../limits/plans";
import { listEntitlements } from "../limits/plans.sql";
import { cutChain, eventHash, findChainsToPrune } from "./audit.sql";

/** Days that a user's own log, and the log of an organization that was removed, are kept. */
const ownDays = 400;

/** Events that one transaction removes at most, so that other writers get their turn in between. */
const eventsPerStep = 500;

/** Removes events older than their organization's plan keeps them; a signed checkpoint keeps the rest verifiable. */
export async function pruneAudit(app: App) {
  for (const entitlements of await listEntitlements(app.db.reader))
    await pruneOlder(app, entitlements, planOf(entitlements).auditHistory);
  await pruneOlder(app, null, ownDays);
}

async function pruneOlder(app: App, entitlements: Entitlements | null, days: number) {
  const before = new Date(app.clock.now() - days * 86_400_000);
  for (const { chain, first, last } of await findChainsToPrune(app.db.reader, entitlements, before)) {
    for (let seq = first - 1; seq < last && !app.stopping; ) {
      seq = Math.min(seq + eventsPerStep, last);
      await app.db.write((tx) => cutAt(app, tx, chain, seq));
    }
  }
}

async function cutAt(app: App, tx: Writer, chain: string, seq: number) {
  const hash = await eventHash(tx, chain, seq);
  if (hash) await cutChain(tx, { chain, seq, hash, signature: app.checkpoints.sign({ chain, seq, hash }) });
}
