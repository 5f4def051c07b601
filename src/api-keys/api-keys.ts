import type { Actor } from "../access/actor";
import { expand, type Grant, type Permission, presets } from "../access/permissions";
import { permit } from "../access/permit";
import type { App } from "../app";
import { record } from "../audit/audit";
import { apiKeyHash, displayPrefix, newApiKey } from "../crypto/api-key-secrets";
import { type ApiKeyId, isId, newId, type OrganizationId, type UserId } from "../ids";
import { plans } from "../limits/plans";
import type { PageInput } from "../organizations/organizations";
import { afterCursor, toPage } from "../paging";
import { invalid, Problem } from "../problems";
import {
  type ApiKeyRow,
  countActiveKeys,
  findApiKey,
  insertApiKey,
  listApiKeys,
  lockKeys,
  revokeApiKey,
} from "./api-keys.sql";

export interface NewApiKey {
  name: string;
  environment: "live" | "test";
  scopes?: string[] | undefined;
  preset?: keyof typeof presets | undefined;
  expiresAt?: Date | undefined;
  expiresInDays?: number | undefined;
  rateLimit?: number | undefined;
}

/**
 * Makes a key for an organization. It can do at most what its maker can, and the answer is the only place it is ever seen.
 * @throws Problem VALIDATION_ERROR for scopes that are unknown or beyond the maker's own, PLAN_LIMIT_REACHED
 */
export async function createApiKey(app: App, actor: Actor, organization: string, input: NewApiKey) {
  const { organizationId, permissions } = await permit(app, actor, organization, "api-keys:create");
  const scopes = input.scopes
    ? grantable(input.scopes, permissions)
    : presetScopes(input.preset ?? "read-only", permissions);
  const expiresAt = expiryOf(input, app.clock.now());
  const key = newApiKey(input.environment);

  const verdict = await app.db.write(async (tx) => {
    const locked = await lockKeys(tx, organizationId);
    if (!locked) return "gone" as const;
    const plan = plans[locked.plan];
    if ((await countActiveKeys(tx, organizationId, tx.now)) >= plan.activeKeys) return "full" as const;
    if (input.rateLimit && input.rateLimit > plan.perKey.minute) return "too fast" as const;
    const row = await insertApiKey(tx, {
      id: newId("key", tx.now.getTime()),
      organizationId,
      creatorId: creatorOf(actor),
      name: input.name,
      environment: input.environment,
      prefix: displayPrefix(key),
      hash: apiKeyHash(key),
      scopes,
      rateLimit: input.rateLimit ?? null,
      expiresAt,
      createdAt: tx.now,
      usageCount: 0,
    });
    const { name, environment } = row;
    await record(tx, actor, {
      action: "api_key.created",
      chain: organizationId,
      target: row.id,
      details: { name, environment, scopes, expiresAt },
    });
    return row;
  });

  if (verdict === "gone") throw new Problem("NOT_FOUND");
  if (verdict === "full")
    throw new Problem("PLAN_LIMIT_REACHED", {
      message: "The plan's number of active API keys is reached. Revoke one or change the plan.",
    });
  if (verdict === "too fast") throw invalid("rateLimit", "is above what the plan allows");
  return { ...shown(app, verdict), key };
}

export async function listOrganizationKeys(app: App, actor: Actor, organization: string, { limit, cursor }: PageInput) {
  const { organizationId } = await permit(app, actor, organization, "api-keys:read");
  const page = toPage(
    await listApiKeys(app.db.reader, organizationId, { after: afterCursor(cursor), limit: limit + 1 }),
    limit,
  );
  return { ...page, data: page.data.map((row) => shown(app, row)) };
}

export async function getApiKey(app: App, actor: Actor, organization: string, keyId: string) {
  const { organizationId } = await permit(app, actor, organization, "api-keys:read");
  return shown(app, await keyOf(app, organizationId, keyId));
}

/** Revokes a key, for good and at once. */
export async function removeApiKey(app: App, actor: Actor, organization: string, keyId: string) {
  const { organizationId } = await permit(app, actor, organization, "api-keys:delete");
  const { id } = await keyOf(app, organizationId, keyId);
  await app.db.write(async (tx) => {
    const revoked = await revokeApiKey(tx, organizationId, id);
    if (revoked)
      await record(tx, actor, {
        action: "api_key.revoked",
        chain: organizationId,
        target: id,
        details: { name: revoked.name },
      });
  });
}

/** A key of this organization, revoked or not. @throws Problem NOT_FOUND */
export async function keyOf(app: App, organizationId: OrganizationId, keyId: string): Promise<ApiKeyRow> {
  const row = isId("key", keyId) ? await findApiKey(app.db.reader, organizationId, keyId as ApiKeyId) : undefined;
  if (!row) throw new Problem("NOT_FOUND");
  return row;
}

/** The scopes as they were asked for, if each is known and within what the maker may do. */
function grantable(scopes: string[], own: ReadonlySet<Permission>): Grant[] {
  const details = scopes.flatMap((scope, i) => {
    const meant = expand(scope);
    if (!meant) return [{ path: `scopes.${i}`, message: "is not a scope" }];
    return meant.every((permission) => own.has(permission))
      ? []
      : [{ path: `scopes.${i}`, message: "goes beyond what you may do yourself" }];
  });
  if (details.length > 0) throw new Problem("VALIDATION_ERROR", { details });
  return [...new Set(scopes)] as Grant[];
}

/** A preset, as far as its maker has it. */
function presetScopes(preset: keyof typeof presets, own: ReadonlySet<Permission>): Grant[] {
  return presets[preset].filter((permission) => own.has(permission));
}

function expiryOf({ expiresAt, expiresInDays }: NewApiKey, now: number): Date | null {
  if (expiresInDays) return new Date(now + expiresInDays * 86_400_000);
  if (expiresAt && expiresAt.getTime() <= now) throw invalid("expiresAt", "is in the past");
  return expiresAt ?? null;
}

/** A key that a key makes belongs to the person behind the first one. */
const creatorOf = (actor: Actor): UserId => (actor.kind === "user" ? actor.userId : actor.creatorId);

function shown(app: App, row: ApiKeyRow) {
  const expired = row.expiresAt !== null && row.expiresAt.getTime() <= app.clock.now();
  const status = row.revokedAt ? ("revoked" as const) : expired ? ("expired" as const) : ("active" as const);
  return { ...app.usage.including(row), status, createdBy: row.creatorId };
}
