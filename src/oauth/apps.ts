import type { OperatorActor, UserActor } from "../access/actor";
import { permit } from "../access/permit";
import { underLock } from "../access/under-lock";
import type { App } from "../app";
import type { AuditAction } from "../audit/actions.contract";
import { record } from "../audit/audit";
import type { Writer } from "../db/database";
import type { GrantType } from "../db/tables";
import { newId, type OrganizationId } from "../ids";
import { lockInstallation } from "../installation/installation.sql";
import { omitUndefined } from "../omit-undefined";
import { Problem } from "../problems";
import { findUser } from "../users/users.sql";
import { newSecret, secretHash } from "./clients";
import { deviceGrant } from "./clients.contract";
import {
  type ClientRow,
  deleteClient,
  findOwnClient,
  insertClient,
  listClients,
  plainClient,
  updateClient,
} from "./clients.sql";
import { readScopes } from "./scopes";

/** Apps that can be registered for an organization, or for the whole installation. */
const maxApps = 50;
/** Milliseconds after a rotation in which the secret before it is accepted too. */
const secretOverlap = 24 * 3_600_000;

/** Whose apps a rule is about, and who asks: those of an organization, or those that users of every organization can let act for them. */
export type AppOwner = { actor: UserActor; organization: string } | { operator: OperatorActor };

interface AppInput {
  name?: string | undefined;
  uri?: string | null | undefined;
  redirectUris?: string[] | undefined;
  connectsDevices?: boolean | undefined;
  scopes?: string[] | null | undefined;
}

/**
 * Registers an app. The result is the only place where its secret is ever seen.
 * @throws Problem PLAN_LIMIT_REACHED, INVALID_SCOPE
 */
export async function createApp(
  app: App,
  owner: AppOwner,
  { hasSecret, ...input }: AppInput & { name: string; redirectUris: string[]; hasSecret: boolean },
) {
  const secret = hasSecret ? newSecret() : null;
  const changes = columnsOf(input);
  const verdict = await underOwnerLock(app, owner, async (tx, organizationId) => {
    if ((await listClients(tx, organizationId)).length >= maxApps)
      return new Problem("PLAN_LIMIT_REACHED", { reason: "apps", values: { limit: maxApps } });
    const client: ClientRow = {
      ...plainClient,
      kind: "registered",
      organizationId,
      name: input.name,
      redirectUris: input.redirectUris,
      grantTypes: grantTypesOf(false),
      ...changes,
      id: newId("cli", tx.now.getTime()),
      secretHash: secret === null ? null : secretHash(secret),
      createdById: userOf(owner).userId,
      createdAt: tx.now,
    };
    await recordFor(tx, owner, "oauth_client.created", client);
    return (await insertClient(tx, client))!;
  });
  if (verdict instanceof Problem) throw verdict;
  return { ...present(verdict), clientSecret: secret };
}

/** The apps of an organization, or of the whole installation, in the order they were registered. */
export async function listApps(app: App, owner: AppOwner) {
  const organizationId = await permitOn(app, owner);
  return { data: (await listClients(app.db.reader, organizationId)).map(present), nextCursor: null };
}

/** Changes an app. What users have let it do before stays as it is. @throws Problem NOT_FOUND, INVALID_SCOPE */
export const updateApp = (app: App, owner: AppOwner, id: string, input: AppInput) =>
  change(app, owner, id, "oauth_client.updated", () => columnsOf(input)).then(present);

/** Replaces the secret of an app; the one before is accepted for a day more. @throws Problem NOT_FOUND, also for an app without a secret */
export async function rotateAppSecret(app: App, owner: AppOwner, id: string) {
  const secret = newSecret();
  const client = await change(app, owner, id, "oauth_client.secret_rotated", (tx, { secretHash: before }) =>
    before === null
      ? undefined
      : {
          secretHash: secretHash(secret),
          previousSecretHash: before,
          previousSecretUntil: new Date(tx.now.getTime() + secretOverlap),
        },
  );
  return { ...present(client), clientSecret: secret };
}

