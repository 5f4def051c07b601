import { catalog as extension } from "../extensions/catalog";
import { fieldMessages } from "../field-messages.contract";
import { isId } from "../ids";
import { Problem } from "../problems";
import type { Demand } from "./permissions";

/** The kinds of resources that keys can be bound to: the prefix of their ids by the resource that permissions name. */
export const resourceKinds: Readonly<Record<string, string>> = extension.resourceKinds ?? {};

/** The ids that a key or token is bound to; null for one that is not bound. */
export type Only = readonly string[] | null;

/** What is left to one that is bound twice. */
export const narrower = (first: Only, second: Only): Only =>
  first && second ? first.filter((id) => second.includes(id)) : (first ?? second);

/** Whether one bound is at most another. */
export const isWithinOnly = (inner: Only, outer: Only): boolean =>
  outer === null || (inner?.every((id) => outer.includes(id)) ?? false);

/**
 * Requires that one that is bound to resources may do what a rule is about: something to one of them, or what concerns no resource of these kinds. A
 * rule that lists them says `listed`, and lists no others.
 * @throws Problem NOT_FOUND for another resource, INSUFFICIENT_SCOPE for what is about none, such as creating one
 */
export function requireBound(only: Only, demand: Demand, resource: string | undefined) {
  if (only === null || !Object.hasOwn(resourceKinds, demand.split(":", 1)[0]!)) return;
  if (resource === undefined) throw new Problem("INSUFFICIENT_SCOPE", { reason: "bound" });
  if (resource !== "listed" && !only.includes(resource)) throw new Problem("NOT_FOUND");
}

/**
 * The resources that a key is to be bound to: those that are asked for, or those of the key that asks.
 * @throws Problem VALIDATION_ERROR for what is not the id of a kind that keys can be bound to, and for more than the asking key is bound to
 */
export function onlyWithin(limit: Only, asked: readonly string[] | null | undefined): string[] | null {
  const wanted = asked === undefined ? limit : asked;
  if (wanted === null) return limit && [...limit];
  const prefixes = Object.values(resourceKinds);
  const details = wanted.flatMap((id, i) => {
    const path = `only.${i}`;
    if (!prefixes.some((prefix) => isId(prefix, id))) return [{ path, message: fieldMessages.boundResource(prefixes) }];
    return limit && !limit.includes(id) ? [{ path, message: fieldMessages.beyondKeyResources }] : [];
  });
  if (details.length > 0) throw new Problem("VALIDATION_ERROR", { details });
  return [...new Set(wanted)];
}
