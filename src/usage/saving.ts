import { maxNetworks, recordNetworks, type Sighting } from "../api-keys/networks";
import type { Clock } from "../clock";
import { dataVersion } from "../db/data-version";
import type { Database, Writer } from "../db/database";
import { type ApiKeyId, type BatchId, type CountedId, isId, newId } from "../ids";
import { siteOf } from "../limits/network";
import { startOf, windowStart } from "../limits/windows";
import {
  type Batch,
  type Counts,
  type KeyUse,
  lastUseIn,
  noteJournaled,
  putBack,
  takeCounts,
  talliesIn,
} from "./counts";
import { appendToJournal, listBatches, takeFromJournal } from "./journal.sql";
import { type Entry, mergeRows, rowOf, store } from "./storing";
import { hasText, sizeOf, textsIn, withText } from "./texts";
import type { StoredWindows } from "./windows.sql";

/** Keys whose usage is written in one transaction ... */
const keysPerSave = 250;
/** ... and of how many they are neighbors: rows that are near each other share the pages of the database that are written. */
const keysPerSort = 10_000;
/** Milliseconds, and rows, after which a batch goes from the journal into the windows. */
const journaledFor = 60_000;
const maxRows = 60;
/** Keys of a batch that are added in one transaction ... */
const keysPerFold = 100;
/** ... and milliseconds for which that goes on before what was counted meanwhile is saved. */
const foldTime = 250;

export interface Saver {
  /** Stores what is unsaved; what cannot be stored is kept for the next time. */
  save(): Promise<void>;
  /** Has everything that is in the journal, also what other processes left there, added to the windows. */
  fold(): Promise<void>;
  /** Stores what is unsaved, and has what this process left in the journal added to the windows: the release that starts next may not know a journal. */
  close(): Promise<void>;
}

/**
 * Stores what was counted. On PostgreSQL it is added to the windows at once. On SQLite, as long as no other process writes, a second becomes one
 * row of a journal, and goes into the windows with the rest of its minute: a row of JSON costs a tenth of adding to a key's three windows.
 * A row is taken out of the journal and added in one transaction, so it may be by any process, at any time, and a kill loses none.
 * @param unsaved what has counts that are not stored; it is emptied
 * @param apply hears what is in windows to which another process may have added
 */
