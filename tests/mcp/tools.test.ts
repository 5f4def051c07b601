import { expect, test } from "bun:test";
import Ajv2020 from "ajv/dist/2020";
import { z } from "zod";
import { route } from "../../src/http/route";
import { requestOf, toolsOf } from "../../src/mcp/tools";
import { routes } from "../../src/server/routes";

const about = { summary: "Do it", description: "Does it.", response: null, run: () => null } as const;
const only = async (made: ReturnType<typeof route>) => [...(await toolsOf([made])).values()][0]!;

test("every tool has a JSON Schema of its own, without references, that its examples satisfy", async () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  for (const { definition } of (await toolsOf(routes)).values()) {
    const { name, inputSchema } = definition;
    expect([name, JSON.stringify(inputSchema).includes('"$ref"')]).toEqual([name, false]);
    const properties = inputSchema.properties as Record<string, { examples?: unknown[] }>;
    for (const [field, schema] of Object.entries(properties)) {
      const isValid = ajv.compile(schema);
      for (const example of schema.examples ?? []) expect([name, field, isValid(example)]).toEqual([name, field, true]);
    }
  }
});

test("other requests have their turn while the tools are made", async () => {
  let turns = 0;
  let isMade = false;
  const turn = () => {
    turns++;
    if (!isMade) setImmediate(turn);
  };
  setImmediate(turn);
  await toolsOf(routes);
  isMade = true;
  expect(turns).toBeGreaterThan(4);
});

test("people's own routes, cookies, downloads and what reads raw bodies are no tools", async () => {
  const all = [
    route("GET", "/a", { ...about, operationId: "a", access: "anyone" }),
    route("GET", "/b", { ...about, operationId: "b", access: "user" }),
    route("GET", "/c", { ...about, operationId: "c", access: "holder" }),
    route("GET", "/d", { ...about, operationId: "d", access: "operator" }),
    route("GET", "/e", { ...about, operationId: "e", access: "actor", response: "text/csv", run: () => "" }),
    route("POST", "/f", { ...about, operationId: "f", access: "actor", rawBody: true }),
    route("GET", "/g", { ...about, operationId: "g", access: "actor" }),
  ];
  expect([...(await toolsOf(all)).keys()]).toEqual(["g"]);
});

test("arguments go where the route has them", async () => {
  const query = z.strictObject({ dryRun: z.enum(["true", "false"]).optional() });
  const body = z.strictObject({ name: z.string() });
  const tool = await only(
    route("POST", "/things/:id", { ...about, operationId: "t", access: "actor", query, body, status: 201 }),
  );
  expect(tool.definition.inputSchema.required).toEqual(["id", "name"]);
  const given = { id: "a b/../c", dryRun: true, name: "New", idempotencyKey: "once" };
  expect(requestOf(tool, given)).toEqual({
    params: { id: "a b/../c" },
    target: "/things/a%20b%2F..%2Fc?dryRun=true",
    headers: { "Idempotency-Key": "once" },
    body: { name: "New" },
  });
  expect(() => requestOf(tool, { name: "New" })).toThrow();
  expect(() => requestOf(tool, { id: "", name: "New" })).toThrow();
  expect(() => requestOf(tool, { id: { $ne: null }, name: "New" })).toThrow();
  expect(() => requestOf(tool, { id: "a", __proto__: null, other: 1 })).toThrow();
});

test("a body that is no plain object, or has the name of another argument, is one argument", async () => {
  const choice = z.discriminatedUnion("kind", [z.object({ kind: z.literal("a") }), z.object({ kind: z.literal("b") })]);
  for (const body of [choice, z.strictObject({ id: z.string() })]) {
    const tool = await only(route("PUT", "/things/:id", { ...about, operationId: "t", access: "actor", body }));
    expect(tool.definition.inputSchema.required).toEqual(["id", "body"]);
    expect(requestOf(tool, { id: "a", body: { kind: "a" } })).toMatchObject({
      target: "/things/a",
      body: { kind: "a" },
    });
  }
});
