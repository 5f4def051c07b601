import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import Driver from "better-sqlite3";
import { type Column, eq, getTableColumns, is, sql, Table } from "drizzle-orm";
import { drizzle } from "drizzle-orm/better-sqlite3";
import { boolean, int, json, rowId, table, text, timestamp } from "../../src/db/columns";
import type { Reader } from "../../src/db/database";
import { dialect } from "../../src/db/dialect";
import { cacheStatements, clientOf } from "../../src/db/drizzle-internals";
import { bind, bindRow, prepared, rowOf } from "../../src/db/prepared";
import * as tables from "../../src/db/tables";
import { attempts } from "../../src/db/tables";
import { raw } from "../support/raw";
import { openWorld, type World } from "../support/world";

/** A table with every kind of column, each twice: always there, and null in one row. */
const kinds = table("kinds", {
  rowId: rowId("row_id"),
  text: text("text").notNull(),
  maybeText: text("maybe_text"),
  int: int("int").notNull(),
  maybeInt: int("maybe_int"),
  timestamp: timestamp("timestamp").notNull(),
  maybeTimestamp: timestamp("maybe_timestamp"),
  boolean: boolean("boolean").notNull(),
  maybeBoolean: boolean("maybe_boolean"),
  json: json<unknown>("json").notNull(),
  maybeJson: json<unknown>("maybe_json"),
});

const rows = [
  {
    text: "häßlich 😀 '\"\\",
    maybeText: "",
    int: Number.MAX_SAFE_INTEGER,
    maybeInt: 0,
    timestamp: new Date("2026-02-28T23:59:59.999Z"),
    maybeTimestamp: new Date(0),
    boolean: true,
    maybeBoolean: false,
    json: { list: [1, "two", null] },
    maybeJson: [],
  },
  {
    text: " ",
    maybeText: null,
    int: -1,
    maybeInt: null,
    timestamp: new Date("1969-12-31T23:59:59.001Z"),
    maybeTimestamp: null,
    boolean: false,
    maybeBoolean: null,
    json: "text",
    maybeJson: null,
  },
];

const { rowId: _, ...written } = getTableColumns(kinds);
const insert = prepared("insert_kind", (db) => db.insert(kinds).values(bindRow(written)).returning());

let world: World;
beforeAll(async () => {
  world = await openWorld();
  const type = {
    sqlite: ["integer primary key autoincrement", "integer", "integer"],
    postgres: ["bigint generated always as identity", "timestamptz(3)", "boolean"],
  };
  const [id, time, bit] = type[dialect];
  await raw(
    world,
    `create table kinds (row_id ${id}, text text not null, maybe_text text, int bigint not null, maybe_int bigint, timestamp ${time} not null,
     maybe_timestamp ${time}, boolean ${bit} not null, maybe_boolean ${bit}, json text not null, maybe_json text)`,
  );
  await world.app.db.write(async (tx) => {
    for (const row of rows) await insert(tx, rowOf(written, row));
  });
});
afterAll(() => world.close());

