import type { BaseSQLiteDatabase } from "drizzle-orm/sqlite-core";
import type { Dialect } from "./dialect";

/** drizzle's query builder as both dialects serve it. Only `db/` names its type. */
export type Drizzle = BaseSQLiteDatabase<"sync" | "async", unknown>;

/** Looks and never changes anything; sees what is committed. */
export type Reader = Pick<Drizzle, "select" | "selectDistinct" | "$count">;

/** What a change may concern: a cache that holds something of that topic evicts it. */
export type Topic = "session" | "user" | "organization" | "api-key" | "installation";

/** Something that is no longer as it was: a topic, and the id of what it concerns. */
export interface Change {
  topic: Topic;
  subject: string;
}

/** Changes things, inside one transaction. Nothing but queries may be awaited while one is open. */
export interface Writer extends Reader, Pick<Drizzle, "insert" | "update" | "delete" | "with" | "$with"> {
  /** The one moment of this transaction. */
  readonly now: Date;
  /** Tells every process, once this transaction is committed, what to forget. */
  invalidate(change: Change): Promise<void>;
}

/** A write that many may want at once, each with values of its own. */
export interface JointStatement<Item, Row> {
  /** For one of them. Its row, where it wrote one. */
  one(tx: Writer, item: Item): Row | undefined | Promise<Row | undefined>;
  /** In one statement for all of them: their rows, in their order. It waits for no lock, and may leave out what others have locked. */
  all(tx: Writer, items: readonly Item[]): Promise<readonly (Row | undefined)[]>;
}

export interface Database {
  readonly dialect: Dialect;
  readonly reader: Reader;
  /**
   * Runs a unit of work in a transaction and gives its value once it is durable. A unit that throws leaves nothing behind.
   * It may be run again when the database asks for it, so it must have no effect but its queries.
   * @param locked the id of what the unit locks first, where many may want to: they take turns before they ask the database
   * @throws DatabaseUnavailable, UniqueViolation
   */
  write<T>(unit: (tx: Writer) => Promise<T>, locked?: string): Promise<T>;
  /**
   * As `write`, for a unit that is one statement and announces nothing: it needs no transaction of its own, and on PostgreSQL one
   * round trip instead of three.
   */
  writeOne<T>(statement: (tx: Writer) => T | Promise<T>): Promise<T>;
  /** As `writeOne`, for what many may want at once. They share a commit, and on PostgreSQL one statement. */
  writeJointly<Item, Row>(statement: JointStatement<Item, Row>, item: Item): Promise<Row | undefined>;
  /** Called with what each committed transaction of this process announced, before its writer hears of the commit. */
  onCommit(listener: (changes: readonly Change[]) => void): void;
  /** Runs a start: until it is over, the database is waited for up to ten seconds, in place of one or two, because no request waits for a response. */
  patiently<T>(work: () => Promise<T>): Promise<T>;
  /** What the error of a query means: a DatabaseUnavailable, a UniqueViolation, or a mistake of the program as it is. */
  explain(error: unknown): unknown;
  /** Whether it answers and can be written. */
  ping(): Promise<boolean>;
  /** What the clock of the database shows, in milliseconds since 1970; undefined where that is this machine's clock. */
  now(): Promise<number | undefined>;
  /** Whether it is another one, or in an earlier state, than at the last call. @throws DatabaseUnavailable */
  wentBack(): Promise<boolean>;
  /** Why this process must not go on with it, in a sentence for the operator; undefined as long as it may. */
  lost(): string | undefined;
  /** From now on it is lost, for this reason, and nothing is written any more. */
  abandon(reason: string): DatabaseUnavailable;
  close(): Promise<void>;
}

/** The database cannot serve: it is locked, full, read-only or gone. */
export class DatabaseUnavailable extends Error {
  /** How often that was so in this process. */
  static occurrences = 0;
  override name = "DatabaseUnavailable";

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    DatabaseUnavailable.occurrences++;
  }
}

/** A database that Bask must not touch. Its message is a sentence for the operator. */
export class DatabaseRefused extends Error {
  override name = "DatabaseRefused";
}

/** A row would have had the same value as another where only one may have it. */
export class UniqueViolation extends Error {
  override name = "UniqueViolation";
}

/** What an error was explained as before, also where drizzle wrapped that; undefined for one that was not. */
export const explainedBefore = (error: unknown): DatabaseUnavailable | UniqueViolation | undefined =>
  [error, (error as { cause?: unknown })?.cause].find(
    (known) => known instanceof DatabaseUnavailable || known instanceof UniqueViolation,
  );
