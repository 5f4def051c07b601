import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { z } from "zod";
import { shapeOf } from "../../src/http/shape";
import { routes } from "../../src/server/routes";

/** Values of a contract, with fields that it does not name in each of its objects. */
function valuesOf(contract: unknown): fc.Arbitrary<unknown> {
  if (contract instanceof z.ZodObject) {
    const named = Object.entries(contract.shape).map(([name, field]) => [name, valuesOf(field)] as const);
    const optional = (field: unknown) => field instanceof z.ZodOptional;
    const requiredKeys = Object.keys(contract.shape).filter((name) => !optional(contract.shape[name]));
    const values = fc.record(Object.fromEntries(named), { requiredKeys });
    return contract.def.catchall ? values : values.map((value) => ({ ...value, passwordHash: "unnamed" }));
  }
  if (contract instanceof z.ZodArray) return fc.array(valuesOf(contract.element), { maxLength: 3 });
  if (contract instanceof z.ZodNullable) return fc.option(valuesOf(contract.unwrap()));
  if (contract instanceof z.ZodOptional) return valuesOf(contract.unwrap());
  if (contract instanceof z.ZodReadonly) return valuesOf(contract.unwrap());
  if (contract instanceof z.ZodUnion) return fc.oneof(...contract.options.map(valuesOf));
  if (contract instanceof z.ZodRecord)
    return fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), valuesOf(contract.valueType));
  if (contract instanceof z.ZodLiteral) return fc.constantFrom(...contract.values);
  if (contract instanceof z.ZodEnum) return fc.constantFrom(...contract.options);
  if (contract instanceof z.ZodString) return contract.def.checks?.length ? fc.constant("members:read") : fc.string();
  if (contract instanceof z.ZodNumber) return fc.integer({ min: 1, max: 100 });
  if (contract instanceof z.ZodDate) return fc.date({ noInvalidDate: true });
  if (contract instanceof z.ZodBoolean) return fc.boolean();
  if (contract instanceof z.ZodNull) return fc.constant(null);
  if (contract instanceof z.ZodUnknown) return fc.jsonValue();
  if (contract instanceof z.ZodType && contract.def.type === "string")
    return fc.constantFrom("192.0.2.1", "2001:db8::/48");
  throw new Error(`no values for ${String((contract as z.ZodType).def.type)}`);
}

const onTheWire = (value: unknown) => JSON.parse(JSON.stringify(value));

describe("a response", () => {
  for (const { method, path, response, shape } of routes) {
    if (!(response instanceof z.ZodType)) continue;
    test(`of ${method} ${path} is what its contract makes of it, and no more`, () => {
      const contract = response;
      fc.assert(
        fc.property(valuesOf(contract), (value) => {
          const parsed = contract.safeParse(value);
          fc.pre(parsed.success);
          expect(onTheWire(shape(value))).toEqual(onTheWire(parsed.data));
        }),
        { numRuns: 30 },
      );
    });
  }

  test("of a kind without a compiled shape is parsed by its contract", () => {
    const shape = shapeOf(z.object({ at: z.tuple([z.number(), z.object({ kept: z.string() })]) }));
    expect(shape({ at: [1, { kept: "a", dropped: "b" }] })).toEqual({ at: [1, { kept: "a" }] });
  });
});
