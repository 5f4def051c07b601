import { and, eq, getTableColumns, getTableName, isNotNull, isNull, lt, ne, or, sql, type Table } from "drizzle-orm";
import type { Writer } from "../db/database";
import type { Kept } from "../db/replace";
import * as tables from "../db/tables";

type AnyTable = Parameters<Writer["insert"]>[0] & Table & { id: unknown };

/** What is done about the rows of a table that come from the past. */
type Aftermath = "as it was" | ((tx: Writer, past: Past) => Promise<unknown>);

/** What the restore knows. */
export interface Past {
  /** Whether the copies of `remembered` are there. */
  isReplaced: boolean;
  /** The latest time at which a workload token or a derived token that was issued before the restore expires. */
  workloadTokensEnd: Date;
  /** The latest time step of a code that may have been used before the restore. */
  totpStep: number;
}

/** A copy of a whole table. */
const copyOf = (table: AnyTable): Kept => ({
  table: getTableName(table),
  columns: Object.values(getTableColumns(table)).map(({ name }) => name),
  where: "true",
});

/** Of what is replaced: what it had ended, which must not be alive again. */
export const remembered: Readonly<Record<string, Kept>> = {
  was_users: { table: "users", columns: ["id", "suspended_at", "operator_since"], where: "true" },
  was_organizations: {
    table: "organizations",
    columns: ["id", "suspended_at", "deleted_at"],
    where: "true",
  },
  was_api_keys: {
    table: "api_keys",
    columns: ["id", "revoked_at", "disabled_at", "disabled_because"],
    where: "revoked_at is not null or disabled_at is not null",
  },
  was_personal_tokens: { table: "personal_tokens", columns: ["id", "revoked_at"], where: "revoked_at is not null" },
  was_token_decisions: {
    table: "token_decisions",
    columns: ["token_id", "organization_id", "ended_at"],
    where: "ended_at is not null",
  },
  was_backup_codes: { table: "backup_codes", columns: ["id", "used_at"], where: "used_at is not null" },
  was_passkeys: { table: "passkeys", columns: ["id"], where: "true" },
  was_identities: { table: "identities", columns: ["id"], where: "true" },
  was_webhooks: {
    table: "webhooks",
    columns: ["id", "url", "disabled_at", "disabled_because"],
    where: "true",
  },
  was_webhook_secret: {
    table: "audit_events",
    columns: ["id", "target_id"],
    where: "action = 'webhook.secret_rotated'",
  },
  was_key_trusts: { table: "key_trusts", columns: ["id"], where: "true" },
  was_removal: {
    table: "audit_events",
    columns: ["action", "chain", "target_id"],
    where: `action in ('api_key.trust_removed', 'oauth_client.deleted') or action in ('member.removed', 'member.left') and not exists (
      select 1 from memberships m where m.organization_id = audit_events.chain and m.user_id = audit_events.target_id)`,
  },
  was_oauth_clients: { ...copyOf(tables.oauthClients), where: "secret_hash is not null or blocked_at is not null" },
  was_consumed_identities: copyOf(tables.consumedIdentities),
  was_consumed_challenges: copyOf(tables.consumedChallenges),
  was_processes: copyOf(tables.processes),
  was_secrets: copyOf(tables.secrets),
};

/** The value of a column in a copy, or null. */
const was = (copy: string, column: string, id: unknown) =>
  sql`(select ${sql.raw(column)} from ${sql.raw(copy)} where id = ${id})`;
const isIn = (copy: string, id: unknown, where = "true") =>
  sql`${id} in (select id from ${sql.raw(copy)} where ${sql.raw(where)})`;

/** Adds the rows that a table has lost. */
async function addMissing(tx: Writer, table: AnyTable, where = sql`true`) {
  const copy = sql.raw(`was_${getTableName(table)}`);
  await tx.insert(table).select(sql`select * from ${copy} where id not in (select id from ${table}) and ${where}`);
}

/** Removes the credentials that people had removed; those of people who are not there any more are what is restored. */
const removeRemoved = (tx: Writer, table: typeof tables.passkeys | typeof tables.identities) =>
  tx
    .delete(table)
    .where(and(isIn("was_users", table.userId), sql`not ${isIn(`was_${getTableName(table)}`, table.id)}`));

/**
 * What a restore does about each table, so that what is over stays over: a past state is treated as if an enemy had chosen it. A table that is
 * added must be decided about here.
 */
