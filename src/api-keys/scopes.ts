import { grantable } from "../access/grants";
import { expand, expandAll, type Grant, type Permission, type Preset, presets } from "../access/permissions";
import { fieldMessages } from "../field-messages.contract";
import { invalid, Problem } from "../problems";

/** Scopes for a key, as a list or by the name of a preset. */
export interface ScopeInput {
  scopes?: string[] | undefined;
  preset?: string | undefined;
}

/**
 * The scopes an actor may give: each known and within what they may do themselves. A preset is given as far as they have it.
 * @throws Problem VALIDATION_ERROR
 */
export function scopesFrom({ scopes, preset = "read-only" }: ScopeInput, own: ReadonlySet<Permission>): Grant[] {
  if (scopes) return grantable(scopes, own, "scopes");
  if (!Object.hasOwn(presets, preset)) throw invalid("preset", fieldMessages.oneOf(Object.keys(presets)));
  const granted = expandAll(presets[preset as Preset]).intersection(own);
  if (granted.size === 0) throw invalid("preset", fieldMessages.emptyPreset);
  return [...granted];
}

/** Refuses to let an actor act on a key that may do more than they may. @throws Problem FORBIDDEN */
export function requireWithinPermissions(scopes: readonly string[], own: ReadonlySet<Permission>) {
  const within = scopes.every((scope) => expand(scope)?.every((permission) => own.has(permission)) ?? true);
  if (!within) throw new Problem("FORBIDDEN", { reason: "key_beyond_permissions" });
}

/** What is left of scopes within some permissions; a scope that goes beyond them becomes those of its permissions that do not. */
export const narrowScopes = (scopes: readonly Grant[], within: ReadonlySet<Permission>): Grant[] => [
  ...new Set(
    scopes.flatMap((scope) => {
      const meant = expand(scope) ?? [];
      return meant.every((permission) => within.has(permission))
        ? [scope]
        : meant.filter((permission) => within.has(permission));
    }),
  ),
];
