import { type KeyBlock, type KeyStatus, statusAt } from "./key-life";
import type { Principal } from "./principals";

/** Why a use of a key is refused: it does not work, it may not be used from there, or it lacks a permission. */
export type KeyRefusal = "unknown" | Exclude<KeyStatus, "active" | "blocked"> | KeyBlock | "ip" | "scope";

/**
 * Why a key or a personal access token cannot be used, whether it was sent here or to another service that asks; undefined when it can, as far as its quotas allow.
 * @param from where it is used from; read only for a key that may not be used from everywhere
 * @param now milliseconds since 1970
 * @param permission one a key must have; what a personal access token may do depends on the organization
 */
export function judgeKey(
  key: Principal | undefined,
  from: { readonly ip: string | undefined },
  now: number,
  permission?: string,
): KeyRefusal | undefined {
  if (!key) return "unknown";
  if (now >= key.life.worksUntil) return whyNotWorking(key, now);
  if (key.allows && !(from.ip !== undefined && key.allows(from.ip))) return "ip";
  if (permission === undefined || key.kind !== "key") return undefined;
  const permissions: ReadonlySet<string> = key.permissions;
  return permissions.has(permission) ? undefined : "scope";
}

function whyNotWorking({ life }: Principal, now: number): KeyRefusal | undefined {
  const status = statusAt(life, now);
  if (status === "blocked") return life.blockedBecause!;
  return status === "active" ? undefined : status;
}
