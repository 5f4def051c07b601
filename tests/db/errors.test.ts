import { describe, expect, test } from "bun:test";
import { DatabaseUnavailable, UniqueViolation } from "../../src/db/database";
import { explainPostgresError } from "../../src/db/postgres-errors";
import { explainSqliteError } from "../../src/db/sqlite-errors";

/** As drizzle passes on what a driver throws. */
const wrapped = (cause: unknown) => new Error("Failed query", { cause });
const error = (fields: object) => Object.assign(new Error("it failed"), fields);

/** Each passes through several hands that explain it: the queue or pool, a job, the response. */
describe.each([
  ["SQLite", explainSqliteError, error({ code: "SQLITE_FULL" }), error({ code: "SQLITE_CONSTRAINT_UNIQUE" })],
  ["PostgreSQL", explainPostgresError, error({ code: "ECONNRESET" }), error({ errno: "23505" })],
])("an error of %s", (_, explain, lost, double) => {
  test("is counted and described once, however often it is explained", () => {
    const before = DatabaseUnavailable.occurrences;
    const explained = explain(wrapped(lost)) as Error;
    expect(explained).toBeInstanceOf(DatabaseUnavailable);
    expect(explain(explained)).toBe(explained);
    expect(explain(wrapped(explained))).toBe(explained);
    expect(DatabaseUnavailable.occurrences).toBe(before + 1);
  });

  test("about a value that is not unique stays what it was explained as", () => {
    const explained = explain(wrapped(double));
    expect(explained).toBeInstanceOf(UniqueViolation);
    expect(explain(wrapped(explained))).toBe(explained as UniqueViolation);
  });
});

describe("an error of PostgreSQL that is no mistake of the program", () => {
  test.each([
    ["25P03", "a process that stood still in a transaction, which was ended"],
    ["25006", "a server that only reads"],
    ["XX001", "a damaged page"],
    ["42P01", "a table that is being restored"],
    ["42501", "a right that was taken"],
  ])("%s is a database that cannot serve: %s", (errno) => {
    expect(explainPostgresError(wrapped(error({ errno })))).toBeInstanceOf(DatabaseUnavailable);
  });

  test("says what the server said, and not the query", () => {
    const explained = explainPostgresError(wrapped(error({ errno: "25006" }))) as Error;
    expect(explained.message).toBe("PostgreSQL cannot serve: it failed");
  });
});
