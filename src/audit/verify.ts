import type { App } from "../app";
import type { Checkpoint } from "../crypto/checkpoints";
import { chainHash } from "./audit";
import { chainLength, eventHash, eventsAfter, findCheckpoint, listChains } from "./audit.sql";

/** The first fault in a chain: the event by its number and, where it exists, its id. */
export interface Break {
  chain: string;
  seq: number;
  id?: string;
  reason: string;
}

export interface SignedCheckpoint extends Checkpoint {
  signature: string;
}

/** Events read at once. */
const batch = 500;

/**
 * Walks every chain from its beginning, or from where retention cut it, to its end.
 * An exported checkpoint detects what the chain alone cannot: a tail, or a whole chain, that was cut off.
 * @param exported checkpoints as `exportCheckpoints` gave them, kept elsewhere
 * @param onEvents hears how many events were looked at, of how many there are
 * @returns the first break of each broken chain
 */
export async function verifyChains(
  app: App,
  exported: readonly SignedCheckpoint[] = [],
  onEvents: (done: number, of: number) => void = () => {},
): Promise<Break[]> {
  const chains = await listChains(app.db.reader);
  const total = chains.reduce((sum, { length }) => sum + length, 0);
  let done = 0;
  const breaks: Break[] = [];
  for (const { chain, length } of chains) {
    const found = await firstBreak(app, chain, length);
    if (found) breaks.push(found);
    done += length;
    onEvents(done, total);
  }
  for (const checkpoint of exported) {
    const reason = await checkpointMismatch(app, checkpoint);
    if (reason && !breaks.some(({ chain }) => chain === checkpoint.chain)) {
      breaks.push({ chain: checkpoint.chain, seq: checkpoint.seq, reason });
    }
  }
  return breaks;
}

/** The end of every chain, signed. Keep it where those who can write to the database cannot write. */
export async function exportCheckpoints(app: App): Promise<SignedCheckpoint[]> {
  const checkpoints: SignedCheckpoint[] = [];
  for (const { chain, length } of await listChains(app.db.reader)) {
    const hash = await eventHash(app.db.reader, chain, length);
    if (hash)
      checkpoints.push({ chain, seq: length, hash, signature: app.checkpoints.sign({ chain, seq: length, hash }) });
  }
  return checkpoints;
}

/** Events may be written, and retention may remove the head, meanwhile. */
async function firstBreak(app: App, chain: string, length: number): Promise<Break | undefined> {
  const cut = await findCheckpoint(app.db.reader, chain);
  const found = await walk(app, chain, length, cut);
  const cutMeanwhile = found && (await findCheckpoint(app.db.reader, chain))?.seq !== cut?.seq;
  return cutMeanwhile ? firstBreak(app, chain, length) : found;
}

async function walk(
  app: App,
  chain: string,
  length: number,
  cut: SignedCheckpoint | undefined,
): Promise<Break | undefined> {
  const signature = cut && app.checkpoints.verify(cut);
  if (signature === "forged") {
    return { chain, seq: cut!.seq, reason: "the checkpoint before it is not signed by this installation" };
  }
  if (signature === "unknown") {
    return { chain, seq: cut!.seq, reason: "the checkpoint before it is signed with a secret that SECRET_KEY lacks" };
  }
  let seq = cut?.seq ?? 0;
  let previous = cut?.hash;
  for (;;) {
    const events = await eventsAfter(app.db.reader, chain, seq, batch);
    for (const event of events) {
      const expected = seq + 1;
      if (event.seq !== expected) return { chain, seq: expected, reason: "the event is missing" };
      const place = { chain, seq: expected, id: event.id };
      if (chainHash(previous, event) !== event.hash)
        return { ...place, reason: "the event is not the one that was written here" };
      seq = expected;
      previous = event.hash;
    }
    if (events.length < batch) break;
  }
  if (seq < length) return { chain, seq: seq + 1, reason: "the event is missing" };
  const now = seq > length ? await chainLength(app.db.reader, chain) : seq;
  return seq > now ? { chain, seq: now + 1, reason: "the event was not written by Bask" } : undefined;
}

async function checkpointMismatch(app: App, checkpoint: SignedCheckpoint): Promise<string | undefined> {
  const { chain, seq, hash } = checkpoint;
  const signature = app.checkpoints.verify(checkpoint);
  if (signature === "forged") return "the exported checkpoint is not signed by this installation";
  if (signature === "unknown")
    return "the exported checkpoint is signed with a secret that SECRET_KEY lacks: export it again";
  const cut = await findCheckpoint(app.db.reader, chain);
  if (cut && cut.seq > seq) return undefined;
  const now = cut?.seq === seq ? cut.hash : await eventHash(app.db.reader, chain, seq);
  if (now === undefined) return "the event was there when the checkpoint was exported, and is missing";
  return now === hash ? undefined : "the event is not the one the exported checkpoint saw";
}
