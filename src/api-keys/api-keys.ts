import { type Actor, userIdOf } from "../access/actor";
import { type KeyStatus, lifeOf, statusAt } from "../access/key-life";
import type { KeyWithFacts, StatusContext } from "../access/key-life.sql";
import { permit } from "../access/permit";
import { allowedScopes, requireKeyCreator } from "../access/policy";
import { onlyWithin } from "../access/resource-kinds";
import { underLock } from "../access/under-lock";
import type { App } from "../app";
import { record } from "../audit/audit";
import { apiKeyHash, displayPrefix, newApiKey } from "../crypto/api-key-secrets";
import type { Reader, Writer } from "../db/database";
import { fieldMessages } from "../field-messages.contract";
import { isId, newId, type OrganizationId } from "../ids";
import { planOf } from "../limits/plans";
import type { OrganizationRow } from "../organizations/organizations.sql";
import { afterCursor, type PageInput, toPage } from "../paging";
import { invalid, Problem } from "../problems";
import { requireVerified } from "../users/verification";
import { countKeys, findApiKey, hasKeys, insertApiKey, type KeyFilter, listApiKeys } from "./api-keys.sql";
import { type Ceiling, type ExpiryInput, expiryWithin, ipsWithin, rateLimitWithin } from "./bounds";
import { type ScopeInput, scopesFrom } from "./scopes";

export interface NewApiKey extends ScopeInput, ExpiryInput {
  name: string;
  environment: "live" | "test";
  description?: string | undefined;
  metadata?: Record<string, string> | undefined;
  rateLimit?: number | undefined;
  allowedIps?: string[] | null | undefined;
  /** The resources that it is bound to. */
  only?: string[] | null | undefined;
}

/**
 * Creates a key. It can do at most what the actor can, and this is the only time it is ever shown.
 * @throws Problem VALIDATION_ERROR for unknown scopes and for more than the actor has, PLAN_LIMIT_REACHED, EMAIL_NOT_VERIFIED
 */
export async function createApiKey(app: App, actor: Actor, organization: string, input: NewApiKey) {
  await requireVerified(app, actor);
  const key = newApiKey(input.environment);
  const created = await underLock(app, actor, organization, "api-keys:create", async (tx, permitted, row) => {
    const { organizationId, permissions, role } = permitted;
    requireKeyCreator(row.policy, role);
    const asking = await askingKey(tx, actor);
    if (asking?.key.environment === "test" && input.environment === "live") {
      throw invalid("environment", fieldMessages.liveByTestKey);
    }
    await requireRoomForKey(tx, row);
    const ceiling = ceilingOf(row, asking, input.environment, tx.now);
    const id = newId("key", tx.now.getTime());
    const scopes = scopesFrom(input, allowedScopes(row.policy, permissions));
    const expiresAt = expiryWithin(ceiling, input);
    await insertApiKey(tx, {
      ...makerOf(actor),
      id,
      organizationId,
      creatorId: userIdOf(actor),
      name: input.name,
      description: input.description ?? null,
      metadata: input.metadata ?? null,
      environment: input.environment,
      prefix: displayPrefix(key),
      hash: apiKeyHash(key),
      scopes,
      expiresAt,
      allowedIps: ipsWithin(ceiling, input.allowedIps),
      only: onlyWithin(permitted.only, input.only),
      rateLimit: rateLimitWithin(ceiling, input.rateLimit),
      createdAt: tx.now,
      usageCount: 0,
    });
    await record(tx, actor, {
      action: "api_key.created",
      chain: organizationId,
      target: id,
      details: { name: input.name, environment: input.environment, scopes, expiresAt },
    });
    return requireKey(tx, organizationId, id);
  });
  return { ...presentApiKey(app, created), key };
}

/** The keys of an organization that match a filter; revoked ones only where it asks for them. */
export async function listOrganizationKeys(
  app: App,
  actor: Actor,
  organization: string,
  { limit, cursor, ...filter }: PageInput & KeyFilter,
) {
  const { organizationId } = await permit(app, actor, organization, "api-keys:read");
  const page = { after: afterCursor(cursor), limit: limit + 1 };
  const rows = await listApiKeys(app.db.reader, organizationId, filter, statusContext(app, app.clock.date()), page);
  return toPage(
    rows.map((found) => presentApiKey(app, found)),
    limit,
  );
}

export async function getApiKey(app: App, actor: Actor, organization: string, keyId: string) {
  const { organizationId } = await permit(app, actor, organization, "api-keys:read");
  return presentApiKey(app, await requireKey(app.db.reader, organizationId, keyId));
}

/** A key of this organization, whatever its status. @throws Problem NOT_FOUND */
export async function requireKey(db: Reader, organizationId: OrganizationId, keyId: string): Promise<KeyWithFacts> {
  const found = isId("key", keyId) ? await findApiKey(db, organizationId, keyId) : undefined;
  if (!found) throw new Problem("NOT_FOUND");
  return found;
}

/** Everything about a key but the key itself. Its end is the one that holds, be it its own or the policy's. */
export function presentApiKey(app: App, found: KeyWithFacts) {
  const { key } = found;
  const life = lifeOf(found, app.config.keyEnvironments);
  const status = statusAt(life, app.clock.now());
  return {
    ...app.usage.including(key),
    status,
    disabledBecause: key.disabledAt ? key.disabledBecause : null,
    blockedBecause: status === "blocked" ? life.blockedBecause : null,
    expiresAt: Number.isFinite(life.endsAt) ? new Date(life.endsAt) : null,
    metadata: key.metadata ?? {},
    allowedIps: key.allowedIps ?? [],
    createdBy: key.creatorId,
    issuedTo: key.createdById,
    parentKeyId: key.createdByKeyId,
  };
}

export const statusOf = (app: App, found: KeyWithFacts, now: Date): KeyStatus =>
  statusAt(lifeOf(found, app.config.keyEnvironments), now.getTime());

export const statusContext = (app: App, now: Date): StatusContext => ({
  now,
  environments: app.config.keyEnvironments,
});

/** For each active key that a plan allows, so many that have not ended: disabled ones are kept too. */
const unendedPerActive = 10;

/** Requires that the plan allows one more active key. The organization is locked. @throws Problem PLAN_LIMIT_REACHED */
export async function requireRoomForKey(tx: Writer, organization: OrganizationRow) {
  const limit = planOf(organization).activeKeys;
  if (!(await hasKeys(tx, organization.id, limit))) return; // most have room whatever the status of their keys
  const { active, unended } = await countKeys(tx, organization.id, tx.now);
  if (active >= limit) throw new Problem("PLAN_LIMIT_REACHED", { reason: "api_keys", values: { limit } });
  const kept = limit * unendedPerActive;
  if (unended > kept) throw new Problem("PLAN_LIMIT_REACHED", { reason: "unended_api_keys", values: { limit: kept } });
}

/** The key that asks, if a key does. */
export const askingKey = async (db: Reader, actor: Actor): Promise<KeyWithFacts | undefined> =>
  actor.kind === "key" ? requireKey(db, actor.organizationId, actor.keyId) : undefined;

export const ceilingOf = (
  { policy, ...row }: OrganizationRow,
  asking: KeyWithFacts | undefined,
  environment: "live" | "test",
  now: Date,
  createdAt = now,
): Ceiling => ({ plan: planOf(row), policy, environment, createdAt, now, asking });

/** Who is shown a new key. */
export const makerOf = (actor: Actor) => ({
  createdById: userIdOf(actor),
  createdByKeyId: actor.kind === "key" ? actor.keyId : null,
});
