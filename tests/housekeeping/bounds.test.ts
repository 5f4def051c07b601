import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pruneAudit } from "../../src/audit/retention";
import { type ColumnKind, declaredTables } from "../../src/db/declared-tables";
import { prune } from "../../src/pruning";
import { rowsOf } from "../support/migrations";
import { raw } from "../support/raw";
import { openWorld } from "../support/world";

/** Each has its own test: the latest change stays, a chain is cut from its beginning, and processes prune each other. */
const elsewhere = new Set(["changes", "audit_events", "processes"]);

/** Rows of which only some kinds are pruned. */
const kinds: Readonly<Record<string, readonly Readonly<Record<string, string>>[]>> = {
  outbox: ["'sent'", "'dropped'", "'failed'"].map((state) => ({ id: state, state })),
  known_sources: ["'network'", "'device'"].map((kind) => ({ kind })),
  oauth_clients: [{ kind: "'dynamic'", confirmed_at: "null", blocked_at: "null" }],
};

const architecture = readFileSync(join(import.meta.dir, "../../ARCHITECTURE.md"), "utf8");
const section = architecture.split("## What bounds each table\n")[1]!.split("\n## ")[0]!;
const bounds = new Map([...section.matchAll(/^\| `(\w+)` \| (.+) \|$/gm)].map(([, table, bound]) => [table!, bound!]));

test("what ARCHITECTURE.md says is pruned is gone when it is old, whatever else it holds", async () => {
  const world = await openWorld();
  const { url } = world.app.config.database;
  const isPostgres = world.app.db.dialect === "postgres";
  const longAgo = isPostgres ? "timestamptz '2020-01-01'" : String(Date.UTC(2020, 0));
  const values: Record<ColumnKind, string> = {
    text: "'[]'",
    int: "1",
    boolean: isPostgres ? "false" : "0",
    timestamp: longAgo,
  };
  const old = declaredTables().filter(({ name }) => bounds.get(name)!.includes("pruned") && !elsewhere.has(name));
  const insert = ({ name, columns }: (typeof old)[number], own: Readonly<Record<string, string>> = {}) =>
    `insert into ${name} (${columns.map(([column]) => `"${column}"`)}) ${isPostgres ? "overriding system value" : ""}
     values (${columns.map(([column, kind]) => own[column] ?? values[kind])})`;
  await raw(
    world,
    [
      isPostgres ? "set session_replication_role = replica" : "pragma foreign_keys = off",
      ...old.flatMap((table) => (kinds[table.name] ?? [{}]).map((own) => insert(table, own))),
    ].join("; "),
  );
  await prune(world.app);
  await pruneAudit(world.app);
  const left: string[] = [];
  for (const { name } of old)
    if ((await rowsOf(url, `select 1 from ${name}`)).length > 0) left.push(`${name}: ${bounds.get(name)}`);
  expect(left).toEqual([]);
  expect(old.length).toBeGreaterThan(15);
  await world.close();
});
