import type { z } from "zod";
import { describeIssue } from "../field-messages.contract";
import { type Detail, Problem } from "../problems";
import { flawsOf } from "./flaws";
import { nullDropper } from "./nulls";

/**
 * The input as its contract has it. Null stands for an optional field that was left out, unless the field can be null.
 * @throws Problem VALIDATION_ERROR that names what is wrong, never what was sent
 */
export function parse<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const flaws = flawsOf(input);
  if (flaws.some(({ fatal }) => fatal)) throw validationError(flaws);
  const result = schema.safeParse(nullDropper(schema)(input), { error: describeIssue });
  if (result.success && flaws.length === 0) return result.data;
  throw validationError([...(result.error?.issues.flatMap(detailsOf) ?? []), ...flaws]);
}

/** Says the first thing that is wrong in each place. */
function validationError(found: Detail[]): Problem {
  const places = new Map<string, Detail>();
  for (const { path, message } of found) if (!places.has(path)) places.set(path, { path, message });
  return new Problem("VALIDATION_ERROR", { details: [...places.values()].slice(0, 50) });
}

function detailsOf(issue: z.core.$ZodIssue): Detail[] {
  const { path, message } = issue;
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => ({ path: pathTo([...path, key]), message }));
  return [{ path: pathTo(path), message: (issue.code === "invalid_key" && issue.issues[0]?.message) || message }];
}

/** Where in an input something is. A name that was sent may be of any length. */
const pathTo = (path: PropertyKey[]) => path.map((name) => String(name).slice(0, 100)).join(".");
