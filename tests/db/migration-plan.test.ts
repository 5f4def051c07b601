import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { journal, planMigrations } from "../../src/db/migration-plan";
import type { Migration } from "../../src/db/migrations";
import { migration } from "../support/migrations";

const names = fc.uniqueArray(fc.stringMatching(/^\d{4}_[a-z]{1,3}$/), { maxLength: 12 });

/** Migrations as a program knows them: Bask's by name, then those of its product. */
const program = fc
  .tuple(names, names)
  .map(([bask, extension]) => [
    ...bask.sort().map((name) => migration(name, `create ${name};`)),
    ...extension.sort().map((name) => migration(name, `create own ${name};`, "extension")),
  ]);

/** A program, and any part of its migrations in any order, as any history of branches and upgrades may have applied them. */
const history = program.chain((known) =>
  fc.tuple(fc.constant(known), fc.shuffledSubarray(known), fc.array(fc.constantFrom("users", "projects"))),
);

const plan = (known: readonly Migration[], applied: readonly Migration[], tables: string[] = []) =>
  planMigrations(known, { tables: [journal, ...tables], applied, secretMarks: [] }, "the database");

describe("the plan of migrations", () => {
  test("is whatever is missing, in the known order, whatever came before or after", () => {
    fc.assert(
      fc.property(history, ([known, applied, tables]) => {
        const missing = known.filter((migration) => !applied.includes(migration));
        expect(plan(known, applied, tables)).toEqual({ apply: missing });
        expect(plan(known, [...applied, ...missing], tables)).toEqual({ apply: [] });
      }),
    );
  });

  test("is a refusal as soon as one applied migration is unknown or edited", () => {
    fc.assert(
      fc.property(history, fc.boolean(), fc.nat(), ([known, applied], edited, at) => {
        const victim = applied[at % Math.max(1, applied.length)];
        if (!victim) return;
        const program = known.flatMap((one) => {
          if (one !== victim) return [one];
          return edited ? [{ ...one, hash: "edited" }] : [];
        });
        expect(plan(program, applied)).toEqual({ refuse: expect.stringContaining(victim.name) });
      }),
    );
  });

  test("is a refusal for tables without a journal, and everything for no tables at all", () => {
    fc.assert(
      fc.property(program, (known) => {
        const state = { tables: ["a", "b", "c", "d", "e"], applied: [], secretMarks: [] };
        expect(planMigrations(known, state, "the database")).toEqual({
          refuse: expect.stringContaining("(a, b, c and 2 more)"),
        });
        expect(planMigrations(known, { tables: [], applied: [], secretMarks: [] }, "the database")).toEqual({
          apply: known,
        });
      }),
    );
  });
});
