import type { Clock } from "../clock";
import type { DatabaseLocation } from "../config/database-url";
import { DatabaseRefused, type Reader, type Writer } from "./database";
import type { ColumnKind, TableShape } from "./declared-tables";
import type { Dialect } from "./dialect";
import { type AppliedMigration, journal, missingMigrations, planMigrations, type SchemaState } from "./migration-plan";
import { type Migration, readMigrations } from "./migrations";
import type { Row } from "./snapshot";

/** What a database shall hold. */
export interface Contents {
  /** Of the database that the rows come from. */
  readonly dialect: Dialect;
  /** The migrations that the rows are of; those this program knows beyond them are applied to the rows. */
  readonly applied: readonly AppliedMigration[];
  /** Each table after those it refers to. */
  readonly rows: AsyncIterable<{ table: TableShape; rows: readonly Row[] }>;
}

/** What is done in the transaction that replaces. */
export interface Steps<Before, After> {
  /** Looks at what is replaced, which no one can change any more. Not called where there is nothing. */
  before(reader: Reader): Promise<Before>;
  /** Copies of what is replaced that `after` finds, by the name of a temporary table: the columns and the condition of rows of a table. */
  readonly keep: Readonly<Record<string, Kept>>;
  /** Changes what has been put there. */
  after(tx: Writer, before: Before | undefined): Promise<After>;
}

export interface Kept {
  readonly table: string;
  readonly columns: readonly string[];
  readonly where: string;
}

/**
 * Replaces everything in a database in one transaction: whatever happens, it is as before or as it shall be. The transaction holds locks all
 * the time, so requests of running processes are refused meanwhile.
 * @throws DatabaseRefused, and then nothing was changed; DatabaseUnavailable
 */
export async function replaceContents<Before, After>(
  location: DatabaseLocation,
  clock: Clock,
  contents: Contents,
  steps: Steps<Before, After>,
): Promise<After> {
  if (location.dialect === "sqlite")
    return (await import("./replace.sqlite")).replaceSqlite(location, clock, contents, steps);
  return (await import("./replace.postgres")).replacePostgres(location, clock, contents, steps);
}

/** Which migrations to apply before the rows and after them. @throws DatabaseRefused */
export function requireKnown({ dialect: origin, applied }: Pick<Contents, "dialect" | "applied">, dialect: Dialect) {
  const plan = planMigrations(readMigrations(origin), { tables: [journal], applied, secretMarks: [] }, "The backup");
  if ("refuse" in plan) throw new DatabaseRefused(plan.refuse);
  const missing = new Set(plan.apply.map(idOf));
  const { first = [], later = [] } = Object.groupBy(readMigrations(dialect), (migration) =>
    missing.has(idOf(migration)) ? "later" : "first",
  );
  return { first, later };
}

const idOf = ({ source, name }: Migration) => `${source}/${name}`;

/** Whether there is something to replace. @throws DatabaseRefused for what is not Bask's, and for what could not be read in full */
export function requireReplaceable(state: SchemaState, dialect: Dialect, name: string): boolean {
  if (state.tables.length === 0) return false;
  const [missing] = missingMigrations(readMigrations(dialect), state, name);
  if (missing)
    throw new DatabaseRefused(
      `${name} lacks the migration ${missing.name}, so what it revoked cannot be read. Nothing was changed. Run: bask migrate`,
    );
  return true;
}

/** Inserts rows that come as one parameter, a JSON array of them. */
export function insertStatement(
  { name, columns }: TableShape,
  { each, cast, hint = "" }: { each: string; cast: (value: string, kind: ColumnKind) => string; hint?: string },
): string {
  const names = columns.map(([column]) => `"${column}"`).join(", ");
  const values = columns.map(([, kind], i) => cast(`(value ->> ${i})`, kind)).join(", ");
  return `insert into "${name}" (${names}) ${hint} select ${values} from ${each}`;
}
