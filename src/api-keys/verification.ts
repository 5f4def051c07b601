import type { Actor } from "../access/actor";
import { findPrincipal } from "../access/authenticate";
import { judgeKey, type KeyRefusal } from "../access/judge-key";
import { isPermission, knownLike } from "../access/permissions";
import { permit } from "../access/permit";
import type { Principal } from "../access/principals";
import type { App } from "../app";
import { fieldMessages } from "../field-messages.contract";
import { invalid, Problem } from "../problems";

export interface KeyToVerify {
  key: string;
  /** How much of its quotas this use costs; 0 only looks. */
  cost: number;
  /** A permission it must have. */
  permission?: string | undefined;
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
  const where = organization ?? (actor.kind === "user" ? undefined : actor.organizationId);
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

async function verify(app: App, actor: Actor, { key: text, cost, permission, ip }: KeyToVerify) {
  const key = await findPrincipal(app, text);
  const now = app.clock.now();
  const refusal = judgeKey(key, { ip }, now, permission);
  if (!key || refusal) return refused(app, key, refusal ?? "unknown", cost, now);
  const { allowed, quota, remaining, reset } = app.usage.consume(key.use, key.limits, now, cost);
  if (allowed && cost > 0) {
    const { requestId, userAgent } = actor.origin;
    app.usage.count(key.use, "ok", now, { requestId, userAgent, ip: ip ?? actor.origin.ip });
  }
  return {
    valid: allowed,
    code: allowed ? ("VALID" as const) : ("RATE_LIMITED" as const),
    ...factsOf(key),
    rateLimit: { window: quota.name, limit: quota.limit, remaining, reset: new Date(reset * 1000) },
  };
}

/** What the service is told of a key that is refused: nothing but the code, unless the key works, but not for this use. */
function refused(app: App, key: Principal | undefined, refusal: KeyRefusal, cost: number, now: number) {
  const code = codeOf(refusal);
  if (!key || (refusal !== "ip" && refusal !== "scope")) return { valid: false, code };
  if (cost > 0) app.usage.count(key.use, "denied", now);
  return { valid: false, code, ...factsOf(key) };
}

function codeOf(refusal: KeyRefusal) {
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
    default:
      return "BLOCKED" as const;
  }
}

const factsOf = ({ keyId, organizationId, environment, scopes, permissions, life }: Principal) => ({
  keyId,
  organizationId,
  environment,
  scopes: [...scopes],
  permissions: [...permissions],
  expiresAt: Number.isFinite(life.endsAt) ? new Date(life.endsAt) : null,
});
