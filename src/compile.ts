/** One field of an object that is made: its name, and the expression for its value. */
export interface Field {
  name: string;
  value: string;
}

/**
 * Compiles a function of one value into an object with these fields. A loop over names has to find the place of each in each object; an object
 * literal has its places from the start, which makes rows and responses several times as fast. Names and expressions are the program's own.
 * @param input the name of the value in the expressions
 * @param constants what the expressions refer to beside it
 */
export function compileObject(
  input: string,
  fields: readonly Field[],
  constants: Record<string, unknown>,
): (value: unknown) => object {
  const body = fields.map(({ name, value }) => `${JSON.stringify(name)}: ${value}`).join(", ");
  return compile(input, `({ ${body} })`, constants) as (value: unknown) => object;
}

/** As `compileObject`, for an array. */
export const compileArray = (input: string, values: readonly string[], constants: Record<string, unknown>) =>
  compile(input, `[${values.join(", ")}]`, constants) as (value: unknown) => unknown[];

const compile = (input: string, expression: string, constants: Record<string, unknown>) =>
  new Function(...Object.keys(constants), `return (${input}) => ${expression};`)(...Object.values(constants));
