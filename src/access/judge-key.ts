import type { Principal } from "./principals";

/** Why a key is refused. */
export type KeyRefusal = "unknown" | "expired" | "environment" | "ip" | "scope";

/**
 * Why a key cannot be used, whether it was sent here or to another service that asks; undefined when it can, as far as its quotas allow.
 * @param from where it is used from; read only for a key that may not be used from everywhere
 * @param now milliseconds since 1970
 * @param environments those this deployment accepts
 * @param permission one the key must have
 */
export function judgeKey(
  key: Principal | undefined,
  from: { readonly ip: string | undefined },
  now: number,
  environments: readonly string[],
  permission?: string,
): KeyRefusal | undefined {
  if (!key) return "unknown";
  if (key.expiresAt <= now) return "expired";
  if (!environments.includes(key.environment)) return "environment";
  if (key.allows && !(from.ip !== undefined && key.allows(from.ip))) return "ip";
  const permissions: ReadonlySet<string> = key.permissions;
  return permission !== undefined && !permissions.has(permission) ? "scope" : undefined;
}
