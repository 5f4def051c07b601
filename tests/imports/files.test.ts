import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { type FileRecord, ImportFileError } from "../../src/imports/files/import-file";
import { readRecords } from "../../src/imports/files/records";
import { temporaryFolder } from "../support/process";

let folder: ReturnType<typeof temporaryFolder>;
beforeAll(() => {
  folder = temporaryFolder();
});
afterAll(() => folder[Symbol.dispose]());

const write = (content: string | Uint8Array, name = "users") => {
  const path = join(folder.path, name);
  writeFileSync(path, content);
  return path;
};
const read = async (content: string | Uint8Array, name?: string, columns?: string[]): Promise<FileRecord[]> =>
  Array.fromAsync(readRecords(write(content, name), columns));
const lines = (records: FileRecord[]) => records.map(({ line }) => line);
const fields = (records: FileRecord[]) => records.map((record) => record.fields);

/** The sentence a file is refused with, without its path. */
async function refusal(content: string | Uint8Array, name?: string): Promise<string> {
  try {
    await read(content, name);
  } catch (error) {
    if (error instanceof ImportFileError)
      return error.message.replaceAll(folder.path, "").replaceAll("/users", "users");
    throw error;
  }
  return "read";
}

const people = [{ id: 1 }, { id: 2, name: "Zoë 🦊" }];

describe("a file is read as what it is", () => {
  const formats: [name: string, content: string][] = [
    ["a JSON array", JSON.stringify(people)],
    ["a JSON array on many lines", JSON.stringify(people, null, 2)],
    ["the list of a JSON object", JSON.stringify({ realm: "acme", roles: [{ id: 9 }], users: people, count: 2 })],
    [
      "the list of a JSON object on many lines",
      JSON.stringify({ roles: { users: [{ id: 9 }] }, users: people }, null, 2),
    ],
    ["NDJSON", people.map((one) => JSON.stringify(one)).join("\n")],
    [
      "NDJSON with CRLF, blank lines and a last line end",
      `${people.map((one) => JSON.stringify(one)).join("\r\n\r\n")}\r\n`,
    ],
  ];
  test.each(formats)("%s", async (_, content) => {
    expect(fields(await read(content))).toEqual(people);
    expect(fields(await read(`\ufeff${content}`))).toEqual(people);
    expect(fields(await read(gzipSync(content), "users.gz"))).toEqual(people);
  });

  const rows = [{ id: "1" }, { id: "2", name: "Zoë, 🦊" }];
  test.each([
    ["CSV", 'id,name\n1,\n2,"Zoë, 🦊"\n'],
    ["CSV with CRLF", 'id,name\r\n1,\r\n2,"Zoë, 🦊"'],
    ["CSV with semicolons", "id;name\n1;\n2;Zoë, 🦊\n"],
    ["CSV with tabs", " id \tname\n1\t\n2\tZoë, 🦊\n"],
  ])("%s", async (_, content) => {
    expect(fields(await read(content))).toEqual(rows);
    expect(fields(await read(`\ufeff${content}`))).toEqual(rows);
  });

  test("CSV without a header, with cells beyond the known columns that are empty", async () => {
    expect(fields(await read('1,An "odd" name,\n2,,\n', "users", ["id", "name"]))).toEqual([
      { id: "1", name: 'An "odd" name' },
      { id: "2" },
    ]);
    expect(fields(await read("id,name\n1,x\n", "users", ["id", "name"]))).toEqual([{ id: "1", name: "x" }]);
  });

  test("what lies on the border of two pieces", async () => {
    const many = Array.from({ length: 3000 }, (_, i) => ({ id: i, name: `Zoë 🦊 ${"é".repeat(i % 70)}` }));
    for (const content of [
      JSON.stringify(many),
      JSON.stringify({ users: many }, null, 1),
      many.map((one) => JSON.stringify(one)).join("\n"),
    ]) {
      expect(fields(await read(content))).toEqual(many);
    }
  });
});

