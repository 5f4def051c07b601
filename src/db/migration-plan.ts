import { DatabaseRefused } from "./database";
import type { Migration, MigrationSource } from "./migrations";

/** The table in which a database keeps what was applied to it. A database that has it is Bask's. */
export const journal = "bask_migrations";

/** Where secrets are recognized by: tables, which an older schema may lack, and their columns. */
export const secretTables = [
  ["installation", "fingerprint"],
  ["secrets", "id"],
] as const;

/** A row of the journal. */
export interface AppliedMigration {
  source: MigrationSource;
  name: string;
  hash: string;
  /** Whether a program that does not know it may serve the database all the same. */
  compatible?: boolean;
}

/** What is found in a database, or in its current schema, before anything is done to it. */
export interface SchemaState {
  /** The names of its tables, the journal among them if there is one. */
  tables: readonly string[];
  applied: readonly AppliedMigration[];
  /** What the secrets of this data are recognized by; none in a database without data. */
  secretMarks: readonly string[];
}

/** Throws a DatabaseRefused for data that this program must not open, before anything is done to it. */
export type Judge = (secretMarks: readonly string[]) => void;

export type MigrationPlan = { apply: readonly Migration[] } | { refuse: string };

/**
 * Decides what a database needs: every known migration that its journal lacks, in the known order, whatever was applied before or
 * after. A database that holds something this program does not know is refused with a sentence, unless it is compatible: so a process of the
 * release before starts again while the next one is rolled out.
 * @param database what the sentence calls it
 */
export function planMigrations(known: readonly Migration[], state: SchemaState, database: string): MigrationPlan {
  if (!state.tables.includes(journal) && state.tables.length > 0) {
    return {
      refuse: `${database} contains tables of another program (${list(state.tables)}). Nothing was changed. Set DATABASE_URL to a database that only Bask uses.`,
    };
  }
  const knownById = new Map(known.map((migration) => [idOf(migration), migration]));
  for (const applied of state.applied) {
    const migration = knownById.get(idOf(applied));
    if (!migration && applied.compatible) continue;
    if (!migration) return { refuse: unknown(applied, database) };
    if (migration.hash !== applied.hash) {
      return {
        refuse: `The migration ${applied.name} was edited after it was applied to ${database}. Nothing was changed. Restore its file: applied migrations never change.`,
      };
    }
  }
  const present = new Set(state.applied.map(idOf));
  return { apply: known.filter((migration) => !present.has(idOf(migration))) };
}

/** The migrations a database lacks, in order. @throws DatabaseRefused */
export function missingMigrations(
  known: readonly Migration[],
  state: SchemaState,
  database: string,
): readonly Migration[] {
  const plan = planMigrations(known, state, database);
  if ("refuse" in plan) throw new DatabaseRefused(plan.refuse);
  return plan.apply;
}

const idOf = ({ source, name }: AppliedMigration) => `${source}/${name}`;

const list = (names: readonly string[]) =>
  names.length > 3 ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} more` : names.join(", ");

const unknown = ({ source, name }: AppliedMigration, database: string) =>
  source === "bask"
    ? `${database} was migrated by a newer version of Bask: it has the migration ${name}. Nothing was changed. Start that version or a newer one.`
    : `${database} has the migration ${name} of an extension that this program does not contain. Nothing was changed. Start the program that applied it or a newer version of it.`;
