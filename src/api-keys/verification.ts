import type { Actor } from "../access/actor";
import { findPrincipal } from "../access/authenticate";
import { judgeKey, type KeyRefusal } from "../access/judge-key";
import { isPermission, knownLike } from "../access/permissions";
import { permit } from "../access/permit";
import type { Principal } from "../access/principals";
import { blockAt, type Standing } from "../access/standing";
import type { App } from "../app";
import { fieldMessages } from "../field-messages.contract";
import type { OrganizationId } from "../ids";
import { invalid, Problem } from "../problems";

export interface KeyToVerify {
  key: string;
  /** How much of its quotas this use costs; 0 only looks. */
  cost: number;
  /** A permission it must have. */
  permission?: string | undefined;
  /** The organization the request is about; needed for a personal access token that reaches several. */
  organizationId?: string | undefined;
  /** Where the request came from that it was sent with. */
  ip?: string | undefined;
}

/**
 * Tells another service what a key, or a workload token that stands for one, is and may do, and counts the use as if the key had been used
 * here. The key may belong to any organization: to hold it is enough.
 * @param pathOf where a key stands in the input, for errors
 * @param organization where a user has `api-keys:verify`; a key has it in its own
 * @throws Problem INSUFFICIENT_SCOPE, FORBIDDEN, VALIDATION_ERROR for a permission that does not exist, or a user without an organization
 */
export async function verifyApiKeys(
  app: App,
  actor: Actor,
  organization: string | undefined,
  keys: KeyToVerify[],
  pathOf = (i: number) => `keys.${i}.`,
) {
  const where = organization ?? (actor.kind === "user" ? undefined : (actor.organizationId ?? undefined));
  if (where === undefined) throw invalid("organization", fieldMessages.required);
  await permit(app, actor, where, "api-keys:verify");
  requireKnownPermissions(keys, pathOf);
  const answers = await Promise.all(keys.map((asked) => verify(app, actor, asked)));
  for (const { code } of answers) app.tallies.keyVerifications.count(code);
  return answers;
}

/** A typo of the service must not be counted as a denied use of the key. @throws Problem VALIDATION_ERROR */
function requireKnownPermissions(keys: KeyToVerify[], pathOf: (i: number) => string) {
  const details = keys.flatMap(({ permission }, i) =>
    permission === undefined || isPermission(permission)
      ? []
      : {
          path: `${pathOf(i)}permission`,
          message: fieldMessages.unknownPermission(knownLike(permission)),
        },
  );
  if (details.length > 0) throw new Problem("VALIDATION_ERROR", { details });
}

async function verify(app: App, actor: Actor, { key: text, cost, permission, organizationId, ip }: KeyToVerify) {
  const key = await findPrincipal(app, text);
  const now = app.clock.now();
  const where = placeOf(key, organizationId);
  const refusal = judgeKey(key, { ip }, now, permission) ?? judgePlace(key, where, { ip, permission }, now);
  if (!key || refusal) return refused(app, key, where, refusal ?? "unknown", cost, now);
  const { allowed, quota, remaining, reset } = app.usage.consume(key.use, key.limits, now, cost);
  if (allowed && cost > 0) {
    const { requestId, userAgent } = actor.origin;
    app.usage.count(key.use, "ok", now, { requestId, userAgent, ip: ip ?? actor.origin.ip });
  }
  return {
    valid: allowed,
    code: allowed ? ("VALID" as const) : ("RATE_LIMITED" as const),
    ...factsOf(key, where),
    rateLimit: { window: quota.name, limit: quota.limit, remaining, reset: new Date(reset * 1000) },
  };
}

/** Where a key is used: in its own organization, a personal access token in the one that is asked about. */
function placeOf(key: Principal | undefined, asked: string | undefined): Place {
  if (key?.kind !== "personal_token") return undefined;
  const organizationId = asked ?? key.organizationId;
  if (organizationId === null) return "unsaid";
  const standing = key.standings.get(organizationId as OrganizationId);
  return standing && { organizationId, standing };
}

type Place = { organizationId: string; standing: Standing } | "unsaid" | undefined;

/** Why a personal access token cannot be used in an organization; undefined where it can, and for a key, which has only one. */
function judgePlace(
  key: Principal | undefined,
  place: Place,
  { ip, permission }: { ip: string | undefined; permission: string | undefined },
  now: number,
): KeyRefusal | "organization_unsaid" | "organization" | undefined {
  if (key?.kind !== "personal_token") return undefined;
  if (place === "unsaid") return "organization_unsaid";
  if (!place || blockAt(place.standing, now)) return "organization";
  const { allows, permissions } = place.standing;
  if (allows && !(ip !== undefined && allows(ip))) return "ip";
  return permission !== undefined && !(permissions as ReadonlySet<string>).has(permission) ? "scope" : undefined;
}

/** What the service is told of a key that is refused: nothing but the code, unless the key works, but not for this use. */
function refused(
  app: App,
  key: Principal | undefined,
  place: Place,
  refusal: NonNullable<ReturnType<typeof judgePlace>>,
  cost: number,
  now: number,
) {
  const code = codeOf(refusal);
  if (!key || (refusal !== "ip" && refusal !== "scope")) return { valid: false, code };
  if (cost > 0) app.usage.count(key.use, "denied", now);
  return { valid: false, code, ...factsOf(key, place) };
}

function codeOf(refusal: NonNullable<ReturnType<typeof judgePlace>>) {
  switch (refusal) {
    case "unknown":
      return "NOT_FOUND" as const;
    case "expired":
      return "EXPIRED" as const;
    case "revoked":
      return "REVOKED" as const;
    case "disabled":
      return "DISABLED" as const;
    case "environment_not_accepted":
      return "WRONG_ENVIRONMENT" as const;
    case "ip":
      return "IP_NOT_ALLOWED" as const;
    case "scope":
      return "INSUFFICIENT_SCOPE" as const;
    case "organization_unsaid":
      return "ORGANIZATION_REQUIRED" as const;
    case "organization":
      return "ORGANIZATION_NOT_ALLOWED" as const;
    default:
      return "BLOCKED" as const;
  }
}

function factsOf(key: Principal, place: Place) {
  const { id, scopes, only, life } = key;
  const common = {
    keyId: id,
    scopes: [...scopes],
    only: only && [...only],
    expiresAt: Number.isFinite(life.endsAt) ? new Date(life.endsAt) : null,
  };
  if (key.kind === "key") {
    const { organizationId, environment, permissions } = key;
    return { ...common, organizationId, environment, permissions: [...permissions] };
  }
  if (place === undefined || place === "unsaid") return { ...common, userId: key.userId };
  const { organizationId, standing } = place;
  return { ...common, userId: key.userId, organizationId, permissions: [...standing.permissions] };
}