const aftermath: Readonly<Record<keyof typeof tables, Aftermath>> = {
  async users(tx, { isReplaced }) {
    if (!isReplaced) return;
    const { id, suspendedAt, operatorSince } = tables.users;
    await tx
      .update(tables.users)
      .set({ suspendedAt: was("was_users", "suspended_at", id) })
      .where(and(isNull(suspendedAt), isIn("was_users", id, "suspended_at is not null")));
    await tx
      .update(tables.users)
      .set({ operatorSince: null })
      .where(and(isNotNull(operatorSince), sql`not ${isIn("was_users", id, "operator_since is not null")}`));
  },
  externalIds: "as it was",
  sessions: (tx) =>
    tx
      .update(tables.sessions)
      .set({ endedAt: tx.now, endedBecause: "restored_from_backup" })
      .where(isNull(tables.sessions.endedAt)),
  async twoFactors(tx, { totpStep }) {
    await tx.delete(tables.twoFactors).where(isNull(tables.twoFactors.enabledAt));
    await tx.update(tables.twoFactors).set({ lastStep: totpStep }).where(lt(tables.twoFactors.lastStep, totpStep));
  },
  async backupCodes(tx, { isReplaced }) {
    const { id, usedAt } = tables.backupCodes;
    if (isReplaced)
      await tx
        .update(tables.backupCodes)
        .set({ usedAt: was("was_backup_codes", "used_at", id) })
        .where(and(isNull(usedAt), isIn("was_backup_codes", id)));
  },
  async identities(tx, { isReplaced }) {
    if (isReplaced) await removeRemoved(tx, tables.identities);
  },
  async passkeys(tx, { isReplaced }) {
    if (isReplaced) await removeRemoved(tx, tables.passkeys);
  },
  async consumedChallenges(tx, { isReplaced }) {
    if (isReplaced) await addMissing(tx, tables.consumedChallenges);
  },
  impersonations: (tx) => tx.delete(tables.impersonations),
  trustedDevices: (tx) => tx.delete(tables.trustedDevices),
  attempts: "as it was",
  loginFailures: "as it was",
  knownSources: "as it was",
  async organizations(tx, { isReplaced }) {
    if (!isReplaced) return;
    const { id, suspendedAt, deletedAt } = tables.organizations;
    await tx
      .update(tables.organizations)
      .set({ suspendedAt: was("was_organizations", "suspended_at", id) })
      .where(and(isNull(suspendedAt), isIn("was_organizations", id, "suspended_at is not null")));
    await tx
      .update(tables.organizations)
      .set({ deletedAt: was("was_organizations", "deleted_at", id) })
      .where(and(isNull(deletedAt), isIn("was_organizations", id, "deleted_at is not null")));
  },
  async memberships(tx, { isReplaced }) {
    const { organizationId, userId, role } = tables.memberships;
    const left = sql`(${organizationId}, ${userId}) in (select chain, target_id from was_removal where action <> 'api_key.trust_removed')`;
    if (isReplaced) await tx.delete(tables.memberships).where(and(ne(role, "owner"), left));
  },
  roles: "as it was",
  invitations: (tx) =>
    tx.update(tables.invitations).set({ state: "canceled" }).where(eq(tables.invitations.state, "open")),
  ownershipTransfers: (tx) => tx.delete(tables.ownershipTransfers),
  async apiKeys(tx, { isReplaced, workloadTokensEnd }) {
    const { id, revokedAt, disabledAt, tokensRevokedThrough } = tables.apiKeys;
    await tx
      .update(tables.apiKeys)
      .set({ tokensRevokedThrough: workloadTokensEnd })
      .where(or(isNull(tokensRevokedThrough), lt(tokensRevokedThrough, workloadTokensEnd)));
    if (!isReplaced) return;
    await tx
      .update(tables.apiKeys)
      .set({ revokedAt: was("was_api_keys", "revoked_at", id) })
      .where(and(isNull(revokedAt), isIn("was_api_keys", id, "revoked_at is not null")));
    await tx
      .update(tables.apiKeys)
      .set({
        disabledAt: was("was_api_keys", "disabled_at", id),
        disabledBecause: was("was_api_keys", "disabled_because", id),
      })
      .where(and(isNull(disabledAt), isIn("was_api_keys", id, "disabled_at is not null")));
  },
  async personalTokens(tx, { isReplaced, workloadTokensEnd }) {
    const { id, revokedAt, tokensRevokedThrough } = tables.personalTokens;
    await tx
      .update(tables.personalTokens)
      .set({ tokensRevokedThrough: workloadTokensEnd })
      .where(or(isNull(tokensRevokedThrough), lt(tokensRevokedThrough, workloadTokensEnd)));
    if (isReplaced)
      await tx
        .update(tables.personalTokens)
        .set({ revokedAt: was("was_personal_tokens", "revoked_at", id) })
        .where(and(isNull(revokedAt), isIn("was_personal_tokens", id)));
  },
  async tokenDecisions(tx, { isReplaced }) {
    const { tokenId, organizationId } = tables.tokenDecisions;
    // An approval from the past may have been taken back since.
    await tx.update(tables.tokenDecisions).set({ approvedAt: null });
    if (!isReplaced) return;
    const ended = sql.raw("was_token_decisions");
    await tx
      .delete(tables.tokenDecisions)
      .where(sql`(${tokenId}, ${organizationId}) in (select token_id, organization_id from ${ended})`);
    await tx.insert(tables.tokenDecisions).select(
      sql`select token_id, organization_id, null, ended_at from ${ended}
        where token_id in (select id from ${tables.personalTokens})
        and organization_id in (select id from ${tables.organizations})`,
    );
  },
  keyUsage: "as it was",
  tokenUsage: "as it was",
  usageJournal: "as it was",
  tickets: (tx) => tx.update(tables.tickets).set({ endedAt: tx.now }).where(isNull(tables.tickets.endedAt)),
  emailRequests: (tx) => tx.delete(tables.emailRequests),
  outbox: (tx) =>
    tx
      .update(tables.outbox)
      .set({ state: "dropped", failure: "the installation was restored from a backup", dueAt: tx.now })
      .where(eq(tables.outbox.state, "waiting")),
  changes: (tx) => tx.invalidate({ topic: "installation", subject: "restored" }),
  auditChains: "as it was",
  auditEvents: "as it was",
  auditCheckpoints: "as it was",
  async keyTrusts(tx, { isReplaced }) {
    const { id, keyId } = tables.keyTrusts;
    const removed = sql`${keyId} in (select target_id from was_removal where action = 'api_key.trust_removed')`;
    if (isReplaced) await tx.delete(tables.keyTrusts).where(and(removed, sql`not ${isIn("was_key_trusts", id)}`));
  },
  async consumedIdentities(tx, { isReplaced }) {
    if (isReplaced) await addMissing(tx, tables.consumedIdentities);
  },
  async oauthClients(tx, { isReplaced }) {
    // Apps that were deleted, and secrets that were replaced, do not come back; what was blocked stays blocked.
    const { id, secretHash, blockedAt, fingerprint } = tables.oauthClients;
    if (!isReplaced) return;
    const deleted = sql`${id} in (select target_id from was_removal where action = 'oauth_client.deleted')`;
    await tx.delete(tables.oauthClients).where(deleted);
    await tx
      .update(tables.oauthClients)
      .set({
        secretHash: was("was_oauth_clients", "secret_hash", id),
        previousSecretHash: null,
        previousSecretUntil: null,
      })
      .where(and(isNotNull(secretHash), isIn("was_oauth_clients", id, "secret_hash is not null")));
    await tx
      .update(tables.oauthClients)
      .set({
        blockedAt: was("was_oauth_clients", "blocked_at", id),
        blockedById: was("was_oauth_clients", "blocked_by_id", id),
        blockedBecause: was("was_oauth_clients", "blocked_because", id),
      })
      .where(and(isNull(blockedAt), isIn("was_oauth_clients", id, "blocked_at is not null")));
    // What registered itself anew with the same metadata is the same app under another id.
    const blocked = (column: string) => sql.raw(`select ${column} from was_oauth_clients where blocked_at is not null`);
    await tx
      .delete(tables.oauthClients)
      .where(sql`${fingerprint} in (${blocked("fingerprint")}) and ${id} not in (${blocked("id")})`);
    await addMissing(tx, tables.oauthClients, sql`blocked_at is not null and organization_id is null`);
  },
  oauthGrants: (tx) =>
    tx
      .update(tables.oauthGrants)
      .set({ endedAt: tx.now, endedBecause: "restored_from_backup" })
      .where(isNull(tables.oauthGrants.endedAt)),
  oauthDeviceCodes: (tx) => tx.delete(tables.oauthDeviceCodes),
  keyAlerts: "as it was",
  keyNetworks: "as it was",
  idempotencyKeys: "as it was",
  jobs: "as it was",
  installation: "as it was",
  async secrets(tx, { isReplaced }) {
    if (isReplaced) await addMissing(tx, tables.secrets);
  },
  async processes(tx, { isReplaced }) {
    await tx.delete(tables.processes);
    if (isReplaced) await addMissing(tx, tables.processes);
  },
  async webhooks(tx, { isReplaced }) {
    if (!isReplaced) return;
    const { id, organizationId, url, disabledAt } = tables.webhooks;
    const isOwnerThere = or(isNull(organizationId), isIn("was_organizations", organizationId));
    await tx.delete(tables.webhooks).where(and(isOwnerThere, sql`not ${isIn("was_webhooks", id)}`));
    await tx
      .update(tables.webhooks)
      .set({
        disabledAt: was("was_webhooks", "disabled_at", id),
        disabledBecause: was("was_webhooks", "disabled_because", id),
      })
      .where(and(isNull(disabledAt), isIn("was_webhooks", id, "disabled_at is not null")));
    // Its URL or its secret was replaced since, perhaps because it was known to others.
    const isOlder = sql`${id} in (select target_id from was_webhook_secret where id not in (select id from ${tables.auditEvents}))`;
    const isMoved = sql`${url} <> ${was("was_webhooks", "url", id)}`;
    await tx
      .update(tables.webhooks)
      .set({ disabledAt: tx.now, disabledBecause: "restored_from_backup" })
      .where(and(isNull(disabledAt), or(isOlder, isMoved)));
  },
  webhookDeliveries: "as it was",
  // A log that goes on from an earlier state continues nothing that a receiver has.
  auditStreams: (tx) =>
    tx
      .update(tables.auditStreams)
      .set({ disabledAt: tx.now, disabledBecause: "restored_from_backup" })
      .where(isNull(tables.auditStreams.disabledAt)),
};

/** Ends what must not be alive after a restore. */
export async function endPast(tx: Writer, past: Past) {
  for (const step of Object.values(aftermath)) if (step !== "as it was") await step(tx, past);
}
