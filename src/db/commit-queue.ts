import type Driver from "better-sqlite3";
import { drizzle } from "drizzle-orm/better-sqlite3";
import type { Clock } from "../clock";
import type { Change, Writer } from "./database";
import { explainSqliteError } from "./sqlite-errors";
import { isLocked, turnTimeout, whenUnlocked } from "./sqlite-locks";
import { writerOn } from "./writer";

/** Units that share one commit, and so one fsync. */
const unitsPerCommit = 64;

/** Milliseconds that a unit waits for its turn while another process writes, and during a start. */
const lockTimeout = 1_000;
const startTimeout = 10_000;

/** Units of work on their way into an SQLite file. */
export interface CommitQueue {
  /** Resolves once the unit is durable. @throws DatabaseUnavailable, UniqueViolation, whatever the unit throws */
  write<T>(unit: (tx: Writer) => T | Promise<T>): Promise<T>;
  /** Runs a start: until it is over, units wait longer for their turn. */
  patiently<T>(work: () => Promise<T>): Promise<T>;
  /** Whether the last group could not be committed, for another reason than a lock: the disk is full, read-only or broken. */
  readonly isFailing: boolean;
  /** Resolves when nothing waits any more. */
  drain(): Promise<void>;
}

export interface CommitHooks {
  /** Throws when nothing may be committed. */
  beforeCommit(): void;
  /** Called within each transaction, before its units. */
  onBegin(): void;
  /** Hears what the units of a group invalidated, before they are answered. */
  onCommit(changes: readonly Change[]): void;
  /** Called when the units of a group were answered; the next group waits for it. */
  afterGroup(): void | Promise<void>;
}

interface Job {
  /** Milliseconds since 1970 at which it came. */
  since: number;
  unit: (tx: Writer) => unknown;
  /** What the unit gave. */
  value: unknown;
  resolve: (value: never) => void;
  reject: (error: unknown) => void;
}

/**
 * SQLite has one writer at a time and needs an fsync for each commit, so units that arrive together run one after the other in one
 * transaction and are answered after their common commit. A unit awaits nothing but queries, which are synchronous here: a group runs from
 * its begin to its commit without the event loop turning, and nothing else comes in between. When a unit throws, the group is rolled
 * back and run again, each unit in a savepoint of its own, so that those that throw take nothing else back.
 */
export function openCommitQueue(
  connection: Driver.Database,
  clock: Clock,
  { beforeCommit, onBegin, onCommit, afterGroup }: CommitHooks,
): CommitQueue {
  const db = drizzle({ client: connection });
  const queue: Job[] = [];
  let scheduled = false;
  let isFailing = false;
  let patience = lockTimeout;
  /** When the queue could go on after what it last waited for itself. */
  let heldUntil = 0;
  let drained: (() => void) | undefined;

  const begin = connection.prepare("BEGIN IMMEDIATE");
  const commit = connection.prepare("COMMIT");
  const rollback = connection.prepare("ROLLBACK");
  const savepoint = connection.prepare("SAVEPOINT unit");
  const release = connection.prepare("RELEASE unit");
  const rollbackUnit = connection.prepare("ROLLBACK TO unit");

  /** Never rejects. */
  async function commitGroup() {
    const jobs = queue.splice(0, unitsPerCommit);
    try {
      beforeCommit();
      if (!(await runTogether(jobs))) await runApart(jobs);
      isFailing = false;
    } catch (error) {
      isFailing = !isLocked(error);
      if (!isFailing) jobs.push(...takeOverdue());
      for (const job of jobs) job.reject(explainSqliteError(error));
      rollBack();
    }
    const after = afterGroup();
    if (after !== undefined) {
      await after;
      heldUntil = clock.now();
    }
    scheduled = queue.length > 0;
    if (scheduled) setImmediate(commitGroup);
    else drained?.();
  }

  /** Milliseconds for which a unit still waits for the lock. */
  const timeLeft = ({ since }: Job) => Math.max(since, heldUntil) + patience - clock.now();

  /** Those that waited for the lock as long as the ones before them: else they would wait for as long again. */
  function takeOverdue(): Job[] {
    const waiting = queue.findIndex((job) => timeLeft(job) > 0);
    return queue.splice(0, waiting === -1 ? queue.length : waiting);
  }

  /** Waits for the lock until the first of these units has waited for its time. */
  const beginFor = (jobs: readonly Job[]) => whenUnlocked(timeLeft(jobs[0]!) / 1_000, () => begin.run(), turnTimeout);

  /** A rollback that fails leaves the transaction open: the next group cannot begin, is refused, and rolls back again. */
  function rollBack() {
    try {
      if (connection.inTransaction) rollback.run();
    } catch {}
  }

  /** The quick way, for units that all succeed, with one moment for all of them; false, and nothing done, when one of them threw. */
  async function runTogether(jobs: readonly Job[]): Promise<boolean> {
    const changes: Change[] = [];
    await beginFor(jobs);
    onBegin();
    const tx = writerOn(db, clock.date(), changes);
    for (const job of jobs) {
      try {
        const value = job.unit(tx);
        job.value = value instanceof Promise ? await value : value;
      } catch {
        if (connection.inTransaction) rollback.run();
        return false;
      }
    }
    commit.run();
    if (changes.length > 0) onCommit(changes);
    for (const job of jobs) job.resolve(job.value as never);
    return true;
  }

  async function runApart(jobs: readonly Job[]) {
    const allChanges: Change[] = [];
    const outcomes: (() => void)[] = [];
    await beginFor(jobs);
    onBegin();
    for (const job of jobs) {
      const changes: Change[] = [];
      savepoint.run();
      try {
        const value = await job.unit(writerOn(db, clock.date(), changes));
        allChanges.push(...changes);
        outcomes.push(() => job.resolve(value as never));
      } catch (error) {
        if (!connection.inTransaction) throw error;
        rollbackUnit.run();
        outcomes.push(() => job.reject(explainSqliteError(error)));
      }
      release.run();
    }
    commit.run();
    if (allChanges.length > 0) onCommit(allChanges);
    for (const outcome of outcomes) outcome();
  }

  return {
    write: (unit) =>
      new Promise((resolve, reject) => {
        queue.push({ since: clock.now(), unit, value: undefined, resolve, reject });
        if (!scheduled) setImmediate(commitGroup);
        scheduled = true;
      }),
    async patiently(work) {
      patience = startTimeout;
      try {
        return await work();
      } finally {
        patience = lockTimeout;
      }
    },
    get isFailing() {
      return isFailing;
    },
    async drain() {
      if (scheduled) await new Promise<void>((resolve) => (drained = resolve));
    },
  };
}
