import { z } from "zod";
import { compileObject } from "../compile";
import { lazy } from "../lazy";

export type Shape = (value: unknown) => unknown;

/**
 * Compiles a contract into a function that keeps what the contract names, drops the rest and writes dates as JSON has them. The
 * compiler has already checked the value against the contract, so it is not validated again, which is several times as fast. Kinds
 * of contract that are not known here are left to their own `parse`. It is compiled by the first value.
 */
export function shapeOf(contract: z.ZodType): Shape {
  const compiled = lazy(() => shape(contract) ?? ((value: unknown) => value));
  return (value) => compiled()(value);
}

/** Undefined where every value is kept as it is. */
function shape(contract: unknown): Shape | undefined {
  if (contract instanceof z.ZodObject) return object(contract);
  if (contract instanceof z.ZodArray) return array(contract);
  if (contract instanceof z.ZodNullable || contract instanceof z.ZodOptional) return maybe(contract.unwrap());
  if (contract instanceof z.ZodDiscriminatedUnion) return choice(contract);
  if (contract instanceof z.ZodDate) return (value) => (value as Date).toISOString();
  if (leaves.some((leaf) => contract instanceof leaf)) return undefined;
  return (value) => (contract as z.ZodType).parse(value);
}

const leaves = [z.ZodString, z.ZodNumber, z.ZodBoolean, z.ZodEnum, z.ZodLiteral, z.ZodNull, z.ZodUnknown, z.ZodRecord];

function object(contract: z.ZodObject): Shape {
  const shapes: Record<string, Shape> = {};
  const fields = Object.entries(contract.shape).map(([name, field], i) => {
    const given = `given[${JSON.stringify(name)}]`;
    const inner = shape(field);
    if (!inner) return { name, value: given };
    shapes[`shape${i}`] = inner;
    return { name, value: `${given} === undefined ? undefined : shape${i}(${given})` };
  });
  return compileObject("given", fields, shapes);
}

function array(contract: z.ZodArray): Shape | undefined {
  const element = shape(contract.element);
  return element && ((value) => (value as unknown[]).map(element));
}

function maybe(contract: unknown): Shape | undefined {
  const inner = shape(contract);
  return inner && ((value) => (value == null ? value : inner(value)));
}

/** Objects told apart by a field. */
function choice(contract: z.ZodDiscriminatedUnion): Shape {
  const { discriminator, options } = contract.def;
  const shapes = new Map(
    options.flatMap((option) => {
      const field = (option as z.ZodObject).shape[discriminator] as z.ZodLiteral;
      return [...field.values].map((name) => [name as unknown, shapeOf(option as z.ZodType)] as const);
    }),
  );
  return (value) => shapes.get((value as Record<string, unknown>)[discriminator])!(value);
}