describe("line numbers are those of an editor", () => {
  test("in CSV with line ends in cells and blank lines", async () => {
    for (const end of ["\n", "\r\n"]) {
      const content = ["id,name", '1,"two', 'lines"', "", "2,one", '3,"a', "", 'b"', "4,x,y", "5,z"].join(end);
      const records = await read(content);
      expect(lines(records)).toEqual([2, 5, 6, 9, 10]);
      expect(records[3]).toMatchObject({ fields: undefined, flaw: "has 3 cells where the header has 2" });
    }
  });

  test("in NDJSON, where one bad line does not matter to the others", async () => {
    const records = await read('{"id":1}\n\n{"id":\n[1]\n{"id":2}\n', "users.ndjson");
    expect(records).toEqual([
      { line: 1, fields: { id: 1 } },
      { line: 3, fields: undefined, flaw: "is not JSON" },
      { line: 4, fields: undefined, flaw: "is not a JSON object" },
      { line: 5, fields: { id: 2 } },
    ]);
  });

  test("in JSON", async () => {
    const content = `{\n  "other": [\n    { "a": 1 }\n  ],\n  "users": [{ "id": 1,\n "x": {} },\n\n  { "id": 2 }, "three",\n{"id": 4}]\n}`;
    const records = await read(content);
    expect(lines(records).filter((_, i) => i !== 2)).toEqual([5, 8, 9]);
    expect(records[2]).toMatchObject({ fields: undefined, flaw: "is not a JSON object" });
  });
});

describe("a file that cannot be read to its end is refused with what to do", () => {
  const latin1 = Buffer.from("id,name\n1,x\n2,Zo\xeb\n", "latin1");
  const utf16 = Buffer.from("\ufeffid,name\n1,x\n", "utf16le");
  test.each<[name: string, content: string | Uint8Array, sentence: string]>([
    [
      "Latin-1",
      latin1,
      "users is not in UTF-8: line 3 is in another encoding, perhaps Latin-1. Convert it first: iconv -f WINDOWS-1252 -t UTF-8 users",
    ],
    ["UTF-16", utf16, "users is in UTF-16. Convert it to UTF-8 first: iconv -f UTF-16 -t UTF-8 users"],
    [
      "a spreadsheet",
      new Uint8Array([0x50, 0x4b, 3, 4, 0]),
      "users is a ZIP archive or a spreadsheet. Unpack it, or save it as CSV, first.",
    ],
    [
      "gzip that is cut off",
      gzipSync("x".repeat(5000)).subarray(0, 20),
      "users cannot be decompressed: it is damaged.",
    ],
    ["nothing", " \n", "users is empty."],
    ["HTML", "<!doctype html>", "users is HTML or XML, not JSON, NDJSON or CSV."],
    ["JSON that is cut off", '[{"id":1},\n{"id":2}', "users is not JSON, or not all of it is there: see line 2."],
    [
      "JSON with a mistake",
      '{\n"users": [\n{"id":1} {"id":2}]}',
      "users is not JSON, or not all of it is there: see line 3.",
    ],
    ["JSON with more behind it", '[{"id":1}]\n[', "users is not JSON, or not all of it is there: see line 2."],
    [
      "a JSON object without a list",
      '{\n"people": []}',
      "users has no list of users under users or user or accounts or account or data.",
    ],
    [
      "CSV with a stray quote",
      'id,name\n1,x\n2,"y"z\n',
      "users cannot be read as CSV: the record that begins on line 3 has a quote in a wrong place.",
    ],
    [
      "CSV with an open quote",
      'id,name\n1,x\n2,"y\n3,z\n',
      "users cannot be read as CSV: the record that begins on line 3 has a quote in a wrong place.",
    ],
    [
      "CSV with an endless cell",
      `id,name\n1,"${"x\n".repeat(600_000)}`,
      "users cannot be read as CSV: the record that begins on line 2 is longer than a million characters.",
    ],
    [
      "JSON with an endless record",
      `[\n{"id":"${"x".repeat(1_200_000)}"}]`,
      "users has a record on line 2 that is longer than a million bytes.",
    ],
  ])("%s", async (_, content, sentence) => {
    expect(await refusal(content)).toBe(sentence);
  });

  test("and so are a folder and a file that is not there", async () => {
    mkdirSync(join(folder.path, "folder"));
    for (const [name, code] of [
      ["folder", "EISDIR"],
      ["missing", "ENOENT"],
    ] as const) {
      const path = join(folder.path, name);
      expect(Array.fromAsync(readRecords(path))).rejects.toThrow(`${path} cannot be read (${code}).`);
    }
  });

  test("but a line of NDJSON without end is one bad record", async () => {
    const records = await read(`{"id":1}\n{"id":"${"x".repeat(1_100_000)}"}\n{"id":2}\n`);
    expect(records.map(({ line, flaw }) => [line, flaw])).toEqual([
      [1, undefined],
      [2, "is longer than a million characters"],
      [3, undefined],
    ]);
  });
});
