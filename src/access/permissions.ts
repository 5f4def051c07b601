import { catalog as extension } from "../extensions/catalog";
import { builtIn, type GrantOf, type PermissionOf } from "./catalog";

/** Everything that can be done inside an organization. Roles and key scopes are both made of these. */
export const resources = { ...builtIn, ...extension.permissions };

export type Permission = PermissionOf<typeof resources>;
export type Grant = GrantOf<typeof resources>;

/** What a rule demands of its actor: a permission, or only that they are a user who belongs to the organization. */
export type Demand = Permission | "membership";

export const permissions: readonly Permission[] = Object.entries(resources).flatMap(([resource, actions]) =>
  actions.map((action) => `${resource}:${action}` as Permission),
);

/** The built-in roles. */
export const roles = ["owner", "admin", "member", "viewer"] as const;
export type Role = (typeof roles)[number];

/**
 * Without the audit log, which holds the IP addresses of members, webhooks, which repeat it, and the personal access tokens of others: only
 * owners and admins read them.
 */
const reading = permissions.filter(
  (permission) =>
    permission.endsWith(":read") && !["audit-logs:read", "webhooks:read", "personal-tokens:read"].includes(permission),
);

/** What each built-in role may do. */
export const rolePermissions: Readonly<Record<Role, ReadonlySet<Permission>>> = {
  owner: new Set(permissions),
  admin: new Set(permissions.filter((permission) => permission !== "organization:delete")),
  member: new Set([...reading, ...extension.roles.member]),
  viewer: new Set<Permission>(["organization:read", "members:read", ...extension.roles.viewer]),
};

/** Named sets of scopes for new keys. */
export const presets = {
  "read-only": reading,
  "full-access": permissions,
  /** For pipelines: nothing about people, and nothing that changes anything. */
  ci: ["organization:read", "api-keys:read", "usage:read"],
  ...extension.presets,
} as const satisfies Record<string, readonly Grant[]>;
export type Preset = keyof typeof presets;

/** The permissions that a grant stands for; undefined for an unknown one. */
export function expand(grant: string): readonly Permission[] | undefined {
  if (grant === "*") return permissions;
  if (grant.endsWith(":*")) {
    const all = permissions.filter((permission) => permission.startsWith(grant.slice(0, -1)));
    return all.length > 0 ? all : undefined;
  }
  return permissions.includes(grant as Permission) ? [grant as Permission] : undefined;
}

export const isPermission = (text: string): text is Permission => (permissions as readonly string[]).includes(text);

/** What an unknown grant may have meant: the permissions of its resource, or all resources. */
export function knownLike(grant: string): string {
  const [resource = ""] = grant.split(":");
  const actions = Object.hasOwn(resources, resource) ? resources[resource as keyof typeof resources] : undefined;
  return actions
    ? actions.map((action) => `${resource}:${action}`).join(", ")
    : Object.keys(resources)
        .map((name) => `${name}:*`)
        .join(", ");
}

/** The permissions that several grants stand for. Grants that the catalog does not know any more give nothing. */
export const expandAll = (grants: readonly string[]): Set<Permission> =>
  new Set(grants.flatMap((grant) => expand(grant) ?? []));

/** What a role may do. A custom role is made of grants; a built-in one has none of its own. */
export const permissionsOfRole = (role: string, grants: readonly Grant[] | null): ReadonlySet<Permission> =>
  isBuiltIn(role) ? rolePermissions[role] : expandAll(grants ?? []);

/**
 * What someone must hold themselves to give a role away. For a built-in role that is what Bask put into it: what a product adds to it comes
 * with the role, or members who manage others by an older custom role could no longer give it.
 */
export const permissionsToAssign = (role: string, grants: readonly Grant[] | null): ReadonlySet<Permission> =>
  isBuiltIn(role) ? rolePermissions[role].intersection(ownPermissions) : expandAll(grants ?? []);

const ownPermissions = new Set(
  Object.entries(builtIn).flatMap(([resource, actions]) =>
    actions.map((action) => `${resource}:${action}` as Permission),
  ),
);

export const isBuiltIn = (role: string): role is Role => (roles as readonly string[]).includes(role);

/**
 * The rank of a member, by what they may do: 3 deletes the organization, 2 changes it, 1 manages its members.
 * Members change only members of a lower rank.
 */
export function rank(permissions: ReadonlySet<Permission>): number {
  if (permissions.has("organization:delete")) return 3;
  if (permissions.has("organization:update")) return 2;
  return permissions.has("members:update") || permissions.has("members:remove") ? 1 : 0;
}
