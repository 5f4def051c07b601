/** Everything that Bask lets people and keys do inside an organization. */
export const builtIn = {
  organization: ["read", "update", "delete"],
  members: ["read", "update", "remove"],
  invitations: ["read", "create", "delete"],
  roles: ["read", "create", "update", "delete"],
  "audit-logs": ["read"],
  "api-keys": ["read", "create", "update", "delete", "verify"],
  usage: ["read"],
} as const;

type Resources = Readonly<Record<string, readonly string[]>>;

/** `resource:action`. */
export type PermissionOf<R extends Resources> = {
  [Resource in keyof R & string]: `${Resource}:${R[Resource][number]}`;
}[keyof R & string];

/** What a role or a key may be given: a permission, everything of a resource, or everything. */
export type GrantOf<R extends Resources> = PermissionOf<R> | `${keyof R & string}:*` | "*";

interface Extension<R extends Resources, Presets> {
  /** Your resources and what can be done with them. Owners and admins may do all of it; every role but viewer, what is called `read`. */
  resources: R;
  /** What members and viewers may do besides. */
  roles: { member: readonly PermissionOf<R>[]; viewer: readonly PermissionOf<R>[] };
  /** Named sets of scopes for new keys. */
  presets: Presets;
}

/** Declares an extension of the catalogue. A permission that exists nowhere does not compile. */
export const extend = <
  const R extends Resources,
  const Presets extends Readonly<Record<string, readonly GrantOf<R & typeof builtIn>[]>>,
>(
  extension: Extension<R, Presets>,
) => extension;
