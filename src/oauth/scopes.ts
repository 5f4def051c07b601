import { expand, type Permission, permissions, presets } from "../access/permissions";
import { credentialPermissions } from "../access/token-standing";
import { Problem } from "../problems";

/** Scopes of OpenID Connect, which tell an app about the user and permit nothing inside of organizations. */
const identityScopes = {
  openid: "Know who you are",
  profile: "See your name",
  email: "See your email address",
  offline_access: "Stay connected while you are away",
} as const;

/** What no app is given are permissions with which it would get credentials that outlive what the user has let it do. */
const givable: readonly Permission[] = permissions.filter((permission) => !credentialPermissions.has(permission));

/** Every scope that an app can ask for. */
export const supportedScopes: readonly string[] = [...Object.keys(identityScopes), ...givable];

/** What an app gets that asks for nothing in particular: everything that can be read. */
export const defaultScopes: readonly string[] = presets["read-only"];

const maxScopes = 200;

/**
 * The scopes that an app asks for, each permission by its own name: what `members:*` stands for later does not become part of what was agreed to.
 * @param asked separated by spaces; without any, everything that can be read
 * @param most what the client may be given; null for no limit
 * @throws Problem INVALID_SCOPE
 */
export function readScopes(asked: string | undefined, most: readonly string[] | null): string[] {
  const allowed = most && new Set(most.flatMap(expandScope));
  // Without a value it is as if it were not there (RFC 6749, 3.1).
  if (!asked?.trim()) return defaultScopes.filter((scope) => !allowed || allowed.has(scope));
  const names = asked.split(" ").filter(Boolean);
  if (names.length > maxScopes) throw new Problem("INVALID_SCOPE");
  const scopes = names.flatMap((name) => {
    const meant = expandScope(name);
    if (meant.length === 0) throw new Problem("INVALID_SCOPE");
    return meant;
  });
  if (allowed && scopes.some((scope) => !allowed.has(scope))) throw new Problem("INVALID_SCOPE");
  return [...new Set(scopes)];
}

/** What a scope stands for; nothing for one that is not known or never given. */
function expandScope(scope: string): readonly string[] {
  if (Object.hasOwn(identityScopes, scope)) return [scope];
  return expand(scope)?.filter((permission) => !credentialPermissions.has(permission)) ?? [];
}

/** Those of some scopes that are permissions. */
export const permissionsAmong = (scopes: readonly string[]): Permission[] =>
  scopes.filter((scope): scope is Permission => !Object.hasOwn(identityScopes, scope)) as Permission[];

/** A scope in words: `Remove members`. */
export function describeScope(scope: string): string {
  if (Object.hasOwn(identityScopes, scope)) return identityScopes[scope as keyof typeof identityScopes];
  const [resource = "", action = ""] = scope.split(":");
  const words = `${action} ${resource}`.replaceAll("-", " ").replace(/\bapi\b/, "API");
  return words[0]!.toUpperCase() + words.slice(1);
}
