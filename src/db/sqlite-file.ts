import { openSync, readSync, realpathSync, renameSync, statSync } from "node:fs";
import type Driver from "better-sqlite3";
import type { Clock } from "../clock";
import { DatabaseUnavailable } from "./database";
import { idOf } from "./file-id";
import { sqliteCodeOf } from "./sqlite-errors";
import { type FoldThread, startFoldThread } from "./sqlite-fold";
import { isLocked } from "./sqlite-locks";

/** A database file that is open: whether it is still the one that was opened, and how its WAL is folded into it. */
export interface OpenFile {
  /**
   * @throws FileLost when the file or its WAL was deleted, replaced or overwritten: what is written then is found by no one
   * @throws DatabaseUnavailable when that cannot be seen at this moment
   */
  requireSame(): void;
  /** Called within each transaction: gives what the file will hold next a number of its own. */
  number(): void;
  /** Within a transaction: makes its commit write to the disk, and changes nothing. */
  touch(): void;
  /**
   * Has a thread fold the WAL into the file when it has grown to a thousand pages. More is written meanwhile: that is folded next, and what it returns then
   * resolves when it is. If nothing is written until then, the WAL begins anew.
   */
  foldIfLarge(): void | Promise<void>;
  /** Folds the WAL into the file that people copy, a large one in the thread. */
  foldAll(): void;
  /** Folds the WAL before the connections are closed. @returns whether they may be */
  close(): Promise<boolean>;
}

/** The file is not the one that was opened, and will not be again. Its message is a sentence for the operator. */
export class FileLost extends DatabaseUnavailable {}

/** Milliseconds for which a look is good, so that it costs nothing under load. */
const trusted = 10;

/** Pages of the WAL, 4 KB each, after which it is folded ... */
const largeWal = 1_000;
/** ... after which nothing is written until it is: the disk is slower than what is written ... */
const maxWal = 8_000;
/** ... and up to which a thread is not worth its start. */
const smallWal = 100;
/** Milliseconds that are waited for the thread at a time: on a disk that stands still, what is written must come to its own deadline. */
const threadTimeout = 1_000;

/**
 * In WAL mode nothing but folding changes the file, and only here it is folded, or by another process of Bask. So a file that changed meanwhile is
 * looked at: each time that it is folded it gets a larger `user_version`, and one that has a smaller number than before, or a larger one than the
 * database, was copied over it; one that is shorter than it says, or whose WAL is shorter than SQLite knows, was cut off. What `cp backup.db bask.db` restores is then left as it is.
 */