describe("a prepared statement", () => {
  const all = (db: Reader) => db.select().from(kinds).orderBy(kinds.rowId);
  const allPrepared = prepared("all_kinds", all as (db: Reader) => never);

  test("gives and takes the same values as one that is not, for every kind of column", async () => {
    const { reader } = world.app.db;
    const expected = rows.map((row, index) => ({ rowId: index + 1, ...row }));
    expect(await all(reader)).toEqual(expected);
    expect(await allPrepared(reader, {})).toEqual(expected);
    expect(await world.app.db.write(async (tx) => insert(tx, rowOf(written, rows[0]!)))).toEqual([
      { rowId: 3, ...rows[0]! },
    ]);
    await world.app.db.write((tx) => tx.delete(kinds).where(eq(kinds.rowId, 3)));
  });

  test("is compared for every kind of column that there is", () => {
    const kindsOf = (columns: Record<string, Column>) =>
      Object.values(columns).map((column) => `${column.columnType} ${column.dataType}`);
    const known = new Set(kindsOf(getTableColumns(kinds)));
    const used = Object.values(tables).flatMap((value) => (is(value, Table) ? kindsOf(getTableColumns(value)) : []));
    expect(used.length).toBeGreaterThan(100);
    expect(used.filter((kind) => !known.has(kind))).toEqual([]);
  });

  test("gives the same rows for expressions, joins and columns of several tables", async () => {
    const build = (db: Reader) =>
      db
        .select({
          text: kinds.text,
          sum: sql<number>`${kinds.int} + 1`.mapWith(kinds.int),
          latest: sql<Date>`max(${kinds.timestamp}) over ()`.mapWith(kinds.timestamp).as("latest"),
          expiresAt: attempts.expiresAt,
        })
        .from(kinds)
        .leftJoin(attempts, eq(attempts.subject, kinds.text))
        .orderBy(kinds.rowId);
    const nested = (db: Reader) =>
      db.select().from(kinds).leftJoin(attempts, eq(attempts.subject, kinds.text)).orderBy(kinds.rowId);
    const within = (db: Reader) =>
      db
        .select({ kind: kinds, twice: sql<number>`2 * ${kinds.int}`.mapWith(Number) })
        .from(kinds)
        .innerJoin(attempts, sql`true`);
    const { reader } = world.app.db;
    await world.app.db.write(
      async (tx) => void (await tx.insert(attempts).values({ subject: "one", times: [], expiresAt: tx.now })),
    );
    expect(await prepared("kinds_within", within)(reader, {})).toEqual(await within(reader));
    expect(await within(reader)).toHaveLength(2);
    expect(await prepared("kinds_flat", build)(reader, {})).toEqual(await build(reader));
    expect(await prepared("kinds_nested", nested)(reader, {})).toEqual(await nested(reader));
    expect(await build(reader)).toHaveLength(2);
    expect((await build(reader))[1]).toMatchObject({ sum: 0, latest: rows[0]!.timestamp, expiresAt: null });
  });

  test("binds a value as its column takes it", async () => {
    const find = prepared<{ at: Date; yes: boolean }, Promise<{ text: string }[]>>(
      "find_kind",
      (db) =>
        db
          .select({ text: kinds.text })
          .from(kinds)
          .where(
            sql`${kinds.timestamp} = ${bind(kinds.timestamp, "at")} and ${kinds.boolean} = ${bind(kinds.boolean, "yes")}`,
          ) as never,
    );
    const { reader } = world.app.db;
    expect(await find(reader, { at: rows[0]!.timestamp, yes: true })).toEqual([{ text: rows[0]!.text }]);
    expect(await find(reader, { at: rows[0]!.timestamp, yes: false })).toEqual([]);
  });

  test("runs where it is asked to: in a transaction it sees what is not committed, and elsewhere it does not", async () => {
    const count = prepared("count_kinds", (db) => db.select({ n: sql<number>`count(*)`.mapWith(Number) }).from(kinds));
    const { db } = world.app;
    const undone = db.write(async (tx) => {
      await insert(tx, rowOf(written, rows[0]!));
      expect(await count(tx, {})).toEqual([{ n: 3 }]);
      expect(await count(db.reader, {})).toEqual([{ n: 2 }]);
      expect(clientOf(tx)).not.toBe(clientOf(db.reader));
      throw new Error("undo");
    });
    await expect(undone).rejects.toThrow("undo");
    expect(await count(db.reader, {})).toEqual([{ n: 2 }]);
  });

  test("has a place for a function that makes its rows, which drizzle calls", async () => {
    const query = all(world.app.db.reader) as unknown as { prepare(name: string): Record<string, unknown> };
    const statement = query.prepare("own_rows") as {
      fields: { path: string[] }[];
      customResultMapper: (rows: unknown[][]) => unknown;
      execute(): unknown;
    };
    expect(Object.hasOwn(statement, "customResultMapper")).toBe(true);
    expect(statement.fields.map(({ path }) => path)).toContainEqual(["maybeJson"]);
    statement.customResultMapper = (rows) => rows.length;
    expect(await statement.execute()).toBe(2);
  });
});

describe("the statements of an SQLite connection", () => {
  test("are compiled once for the same SQL, by drizzle too, and do not plan for each value", async () => {
    const connection = new Driver(":memory:");
    const compiled: string[] = [];
    const prepare = connection.prepare.bind(connection);
    connection.prepare = ((text: string) => {
      compiled.push(text);
      return prepare(text);
    }) as never;
    const db = drizzle({ client: cacheStatements(connection) });
    connection.exec("create table numbers (id integer)");
    const query = () => db.all(sql`select id from numbers where id = ${1} limit ${1}`);
    query();
    query();
    expect(compiled).toEqual(["select id from numbers where id = +? limit +?"]);
    connection.close();
  });
});
