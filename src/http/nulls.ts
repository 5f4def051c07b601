import { z } from "zod";

type Dropper = (input: unknown) => unknown;

const droppers = new WeakMap<z.ZodType, Dropper>();
const keep: Dropper = (input) => input;

/**
 * Compiles a contract into a function that drops null where a field is optional and cannot be null: clients in languages without
 * undefined send null for what they leave out.
 */
export function nullDropper(schema: z.ZodType): Dropper {
  const dropper = droppers.get(schema) ?? compile(schema) ?? keep;
  droppers.set(schema, dropper);
  return dropper;
}

/** Undefined where there is nothing to drop. */
function compile(schema: unknown): Dropper | undefined {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault)
    return compile(schema.unwrap());
  if (schema instanceof z.ZodPipe) return compile(schema.def.in);
  if (schema instanceof z.ZodObject) return ofObject(schema);
  if (schema instanceof z.ZodArray) {
    const ofElement = compile(schema.element);
    return ofElement && ((input) => (Array.isArray(input) ? input.map(ofElement) : input));
  }
  return undefined;
}

function ofObject(schema: z.ZodObject): Dropper | undefined {
  const fields = Object.entries(schema.shape).flatMap(([name, field]) => {
    const optional = field.safeParse(undefined).success && !field.safeParse(null).success;
    const inner = compile(field);
    return optional || inner ? [{ name, optional, inner }] : [];
  });
  if (fields.length === 0) return undefined;
  return (input) => {
    if (typeof input !== "object" || input === null || Array.isArray(input)) return input;
    const output: Record<string, unknown> = { ...input };
    for (const { name, optional, inner } of fields) {
      if (!Object.hasOwn(output, name)) continue;
      if (optional && output[name] === null) delete output[name];
      else if (inner) output[name] = inner(output[name]);
    }
    return output;
  };
}
