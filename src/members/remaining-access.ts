import type { Actor } from "../access/actor";
import { permit } from "../access/permit";
import { disableApiKey } from "../api-keys/api-keys.sql";
import type { App } from "../app";
import { recordAll } from "../audit/audit";
import type { Reader, Writer } from "../db/database";
import { isId, type OrganizationId, type UserId } from "../ids";
import { listPendingInvitations } from "../invitations/invitations.sql";
import { enqueueEmail } from "../mail/outbox";
import { Problem } from "../problems";
import { findUser } from "../users/users.sql";
import { adminEmails, findMember, type Membership } from "./members.sql";
import { deleteTrusts, type KnownKey, listKeysMadeBy, listKeysShownTo, listTrustsOf } from "./remaining-access.sql";

/** What someone could use in an organization without being its member. */
export interface RemainingAccess {
  /** Keys of other members whose secret they saw, or which a key that they know created. */
  knownKeys: KnownKey[];
  /** Trusts they created on keys of other members. */
  trusts: Awaited<ReturnType<typeof listTrustsOf>>;
}

/** What a member has and knows, for who decides about removing them. @throws Problem NOT_FOUND */
export async function getMemberAccess(app: App, actor: Actor, organization: string, memberId: string) {
  const { organizationId } = await permit(app, actor, organization, "members:remove");
  const { reader } = app.db;
  const member = isId("mem", memberId) ? await findMember(reader, organizationId, memberId) : undefined;
  if (!member) throw new Problem("NOT_FOUND");
  const now = app.clock.date();
  const { ownKeys, ...remaining } = await accessOf(reader, organizationId, member.userId, now);
  const invitations = await listPendingInvitations(reader, organizationId, now, member.userId);
  return {
    ownKeys: ownKeys.map(presentKey),
    knownKeys: remaining.knownKeys.map(presentKey),
    trusts: remaining.trusts,
    pendingInvitations: invitations.length,
  };
}

const presentKey = ({ creatorId, ...key }: KnownKey) => ({ ...key, createdBy: creatorId });

/** The keys in use that a member owns or knows, and the trusts they created on those of others. */
export async function accessOf(
  db: Reader,
  organizationId: OrganizationId,
  userId: UserId,
  now: Date,
): Promise<RemainingAccess & { ownKeys: KnownKey[] }> {
  const known = new Map<string, KnownKey>();
  let found = await listKeysShownTo(db, organizationId, userId);
  while (found.length > 0) {
    const fresh = found.filter(({ id }) => !known.has(id));
    for (const key of fresh) known.set(key.id, key);
    const ids = fresh.map(({ id }) => id);
    found = ids.length > 0 ? await listKeysMadeBy(db, organizationId, ids) : [];
  }
  const inUse = [...known.values()].filter(
    ({ revokedAt, disabledAt, expiresAt }) => !revokedAt && !disabledAt && !(expiresAt && expiresAt <= now),
  );
  const isOwn = ({ creatorId }: KnownKey) => creatorId === userId;
  const trusts = await listTrustsOf(db, organizationId, userId, now);
  return {
    ownKeys: inUse.filter(isOwn),
    knownKeys: inUse.filter((key) => !isOwn(key)),
    trusts: trusts.filter(({ keyCreatorId }) => keyCreatorId !== userId),
  };
}

export const hasRemaining = ({ knownKeys, trusts }: RemainingAccess) => knownKeys.length > 0 || trusts.length > 0;

/** What an event in the audit log lists of it. */
export const summaryOf = (remaining: RemainingAccess) =>
  hasRemaining(remaining) && {
    knownKeys: remaining.knownKeys.slice(0, maxListed).map(({ id }) => id),
    trusts: remaining.trusts.slice(0, maxListed).map(({ id }) => id),
  };

const maxListed = 100;

/** Tells those who run an organization that a member who leaves it could still use something. */
export async function reportRemainingAccess(
  tx: Writer,
  { organizationId, userId }: Membership,
  remaining: RemainingAccess,
) {
  if (!hasRemaining(remaining)) return;
  const { email, emailVerifiedAt } = (await findUser(tx, userId))!;
  const values = {
    member: emailVerifiedAt ? email : null,
    keys: String(remaining.knownKeys.length),
    trusts: String(remaining.trusts.length),
  };
  for (const to of await adminEmails(tx, organizationId)) {
    if (to !== email) await enqueueEmail(tx, { to, template: "member-left", values, cause: organizationId });
  }
}

/** Disables the keys that someone knows, and deletes the trusts they created. */
export async function endRemainingAccess(
  tx: Writer,
  actor: Actor,
  organizationId: OrganizationId,
  { knownKeys, trusts }: RemainingAccess,
) {
  const because = "secret_known_to_former_member";
  for (const { id } of knownKeys) await disableApiKey(tx, organizationId, id, because);
  if (trusts.length > 0)
    await deleteTrusts(
      tx,
      trusts.map(({ id }) => id),
    );
  await recordAll(tx, actor, organizationId, [
    ...knownKeys.map(({ id, name }) => ({
      action: "api_key.disabled" as const,
      target: id,
      details: { name, because },
    })),
    ...trusts.map(({ id, keyId, issuer, claims }) => ({
      action: "api_key.trust_removed" as const,
      target: keyId,
      details: { trust: id, issuer, claims },
    })),
  ]);
}
