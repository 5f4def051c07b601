/** Everything that can be done inside an organization. Roles and key scopes are both made of these. */
export const resources = {
  organization: ["read", "update", "delete"],
  members: ["read"],
  "audit-logs": ["read"],
  "api-keys": ["read", "create", "update", "delete", "verify"],
  usage: ["read"],
} as const;

type Resources = typeof resources;

/** `resource:action`. */
export type Permission = { [R in keyof Resources]: `${R}:${Resources[R][number]}` }[keyof Resources];

/** What a role or a key may be given: a permission, everything of a resource, or everything. */
export type Grant = Permission | `${keyof Resources}:*` | "*";

export const permissions: readonly Permission[] = Object.entries(resources).flatMap(([resource, actions]) =>
  actions.map((action) => `${resource}:${action}` as Permission),
);

export const roles = ["owner", "admin", "member", "viewer"] as const;
export type Role = (typeof roles)[number];

/** The audit log holds addresses of people: it is for those who run the organization. */
const reading = permissions.filter((permission) => permission.endsWith(":read") && permission !== "audit-logs:read");

/** What each role may do. */
export const rolePermissions: Readonly<Record<Role, ReadonlySet<Permission>>> = {
  owner: new Set(permissions),
  admin: new Set(permissions.filter((permission) => permission !== "organization:delete")),
  member: new Set(reading),
  viewer: new Set<Permission>(["organization:read", "members:read"]),
};

/** Named sets of scopes for new keys. */
export const presets = {
  "read-only": reading,
  "full-access": permissions,
  /** What a pipeline needs: nothing about people, and nothing it could change. */
  ci: reading.filter((permission) => permission !== "members:read"),
} as const satisfies Record<string, readonly Permission[]>;
export type Preset = keyof typeof presets;

/** The permissions that grants stand for; undefined for one that names nothing. */
export function expand(grant: string): readonly Permission[] | undefined {
  if (grant === "*") return permissions;
  if (grant.endsWith(":*")) {
    const all = permissions.filter((permission) => permission.startsWith(grant.slice(0, -1)));
    return all.length > 0 ? all : undefined;
  }
  return permissions.includes(grant as Permission) ? [grant as Permission] : undefined;
}
