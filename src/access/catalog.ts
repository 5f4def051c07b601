/** Everything that Bask lets people and keys do inside an organization, by resource. */
export const builtIn = {
  organization: ["read", "update", "delete"],
  members: ["read", "update", "remove"],
  invitations: ["read", "create", "delete"],
  roles: ["read", "create", "update", "delete"],
  "audit-logs": ["read", "stream"],
  "api-keys": ["read", "create", "update", "delete", "verify"],
  "personal-tokens": ["read", "approve", "end"],
  usage: ["read"],
  webhooks: ["read", "create", "update", "delete"],
} as const;

export type Resources = Readonly<Record<string, readonly string[]>>;

/** `resource:action`. */
export type PermissionOf<R extends Resources> = {
  [Resource in keyof R & string]: `${Resource}:${R[Resource][number]}`;
}[keyof R & string];

/** What a role or a key may be given: a permission, everything of a resource, or everything. */
export type GrantOf<R extends Resources> = PermissionOf<R> | `${keyof R & string}:*` | "*";