/** Deletes an app with everything that users have let it do. @throws Problem NOT_FOUND */
export async function deleteApp(app: App, owner: AppOwner, id: string) {
  const isDeleted = await underOwnerLock(app, owner, async (tx, organizationId) => {
    const client = await findOwnClient(tx, organizationId, id);
    if (!client) return false;
    await deleteClient(tx, organizationId, id);
    // However many grants are gone with it, all of their tokens are looked at again.
    await tx.invalidate({ topic: "installation", subject: id });
    await recordFor(tx, owner, "oauth_client.deleted", client);
    return true;
  });
  if (!isDeleted) throw new Problem("NOT_FOUND");
}

async function change(
  app: App,
  owner: AppOwner,
  id: string,
  action: AuditAction,
  changesOf: (tx: Writer, client: ClientRow) => Partial<ClientRow> | undefined,
): Promise<ClientRow> {
  const changed = await underOwnerLock(app, owner, async (tx, organizationId) => {
    const client = await findOwnClient(tx, organizationId, id);
    const changes = client && changesOf(tx, client);
    if (!changes) return undefined;
    if (Object.keys(changes).length === 0) return client;
    await recordFor(tx, owner, action, client);
    return updateClient(tx, organizationId, id, changes);
  });
  if (!changed) throw new Problem("NOT_FOUND");
  return changed;
}

/** @throws Problem INVALID_SCOPE */
function columnsOf({ name, uri, redirectUris, connectsDevices, scopes }: AppInput): Partial<ClientRow> {
  return omitUndefined({
    name,
    uri,
    redirectUris,
    scopes: scopes && readScopes(scopes.join(" "), null),
    grantTypes: connectsDevices === undefined ? undefined : grantTypesOf(connectsDevices),
  });
}

const usual: readonly GrantType[] = ["authorization_code", "refresh_token"];
const grantTypesOf = (connectsDevices: boolean): GrantType[] =>
  connectsDevices ? [...usual, deviceGrant] : [...usual];

const present = ({ id, secretHash, grantTypes, createdById, ...client }: ClientRow) => ({
  ...client,
  clientId: id,
  connectsDevices: grantTypes.includes(deviceGrant),
  hasSecret: secretHash !== null,
  createdBy: createdById,
});

const userOf = (owner: AppOwner) => ("operator" in owner ? owner.operator : owner.actor);

async function permitOn(app: App, owner: AppOwner): Promise<OrganizationId | null> {
  if ("operator" in owner) return null;
  return (await permit(app, owner.actor, owner.organization, "organization:update")).organizationId;
}

/** @throws Problem as `permit`; FORBIDDEN for someone who is no operator any more */
function underOwnerLock<T>(
  app: App,
  owner: AppOwner,
  unit: (tx: Writer, organizationId: OrganizationId | null) => Promise<T>,
): Promise<T> {
  if ("actor" in owner) {
    const { actor, organization } = owner;
    return underLock(app, actor, organization, "organization:update", (tx, { organizationId }) =>
      unit(tx, organizationId),
    );
  }
  return app.db.write(async (tx) => {
    await lockInstallation(tx);
    if (!(await findUser(tx, owner.operator.userId))?.operatorSince)
      throw new Problem("FORBIDDEN", { reason: "operator_required" });
    return unit(tx, null);
  });
}

/** In the organization's log, or, for an app of the installation, in the operator's own. */
function recordFor(tx: Writer, owner: AppOwner, action: AuditAction, { id, name, organizationId }: ClientRow) {
  if (organizationId)
    return record(tx, userOf(owner), { action, chain: organizationId, target: id, details: { name } });
  const operator = userOf(owner);
  return record(tx, operator, {
    action: "operator.acted",
    chain: operator.userId,
    target: id,
    details: { action, name },
  });
}