export function openSaver(
  db: Database,
  clock: Clock,
  unsaved: Set<KeyUse>,
  apply: (stored: readonly StoredWindows[]) => void,
): Saver {
  const batches = new Map<BatchId, Batch>();
  /** What goes into the windows as soon as there is time. */
  const due = new Set<BatchId>();
  /** The latest one, which takes more keys while it has room. */
  let open: Batch | undefined;
  let seen: number | undefined;
  let last: Promise<void> = Promise.resolve();

  /** One at a time. */
  const inTurn = (work: () => Promise<void>) => {
    last = last.then(work, work);
    return last;
  };

  async function saveNow() {
    if (unsaved.size === 0 && batches.size === 0 && due.size === 0) return;
    const version = db.dialect === "sqlite" ? await db.write(async (tx) => dataVersion(tx)) : undefined;
    if (version !== seen) await expectAll();
    seen = version;
    const known = Map.groupBy(unsaved, batchOf);
    const others = known.get(undefined) ?? [];
    known.delete(undefined);
    for (const uses of known.values()) await saveTogether(uses, version);
    for (const some of chunks(others, keysPerSort)) {
      some.sort((a, b) => (a.keyId < b.keyId ? -1 : 1));
      for (const uses of chunks(some, keysPerSave)) await saveTogether(uses, version);
    }
    for (const { id, begunAt, rows } of batches.values())
      if (rows >= maxRows || clock.now() - begunAt >= journaledFor) due.add(id);
    await foldDue(foldTime);
  }

  /** @param uses all of one batch, or of none */
  async function saveTogether(uses: readonly KeyUse[], version: number | undefined) {
    const sightings: Sighting[] = [];
    const [apart, journaled]: [Entry[], Entry[]] = [[], []];
    const isAlone = (use: KeyUse) => version !== undefined && use.version === version;
    for (const use of uses) {
      const counts = takeCounts(use);
      unsaved.delete(use);
      const { keyId } = use;
      (isAlone(use) ? journaled : apart).push({
        keyId,
        tallies: talliesIn(counts),
        last: lastUseIn(counts),
        spentToday: spentToday(use, clock.now()),
      });
      if (isId("key", keyId)) addNewNetworks(keyId, use, counts, sightings);
    }
    const batch = batchOf(uses[0]!) ?? batchFor(journaled.length);
    const row = { batch: batch.id, number: batch.rows, entries: rowOf(journaled) };
    let stored: readonly StoredWindows[];
    try {
      stored = await db.write(async (tx) => {
        if (journaled.length > 0) await appendToJournal(tx, row);
        const stored = apart.length > 0 ? await store(tx, apart) : [];
        if (sightings.length > 0) await recordNetworks(tx, sightings);
        return stored;
      });
    } catch (error) {
      for (const use of uses) {
        putBack(use);
        unsaved.add(use);
      }
      throw error;
    }
    if (journaled.length > 0) batches.set(batch.id, batch);
    batch.rows++;
    for (const use of uses) {
      if (isAlone(use)) join(batch, use);
      else use.version = version;
      use.saving = undefined;
    }
    apply(stored);
    noteNetworks(uses, sightings);
  }

  function batchFor(keys: number): Batch {
    if (!open || !batches.has(open.id) || open.uses.length + keys > keysPerSave)
      open = { id: newId("bat", clock.now()), begunAt: clock.now(), rows: 0, uses: [] };
    return open;
  }

  function join(batch: Batch, use: KeyUse) {
    if (batchOf(use) !== batch) batch.uses.push(use);
    noteJournaled(use, use.saving!, batch);
  }

  async function expectAll() {
    for (const id of [...(await listBatches(db.reader)), ...batches.keys()]) due.add(id);
  }

  async function foldNow() {
    await expectAll();
    await foldDue();
  }

  async function closeNow() {
    await saveNow();
    for (const id of batches.keys()) due.add(id);
    await foldDue();
  }

  async function foldDue(milliseconds = Number.POSITIVE_INFINITY) {
    const begun = clock.now();
    for (const id of due) {
      await foldBatch(id);
      due.delete(id);
      if (clock.now() - begun >= milliseconds) return;
    }
  }

  async function foldBatch(id: BatchId) {
    let stored: Set<string>;
    do {
      stored = new Set(await db.write((tx) => foldSome(tx, id)));
      leave(id, (use) => stored.has(use.keyId));
    } while (stored.size === keysPerFold);
    leave(id, () => true); // what another process folded
    batches.delete(id);
  }

  /** Forgets what was journaled in a batch of those that pass the test: it is in their windows. */
  function leave(id: BatchId, test: (use: KeyUse) => boolean) {
    const batch = batches.get(id);
    for (const use of batch?.uses ?? []) if (batchOf(use) === batch && test(use)) use.journaled = undefined;
  }

  return { save: () => inTurn(saveNow), fold: () => inTurn(foldNow), close: () => inTurn(closeNow) };
}

/** Adds all that is in the journal to the windows of its keys, in the transaction of what put it there. */
export async function foldJournal(tx: Writer): Promise<void> {
  for (const id of await listBatches(tx)) while ((await foldSome(tx, id)).length === keysPerFold);
}

/** Adds what a batch has of some keys, and writes the rest back into the journal. @returns these keys */
async function foldSome(tx: Writer, batch: BatchId): Promise<CountedId[]> {
  const entries = mergeRows(await takeFromJournal(tx, batch));
  const some = entries.slice(0, keysPerFold);
  if (some.length > 0) await store(tx, some);
  const rest = entries.slice(keysPerFold);
  if (rest.length > 0) await appendToJournal(tx, { batch, number: 0, entries: rowOf(rest) });
  return some.map(({ keyId }) => keyId);
}

/** What the key has spent today as far as this process knows. */
const spentToday = (use: KeyUse, now: number): number =>
  windowStart(use, 86_400) === startOf(now, 86_400) ? use.day : 0;

/** That whose rows of the journal hold what was counted of a key. */
const batchOf = ({ journaled }: KeyUse): Batch | undefined => journaled?.batch;

function* chunks<T>(all: readonly T[], size: number) {
  for (let i = 0; i < all.length; i += size) yield all.slice(i, i + size);
}

/** Adds the networks that a key was used from and that are not stored as far as this process knows, each once. */
function addNewNetworks(keyId: ApiKeyId, { networks }: KeyUse, counts: Counts, sightings: Sighting[]) {
  if (sizeOf(networks) >= maxNetworks) return;
  const found = new Set<string>();
  for (const { ips } of talliesIn(counts)) {
    for (const ip of textsIn(ips)) {
      const network = siteOf(ip);
      if (!network || hasText(networks, network) || found.has(network)) continue;
      found.add(network);
      sightings.push({ keyId, network, ip });
    }
  }
}

function noteNetworks(uses: readonly KeyUse[], sightings: readonly Sighting[]) {
  if (sightings.length === 0) return;
  const byId = new Map(uses.map((use) => [use.keyId as string, use]));
  for (const { keyId, network } of sightings) {
    const use = byId.get(keyId)!;
    use.networks = withText(use.networks, network);
  }
}
