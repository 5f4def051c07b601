import { expand, type Grant, type Permission, presets } from "../access/permissions";
import { invalid, Problem } from "../problems";

/** Scopes for a key, as a list or by the name of a preset. */
export interface ScopeInput {
  scopes?: string[] | undefined;
  preset?: keyof typeof presets | undefined;
}

/**
 * The scopes an actor may give: each known and within what they may do themselves. A preset is given as far as they have it.
 * @throws Problem VALIDATION_ERROR
 */
export function grantable({ scopes, preset = "read-only" }: ScopeInput, own: ReadonlySet<Permission>): Grant[] {
  if (!scopes) {
    const granted = presets[preset].filter((permission) => own.has(permission));
    if (granted.length === 0) throw invalid("preset", "holds nothing that you may do yourself");
    return granted;
  }
  const details = scopes.flatMap((scope, i) => {
    const meant = expand(scope);
    if (!meant) return [{ path: `scopes.${i}`, message: "is not a scope" }];
    return meant.every((permission) => own.has(permission))
      ? []
      : [{ path: `scopes.${i}`, message: "goes beyond what you may do yourself" }];
  });
  if (details.length > 0) throw new Problem("VALIDATION_ERROR", { details });
  return [...new Set(scopes)] as Grant[];
}

/** Refuses to let an actor act on a key that may do more than they may. @throws Problem FORBIDDEN */
export function refuseBeyond(scopes: readonly string[], own: ReadonlySet<Permission>) {
  const within = scopes.every((scope) => expand(scope)?.every((permission) => own.has(permission)) ?? true);
  if (!within) throw new Problem("FORBIDDEN", { message: "This key may do more than you may yourself." });
}
