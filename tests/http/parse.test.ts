import { describe, expect, test } from "bun:test";
import { z } from "zod";
import { parse } from "../../src/http/parse";
import { readQuery } from "../../src/http/url";
import type { Problem } from "../../src/problems";
import { Page, pageLimit, text } from "../../src/shapes.contract";

/** `path message` of everything that is wrong with an input. */
function faults(schema: z.ZodType, input: unknown): string[] {
  try {
    parse(schema, input);
    return [];
  } catch (error) {
    return (error as Problem).details!.map(({ path, message }) => `${path} ${message}`.trim());
  }
}

const Everything = z.strictObject({
  name: text(5).min(2),
  count: z.int().min(1).max(9),
  scopes: z.array(text(5)).min(1).max(2),
  flag: z.boolean(),
  kind: z.enum(["a", "b"]),
  nested: z.strictObject({ note: text(5).nullable().optional(), other: text(5).optional() }).optional(),
  notes: z.record(z.string().regex(/^[a-z]+$/, "must be letters"), text(5)).optional(),
});
const good = { name: "Ada", count: 1, scopes: ["a"], flag: true, kind: "a" };

describe("an input that a contract does not accept", () => {
  test("is told what is missing, and only then that it is required", () => {
    expect(faults(Everything, {})).toEqual(Object.keys(good).map((name) => `${name} is required`));
    for (const body of [null, [], "x", 5, true])
      expect([body, faults(Everything, body)]).toEqual([body, ["must be an object"]]);
  });

  test("is told the type that each field must have", () => {
    const messages = {
      name: "must be a string",
      count: "must be a number",
      scopes: "must be a list",
      flag: "must be true or false",
      kind: "must be one of: a, b",
      nested: "must be an object",
      notes: "must be an object",
    };
    const values = ["90", 90, true, [], {}];
    const accepted = { name: 0, count: 1, scopes: 3, flag: 2, kind: -1, nested: 4, notes: 4 };
    for (const [name, message] of Object.entries(messages))
      for (const [i, value] of values.entries()) {
        if (accepted[name as keyof typeof accepted] === i) continue;
        expect([name, value, faults(Everything, { ...good, [name]: value })]).toEqual([
          name,
          value,
          [`${name} ${message}`],
        ]);
      }
    expect(faults(Everything, { ...good, count: 1.5 })).toEqual(["count must be a whole number"]);
  });

  test("is told the bounds of each field", () => {
    const cases: [object, string][] = [
      [{ name: "x" }, "name must have at least 2 characters"],
      [{ name: "too long" }, "name must have at most 5 characters"],
      [{ count: 0 }, "count must be at least 1"],
      [{ count: 10 }, "count must be at most 9"],
      [{ scopes: [] }, "scopes must not be empty"],
      [{ scopes: ["a", "b", "c"] }, "scopes must have at most 2 entries"],
      [{ scopes: ["a", 5] }, "scopes.1 must be a string"],
      [{ extra: 1 }, "extra is not a known field"],
      [{ nested: { extra: 1 } }, "nested.extra is not a known field"],
      [{ notes: { A: "x" } }, "notes.A must be letters"],
    ];
    for (const [change, fault] of cases) expect(faults(Everything, { ...good, ...change })).toEqual([fault]);
  });

  test("is told of __proto__ wherever it is, and it takes effect nowhere", () => {
    const bodies = {
      ["__proto__"]: '{"__proto__":{"polluted":1},',
      "notes.__proto__": '{"notes":{"__proto__":"x"},',
      "nested.__proto__": '{"nested":{"__proto__":{"polluted":1}},',
    };
    for (const [path, beginning] of Object.entries(bodies)) {
      const body = JSON.parse(beginning + JSON.stringify(good).slice(1));
      expect(faults(Everything, body)).toEqual([`${path} is not a known field`]);
    }
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test("is told of text that cannot be stored, in values and in names", () => {
    expect(faults(Everything, { ...good, name: "a\0b" })).toEqual(["name must not contain a NUL character"]);
    expect(faults(Everything, { ...good, scopes: ["\ud800"] })).toEqual(["scopes.0 must be valid Unicode text"]);
    expect(faults(Everything, { ...good, notes: { "a\0": "x" } })).toContain("notes.a\0 must be letters");
  });

  test("is not looked at beyond a depth and a number of entries that no contract has", () => {
    const deep = (levels: number): unknown => (levels === 0 ? "x" : [deep(levels - 1)]);
    expect(faults(z.unknown(), deep(16))).toEqual([]);
    expect(faults(z.unknown(), deep(17))).toEqual([
      expect.stringContaining("must not be nested more than 16 levels deep"),
    ]);
    expect(faults(Everything, { ...good, scopes: Array(1_001).fill(5) })).toEqual([
      "scopes must have at most 1000 entries",
    ]);
  });
});

describe("null", () => {
  test("stands for an optional field that was left out, at every level", () => {
    const Contract = z.strictObject({
      code: text(5).optional(),
      session: z.enum(["a", "b"]).default("a"),
      nested: z.strictObject({ theme: text(5).optional() }).optional(),
      keys: z.array(z.strictObject({ ip: text(5).optional() })).optional(),
    });
    expect(parse(Contract, { code: null, session: null, nested: { theme: null }, keys: [{ ip: null }] })).toEqual({
      session: "a",
      nested: {},
      keys: [{}],
    });
    expect(parse(Contract, { nested: null, keys: null })).toEqual({ session: "a" });
  });

  test("is a value where a field can be null, and no value where it is required", () => {
    const Contract = z.strictObject({ name: text(5), note: text(5).nullable().optional() });
    expect(parse(Contract, { name: "Ada", note: null })).toEqual({ name: "Ada", note: null });
    expect(faults(Contract, { name: null })).toEqual(["name must be a string"]);
  });

  test("changes nothing of what was sent", () => {
    const input = { limit: null };
    parse(z.strictObject({ limit: pageLimit(9, 5) }), input);
    expect(input).toEqual({ limit: null });
  });
});

describe("a query", () => {
  const read = (query: string) => parse(Page, readQuery(`http://localhost/x${query}`));

  test("has what was left out where a parameter has no value", () => {
    for (const query of ["", "?", "?limit=", "?limit=&cursor=", "?cursor"]) expect(read(query)).toEqual({ limit: 50 });
  });

  test("names parameters that are unknown, given twice or no number", () => {
    const cases = {
      "?colour=red": "colour is not a known field",
      "?colour=": "colour is not a known field",
      "?limit=1&limit=2": "limit must be given once",
      "?limit=x": "limit must be a number",
      "?limit=1.5": "limit must be a whole number",
      "?limit=101": "limit must be at most 100",
      "?cursor=%00": "cursor must not contain a NUL character",
    };
    for (const [query, fault] of Object.entries(cases)) {
      const error = (() => {
        try {
          read(query);
        } catch (error) {
          return error as Problem;
        }
      })();
      expect([query, error?.details?.map(({ path, message }) => `${path} ${message}`)]).toEqual([query, [fault]]);
    }
  });
});