export function watchFile(
  file: string,
  clock: Clock,
  writing: Driver.Database,
  reading: Driver.Database,
  startThread = startFoldThread,
): OpenFile {
  const wal = `${realpathSync(file)}-wal`; // beside the file that a link leads to
  const database = idOf(file);
  const committed = reading.prepare("PRAGMA user_version").pluck() as Driver.Statement<[], number>;
  const next = writing.prepare("PRAGMA user_version").pluck() as Driver.Statement<[], number>;
  const pending = writing.prepare("PRAGMA wal_checkpoint(NOOP)") as Driver.Statement<[], WalState>;
  const frames = reading.prepare("PRAGMA wal_checkpoint(NOOP)") as Driver.Statement<[], WalState>;
  const pageSize = writing.pragma("page_size", { simple: true }) as number;
  let walId: string | undefined;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let changedAt = 0;
  let length = 0;
  /** The number in the file. */
  let inFile = 0;
  let header: number | undefined;
  let overwritten: FileLost | undefined;
  let thread: FoldThread | undefined;
  /** Whether more was written during a fold. */
  let hasRest = false;

  function look() {
    if (overwritten) throw overwritten;
    if (idOf(file) !== database) throw moved(file);
    walId ??= idOf(wal);
    if (walId !== undefined && idOf(wal) !== walId) throw moved(wal);
    if (isWalCut()) throw giveUp();
    const { mtimeMs: at, size } = statSync(file);
    if (at === changedAt) return;
    const { number: found, pages } = inHeader();
    const known = numberInDatabase();
    if (known === undefined) return;
    // One that grows is shorter than it says while another process folds.
    const isCut = size < length && size < pages * pageSize;
    if (found > known || (found < inFile && known >= inFile) || isCut) throw giveUp();
    changedAt = at;
    length = size;
    inFile = found;
  }

  /** Whether the WAL is shorter than what SQLite knows to be in it: it would write on behind the gap, where the next start finds nothing. */
  function isWalCut(): boolean {
    const known = framesInWal();
    const size = statSync(wal, { throwIfNoEntry: false })?.size ?? 0;
    // Another process may have folded it in between, and has then begun it anew.
    return known > 0 && size < known * pageSize && framesInWal() >= known;
  }

  /** The pages of the WAL, and those of them that are not in the file. */
  function pagesInWal(): { all: number; unfolded: number } {
    try {
      const { log, checkpointed } = pending.get()!;
      return { all: log, unfolded: log - checkpointed };
    } catch {
      return { all: 0, unfolded: 0 }; // next time
    }
  }

  /** @param mustBegin whether the WAL is to begin anew also where other processes write without a pause */
  async function foldInThread(mustBegin = false) {
    try {
      prepareFold();
      if (await askThread(mustBegin).catch(() => false)) look();
      else fold("PASSIVE");
    } catch {} // it stays in the WAL, from where it is read as well
  }

  async function askThread(mustBegin: boolean): Promise<boolean> {
    thread ??= startThread(file, database!);
    return thread.fold(mustBegin);
  }

  /** What the file will hold must have another number than what it holds, also where that was folded while more was written. */
  function prepareFold() {
    look();
    try {
      if (pagesInWal().unfolded > 0) opened.number();
    } catch {} // another process writes, and gives it one
  }

  /** Folds here, as far as no other connection is in the way. */
  function fold(mode: "PASSIVE" | "TRUNCATE") {
    try {
      if (writing.inTransaction) return;
      prepareFold();
      const [{ busy, log, checkpointed }] = writing.pragma(`wal_checkpoint(${mode})`) as [WalState];
      if (busy || log !== checkpointed) return; // another process folds, and both are -1
      ({ mtimeMs: changedAt, size: length } = statSync(file));
      inFile = inHeader().number; // what the database says may be in the WAL again by now
    } catch {} // it stays in the WAL
  }

  function framesInWal(): number {
    try {
      return frames.get()!.log;
    } catch {
      return 0; // another process folds it
    }
  }

  /** Undefined while another process has the lock. */
  function numberInDatabase(): number | undefined {
    try {
      return committed.get()!;
    } catch (error) {
      if (isLocked(error)) return undefined;
      if (/^SQLITE_(NOTADB|CORRUPT)/.test(sqliteCodeOf(error))) return -1; // what was written over it is no database
      throw error;
    }
  }

  /**
   * The number in the file and its length in pages, read past SQLite, from a descriptor that is never closed: closing one takes the locks of this
   * process from the file (POSIX). The number is infinite for what is not a database.
   */
  function inHeader(): { number: number; pages: number } {
    header ??= openSync(file, "r");
    const bytes = Buffer.alloc(64);
    if (readSync(header, bytes, 0, 64, 0) < 64 || bytes.toString("latin1", 0, 15) !== "SQLite format 3")
      return { number: Number.POSITIVE_INFINITY, pages: 0 };
    return { number: bytes.readUInt32BE(60), pages: bytes.readUInt32BE(28) };
  }

  function giveUp(): FileLost {
    const next = thread?.underWay
      ? "Some of it may have been written into the file: restore once more, and start again."
      : "Start again with what the file holds now.";
    overwritten = new FileLost(
      `sqlite:${file} was overwritten or cut off while it was open. What was not in the file yet was moved to ${wal}.replaced. ${next} Stop Bask before you restore.`,
    );
    try {
      renameSync(wal, `${wal}.replaced`);
    } catch {} // another process did
    return overwritten;
  }

  const opened: OpenFile = {
    requireSame() {
      const now = clock.now();
      if (now - lookedAt < trusted) return;
      try {
        look();
      } catch (error) {
        throw error instanceof FileLost ? error : unseen(file, error);
      }
      lookedAt = now;
    },
    number() {
      const number = next.get()!;
      if (number <= inFile) writing.exec(`PRAGMA user_version = ${inFile + 1}`);
    },
    touch() {
      writing.exec(`PRAGMA user_version = ${next.get()!}`);
    },
    foldIfLarge() {
      const { all, unfolded } = pagesInWal();
      if (thread?.underWay) return all < maxWal ? undefined : inTime(thread.underWay);
      const isLarge = unfolded >= largeWal;
      if (!isLarge && !hasRest) return;
      hasRest = isLarge && all < maxWal;
      const folded = foldInThread(all >= maxWal);
      return hasRest ? undefined : inTime(folded);
    },
    foldAll() {
      if (thread?.underWay) void thread.underWay.then(opened.foldAll);
      else if (pagesInWal().unfolded < smallWal) fold("PASSIVE");
      else void foldInThread();
    },
    async close() {
      if (thread?.underWay) await inTime(thread.underWay);
      fold("TRUNCATE");
      if (overwritten) return false; // closing the last connection would fold the WAL into what was restored
      if (thread) await inTime(thread.close());
      return true;
    },
  };
  fold("PASSIVE");
  return opened;
}

interface WalState {
  busy: number;
  /** In pages. */
  log: number;
  checkpointed: number;
}

function inTime(work: Promise<unknown>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, threadTimeout);
  return Promise.race([promise, work.then(() => {})]).finally(() => clearTimeout(timer));
}

const moved = (file: string) =>
  new FileLost(
    `sqlite:${file} was deleted or replaced while it was open. Start again; what it held is in the backup or in the file that was moved away.`,
  );

const unseen = (file: string, cause: unknown) =>
  new DatabaseUnavailable(`sqlite:${file} cannot be looked at: ${(cause as Error).message}`, { cause });
