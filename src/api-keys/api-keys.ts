import type { Actor } from "../access/actor";
import { permit } from "../access/permit";
import { allowedScopes, expiryWithin, requireKeyCreator } from "../access/policy";
import type { App } from "../app";
import { record } from "../audit/audit";
import { apiKeyHash, displayPrefix, newApiKey } from "../crypto/api-key-secrets";
import type { Reader } from "../db/database";
import { fieldMessages } from "../field-messages.contract";
import { type ApiKeyId, isId, newId, type OrganizationId, type UserId } from "../ids";
import { planOf } from "../limits/plans";
import { afterCursor, type PageInput, toPage } from "../paging";
import { policyOf } from "../policies/policies.sql";
import { invalid, Problem } from "../problems";
import { requireVerified } from "../users/verification";
import {
  type ApiKeyRow,
  countActiveKeys,
  findApiKey,
  insertApiKey,
  type KeyFilter,
  listApiKeys,
  lockKeys,
} from "./api-keys.sql";
import { boundedBy, type ExpiryInput, expiryOf } from "./bounds";
import { type ScopeInput, scopesFrom } from "./scopes";

export interface NewApiKey extends ScopeInput, ExpiryInput {
  name: string;
  environment: "live" | "test";
  description?: string | undefined;
  metadata?: Record<string, string> | undefined;
  rateLimit?: number | undefined;
  allowedIps?: string[] | null | undefined;
}

/**
 * Makes a key for an organization. It can do at most what its maker can, and the answer is the only place it is ever seen.
 * @throws Problem VALIDATION_ERROR for scopes that are unknown or beyond the maker's own, PLAN_LIMIT_REACHED, EMAIL_NOT_VERIFIED
 */
export async function createApiKey(app: App, actor: Actor, organization: string, input: NewApiKey) {
  const { organizationId, permissions, role } = await permit(app, actor, organization, "api-keys:create");
  await requireVerified(app, actor);
  const policy = await policyOf(app.db.reader, organizationId);
  requireKeyCreator(policy, role);
  const scopes = scopesFrom(input, allowedScopes(policy, permissions));
  const bounds = await boundedBy(app.db.reader, actor, {
    environment: input.environment,
    expiresAt: expiryWithin(policy, expiryOf(input, app.clock.now()), app.clock.now()),
    allowedIps: input.allowedIps ?? null,
  });
  const key = newApiKey(bounds.environment);

  const verdict = await app.db.write(async (tx) => {
    const locked = await lockKeys(tx, organizationId);
    if (!locked) return new Problem("NOT_FOUND");
    const plan = planOf(locked);
    if ((await countActiveKeys(tx, organizationId, tx.now)) >= plan.activeKeys) {
      return new Problem("PLAN_LIMIT_REACHED", { reason: "api_keys", values: { limit: plan.activeKeys } });
    }
    if (input.rateLimit && input.rateLimit > plan.perKey.minute) return rateLimitTooHigh();
    const row = await insertApiKey(tx, {
      ...bounds,
      id: newId("key", tx.now.getTime()),
      organizationId,
      creatorId: creatorOf(actor),
      name: input.name,
      description: input.description ?? null,
      metadata: input.metadata ?? null,
      prefix: displayPrefix(key),
      hash: apiKeyHash(key),
      scopes,
      rateLimit: input.rateLimit ?? null,
      createdAt: tx.now,
      usageCount: 0,
    });
    const { name, environment, expiresAt } = row;
    await record(tx, actor, {
      action: "api_key.created",
      chain: organizationId,
      target: row.id,
      details: { name, environment, scopes, expiresAt },
    });
    return row;
  });

  if (verdict instanceof Problem) throw verdict;
  return { ...presentApiKey(app, verdict), key };
}

/** The keys of an organization that a filter lets through; revoked ones only where it asks for them. */
export async function listOrganizationKeys(
  app: App,
  actor: Actor,
  organization: string,
  { limit, cursor, ...filter }: PageInput & KeyFilter,
) {
  const { organizationId } = await permit(app, actor, organization, "api-keys:read");
  const now = app.clock.date();
  const rows = await listApiKeys(app.db.reader, organizationId, filter, now, {
    after: afterCursor(cursor),
    limit: limit + 1,
  });
  const page = toPage(rows, limit);
  return { ...page, data: page.data.map((row) => presentApiKey(app, row)) };
}

export async function getApiKey(app: App, actor: Actor, organization: string, keyId: string) {
  const { organizationId } = await permit(app, actor, organization, "api-keys:read");
  return presentApiKey(app, await keyOf(app.db.reader, organizationId, keyId));
}

/** A key of this organization, revoked or not. @throws Problem NOT_FOUND */
export async function keyOf(db: Reader, organizationId: OrganizationId, keyId: string): Promise<ApiKeyRow> {
  const row = isId("key", keyId) ? await findApiKey(db, organizationId, keyId as ApiKeyId) : undefined;
  if (!row) throw new Problem("NOT_FOUND");
  return row;
}

/** What is told about a key: all but the key. */
export function presentApiKey(app: App, row: ApiKeyRow) {
  return {
    ...app.usage.including(row),
    status: statusOf(row, app.clock.now()),
    metadata: row.metadata ?? {},
    allowedIps: row.allowedIps ?? [],
    createdBy: row.creatorId,
  };
}

export function statusOf(row: ApiKeyRow, now: number) {
  if (row.revokedAt) return "revoked" as const;
  if (row.expiresAt && row.expiresAt.getTime() <= now) return "expired" as const;
  return row.disabledAt ? ("disabled" as const) : ("active" as const);
}

export const rateLimitTooHigh = () => invalid("rateLimit", fieldMessages.beyondPlan);

/** A key that a key makes belongs to the person behind the first one. */
const creatorOf = (actor: Actor): UserId => (actor.kind === "user" ? actor.userId : actor.creatorId);
