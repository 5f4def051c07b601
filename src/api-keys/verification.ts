import type { Actor } from "../access/actor";
import { findPrincipal } from "../access/authenticate";
import { judgeKey, type KeyRefusal } from "../access/judge-key";
import { permit } from "../access/permit";
import type { Principal } from "../access/principals";
import type { App } from "../app";
import { fieldMessages } from "../field-messages.contract";
import { invalid } from "../problems";

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
 * Tells another service what a key, or a token that stands for one, is and may do, and counts the use: exactly as if the key had been
 * used here. Who holds a key may know this; the key may be any organization's.
 * @param organization where a person holds `api-keys:verify`; a key holds it in its own
 * @throws Problem INSUFFICIENT_SCOPE, FORBIDDEN, VALIDATION_ERROR where a person names no organization
 */
export async function verifyApiKeys(app: App, actor: Actor, organization: string | undefined, keys: KeyToVerify[]) {
  const where = organization ?? (actor.kind === "key" ? actor.organizationId : undefined);
  if (where === undefined) throw invalid("organization", fieldMessages.required);
  await permit(app, actor, where, "api-keys:verify");
  return Promise.all(keys.map((asked) => verify(app, actor, asked)));
}

async function verify(app: App, actor: Actor, { key: text, cost, permission, ip }: KeyToVerify) {
  const key = await findPrincipal(app, text);
  const now = app.clock.now();
  const refusal = judgeKey(key, { ip }, now, app.config.keyEnvironments, permission);
  if (!key || refusal) return refused(app, key, refusal ?? "unknown", cost, now);
  const { allowed, quota, remaining, reset } = app.usage.consume(key.use, key.quotas, now, cost);
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

/** What the service hears of a key that is refused; counts it as denied where the key works, but not for this. */
function refused(app: App, key: Principal | undefined, refusal: KeyRefusal, cost: number, now: number) {
  const code = refusalCodes[refusal];
  if (!key || (refusal !== "ip" && refusal !== "scope")) return { valid: false, code };
  if (cost > 0) app.usage.count(key.use, "denied", now);
  return { valid: false, code, ...factsOf(key) };
}

const refusalCodes = {
  unknown: "NOT_FOUND",
  expired: "EXPIRED",
  environment: "WRONG_ENVIRONMENT",
  ip: "IP_NOT_ALLOWED",
  scope: "INSUFFICIENT_SCOPE",
} as const satisfies Record<KeyRefusal, string>;

const factsOf = ({ keyId, organizationId, environment, scopes, permissions, expiresAt }: Principal) => ({
  keyId,
  organizationId,
  environment,
  scopes: [...scopes],
  permissions: [...permissions],
  expiresAt: Number.isFinite(expiresAt) ? new Date(expiresAt) : null,
});
