/**
 * Whether the statements of a migration only add what the release before needs not know: tables, indexes that refuse no row of it, and columns
 * that a row may leave out. A process of that release serves the database, before and after a restart.
 */
export function isAdditive(sql: string): boolean {
  const statements = sql
    .replace(/^--.*$/gm, "")
    .replaceAll("--> statement-breakpoint", "")
    .split(";")
    .map((statement) => statement.replace(/[`"]/g, "").replace(/\s+/g, " ").trim())
    .filter((statement) => statement !== "");
  const created = new Set(statements.flatMap((statement) => /^CREATE TABLE (\w+)/i.exec(statement)?.[1] ?? []));
  return statements.every((statement) => {
    const [, of] = /^ALTER TABLE (\w+)/i.exec(statement) ?? /^CREATE UNIQUE INDEX \w+ ON (\w+)/i.exec(statement) ?? [];
    if (of !== undefined && created.has(of)) return true;
    if (/^ALTER TABLE \w+ ADD (COLUMN )?(?!CONSTRAINT)/i.test(statement))
      return !/ NOT NULL/i.test(statement) || / DEFAULT /i.test(statement);
    return /^CREATE (TABLE|INDEX) /i.test(statement);
  });
}
