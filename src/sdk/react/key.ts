import type { Bask, Methods } from "../client";

/** What a query is known by: the method and what it is called with. */
export const keyOf = (method: string, args: readonly unknown[]): string => `${method} ${JSON.stringify(args)}`;

type AnyMethod = (...args: unknown[]) => Promise<unknown>;

/** Calls a method of the client by its name. */
export function callMethod(bask: Bask, name: keyof Methods, args: readonly unknown[]): Promise<unknown> {
  const method = name.split(".").reduce<unknown>((node, part) => (node as Record<string, unknown>)[part], bask);
  return (method as AnyMethod)(...args);
}
