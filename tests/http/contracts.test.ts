import { describe, expect, test } from "bun:test";
import type { z } from "zod";
import { parse } from "../../src/http/parse";
import type { Detail, Problem } from "../../src/problems";
import { routes } from "../../src/server/routes";
import { inputSchemaOf, type JsonSchema } from "../support/json-schema";

/** A field of a body: where it is, and the input in which only it has a value. */
interface Field {
  path: string;
  optional: boolean;
  inputWith(value: unknown): unknown;
}

function fieldsOf(schema: JsonSchema): Field[] {
  const { properties = {}, required = [], items, anyOf = [] } = schema;
  const named = Object.entries(properties).flatMap(([name, field]) => [
    { path: name, optional: !required.includes(name), inputWith: (value: unknown) => ({ [name]: value }) },
    ...fieldsOf(field).map(({ path, optional, inputWith }) => ({
      path: `${name}.${path}`,
      optional,
      inputWith: (value: unknown) => ({ [name]: inputWith(value) }),
    })),
  ]);
  const inItems = (items ? fieldsOf(items) : []).map(({ path, optional, inputWith }) => ({
    path: `0.${path}`,
    optional,
    inputWith: (value: unknown) => [inputWith(value)],
  }));
  return [...named, ...inItems, ...anyOf.flatMap(fieldsOf)];
}

/** What is wrong with a field when it has a value. */
function faultsOf(contract: z.ZodType, { path, inputWith }: Field, value: unknown): Detail[] {
  try {
    parse(contract, inputWith(value));
    return [];
  } catch (error) {
    return (error as Problem).details!.filter((detail) => detail.path === path);
  }
}

const bodies = routes.flatMap(({ method, path, body }) => {
  if (!body) return [];
  return fieldsOf(inputSchemaOf(body)).map((field) => ({ name: `${method} ${path} ${field.path}`, body, field }));
});

describe("every field of every body", () => {
  test("is optional or not, and there are many", () => {
    expect(bodies.length).toBeGreaterThan(60);
    expect(bodies.filter(({ field }) => field.optional).length).toBeGreaterThan(30);
  });

  test("that is optional takes null", () => {
    for (const { name, body, field } of bodies.filter(({ field }) => field.optional))
      expect([name, faultsOf(body, field, null)]).toEqual([name, []]);
  });

  test("that has a value of the wrong type is told its type, and never that it is required", () => {
    for (const { name, body, field } of bodies) {
      const wrong = [5, "x", true, {}, [], ["x"], null];
      const messages = wrong.flatMap((value) => faultsOf(body, field, value).map(({ message }) => message));
      expect([name, messages.filter((message) => /required|not valid|Invalid/.test(message))]).toEqual([name, []]);
    }
  });

  test("that is required and left out is told so", () => {
    for (const { name, body, field } of bodies.filter(({ field }) => !field.optional))
      expect([name, faultsOf(body, field, undefined).map(({ message }) => message)]).toEqual([name, ["is required"]]);
  });
});
