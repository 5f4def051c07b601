import { fieldMessages } from "../field-messages.contract";
import { invalid, Problem } from "../problems";

/** The path of a URL, whatever its host looks like. */
export const pathOf = (url: string): string => /^\w+:\/\/[^/?#]*([^?#]*)/.exec(url)?.[1] || "/";

/** The parameters of a path. @throws Problem NOT_FOUND for one with NUL, which PostgreSQL cannot compare with */
export function readParams(params: Record<string, string>): Record<string, string> {
  for (const name in params) if (params[name]!.includes("\0")) throw new Problem("NOT_FOUND");
  return params;
}

/**
 * The query of a URL as an object, in which a parameter without a value is undefined: it stands for one that was left out.
 * @throws Problem VALIDATION_ERROR for a parameter that is given twice
 */
export function readQuery(url: string): Record<string, string | undefined> {
  const start = url.indexOf("?");
  return readFields(start < 0 ? "" : url.slice(start));
}

/** As `readQuery`, of a text in the form that queries and form bodies have. */
export function readFields(text: string): Record<string, string | undefined> {
  const fields: Record<string, string | undefined> = Object.create(null);
  for (const [name, value] of new URLSearchParams(text)) {
    if (name in fields) throw invalid(name.slice(0, 100), fieldMessages.givenTwice);
    fields[name] = value === "" ? undefined : value;
  }
  return fields;
}
