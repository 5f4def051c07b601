import type { ResponseHeaders } from "./platform";
import type { RateLimit } from "./promise";

/** Puts the first arguments into a path in place of its parameters. */
export function fillPath(template: string, given: readonly unknown[]): { path: string; rest: unknown[] } {
  const rest = [...given];
  const path = template.replaceAll("*", () => {
    const value = rest.shift();
    // An empty or a dotted segment would lead to another route.
    if (typeof value !== "string" || /^\.{0,2}$/.test(value)) throw new TypeError(`${template} with the id ${value}`);
    return encodeURIComponent(value);
  });
  return { path, rest };
}

/** The query of the values that are given. False is the same as nothing. */
export function queryString(values: unknown): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values ?? {}))
    if (value !== undefined && value !== false)
      query.set(name, value instanceof Date ? value.toISOString() : `${value}`);
  const text = query.toString();
  return text && `?${text}`;
}

export function rateLimitOf(headers: ResponseHeaders): RateLimit | undefined {
  const [limit, remaining, reset] = ["Limit", "Remaining", "Reset"].map((name) => headers.get(`X-RateLimit-${name}`));
  if (limit == null) return undefined;
  return { limit: Number(limit), remaining: Number(remaining), reset: new Date(Number(reset) * 1_000) };
}
