import type { App } from "../app";
import type { Writer } from "../db/database";
import { openPace } from "../db/pace";
import { planOf } from "../limits/plans";
import { cutChain, firstEvents, listChainHeads } from "./audit.sql";

/** Days that a user's own log, and the log of an organization that was removed, are kept. */
const ownDays = 400;

/** Chains that are looked at at once. */
const chainsPerPage = 100;

/**
 * Removes events older than their organization's plan keeps them, from the beginning of each chain; a signed checkpoint keeps the rest verifiable.
 * In steps, between which everything else goes on.
 */
export async function pruneAudit(app: App) {
  const pace = openPace(app.db, app.clock);
  for (let after = ""; ; ) {
    const heads = await listChainHeads(app.db.reader, after, chainsPerPage);
    if (heads.length === 0) return;
    for (const { chain, firstAt, entitlements } of heads) {
      const days = entitlements ? planOf(entitlements).auditHistory : ownDays;
      const before = new Date(app.clock.now() - days * 86_400_000);
      if (!firstAt || firstAt >= before) continue;
      while (!app.stopping && (await pace.take((tx, max) => cutOlder(app, tx, chain, before, max))));
    }
    if (app.stopping) return;
    after = heads.at(-1)!.chain;
    await Bun.sleep(1);
  }
}

/** Cuts off at most so many of the first events of a chain; how many there were. */
async function cutOlder(app: App, tx: Writer, chain: string, before: Date, max: number): Promise<number> {
  const first = await firstEvents(tx, chain, max);
  const newer = first.findIndex(({ at }) => at >= before);
  const older = newer === -1 ? first : first.slice(0, newer);
  const last = older.at(-1);
  if (!last) return 0;
  const checkpoint = { chain, seq: last.seq, hash: last.hash };
  await cutChain(tx, { ...checkpoint, signature: app.checkpoints.sign(checkpoint) });
  return older.length;
}
