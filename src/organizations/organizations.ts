import type { Actor, UserActor } from "../access/actor";
import { lockLiveUser } from "../access/live-user";
import { permissions, permissionsOfRole } from "../access/permissions";
import { permit } from "../access/permit";
import { underLock } from "../access/under-lock";
import type { App } from "../app";
import { record } from "../audit/audit";
import { UniqueViolation, type Writer } from "../db/database";
import { isId, newId, type OrganizationId } from "../ids";
import { requireRoomForMembership } from "../members/joining";
import { insertMembership } from "../members/members.sql";
import { omitUndefined } from "../omit-undefined";
import { afterCursor, type PageInput, toPage } from "../paging";
import { Problem } from "../problems";
import {
  findDeleted,
  findOrganization,
  insertOrganization,
  listOrganizationsOf,
  markOrganizationDeleted,
  type OrganizationRow,
  takenSlugs,
  undeleteOrganization,
  updateOrganizationRow,
} from "./organizations.sql";
import { isReservedSlug } from "./reserved-slugs";
import { freeSlug, randomSlug, requireUnreserved, slugOf, slugTaken } from "./slugs";

/** How long the owner of a deleted organization can restore it, in milliseconds. */
export const restoreWindow = 14 * 86_400_000;

/**
 * Creates an organization and makes its creator the owner. Without a slug, one is made from the name.
 * @throws Problem CONFLICT, with a free slug in its details, when the slug is taken, VALIDATION_ERROR for a reserved one,
 * PLAN_LIMIT_REACHED for a user who belongs to too many organizations
 */
export async function createOrganization(
  app: App,
  actor: UserActor,
  input: { name: string; slug?: string | undefined },
) {
  const slug = input.slug ?? slugOf(input.name);
  if (input.slug !== undefined) requireUnreserved(slug);
  const created = await app.db.write(async (tx) => {
    await lockLiveUser(tx, actor);
    await requireRoomForMembership(app, tx, actor.userId);
    const row = { id: newId("org", tx.now.getTime()), name: input.name, plan: "free" as const, createdAt: tx.now };
    const organization =
      (isReservedSlug(slug) ? undefined : await insertOrganization(tx, { ...row, slug })) ??
      (input.slug ? undefined : await insertWithFreeSlug(tx, { ...row, slug }));
    if (!organization) return undefined;
    const organizationId = organization.id;
    await insertMembership(tx, {
      id: newId("mem", tx.now.getTime()),
      organizationId,
      userId: actor.userId,
      role: "owner",
      roleId: null,
      createdAt: tx.now,
    });
    await record(tx, actor, {
      action: "organization.created",
      chain: organizationId,
      target: organizationId,
      details: { name: input.name, slug: organization.slug },
    });
    return organization;
  });
  if (!created) throw await slugTaken(app, slug);
  return { ...created, role: "owner" as const, permissions: [...permissions] };
}

/** The organizations a user belongs to, or the deleted ones they own and can restore. */
export async function listMyOrganizations(
  app: App,
  actor: UserActor,
  { limit, cursor, deleted }: PageInput & { deleted?: "true" | undefined },
) {
  const since = deleted && new Date(app.clock.now() - restoreWindow);
  const part = { after: afterCursor(cursor), limit: limit + 1 };
  const rows = await listOrganizationsOf(app.db.reader, actor.userId, part, since);
  return toPage(
    rows.map(({ grants, ...organization }) => ({
      ...organization,
      permissions: [...permissionsOfRole(organization.role, grants)],
    })),
    limit,
  );
}

export async function getOrganization(app: App, actor: Actor, id: string) {
  const { organizationId } = await permit(app, actor, id, "organization:read");
  const organization = await findOrganization(app.db.reader, organizationId);
  if (!organization) throw new Problem("NOT_FOUND");
  return organization;
}

/** @throws Problem CONFLICT, with a free slug in its details, when the slug is taken, VALIDATION_ERROR for a reserved one */
export async function updateOrganization(
  app: App,
  actor: Actor,
  id: string,
  input: { name?: string | undefined; slug?: string | undefined },
) {
  const change = omitUndefined(input);
  if (change.slug !== undefined) requireUnreserved(change.slug);
  return underLock(app, actor, id, "organization:update", async (tx, { organizationId }, row) => {
    if (Object.keys(change).length === 0) return row;
    const updated = await updateOrganizationRow(tx, organizationId, change);
    await record(tx, actor, {
      action: "organization.updated",
      chain: organizationId,
      target: organizationId,
      details: change,
    });
    return updated!;
  }).catch(async (error) => {
    throw error instanceof UniqueViolation ? await slugTaken(app, change.slug!) : error;
  });
}

/** Deletes an organization: its keys stop working and its slug is free at once. Its owner can restore it for 14 days. */
export async function deleteOrganization(app: App, actor: Actor, id: string) {
  await underLock(app, actor, id, "organization:delete", async (tx, { organizationId }) => {
    await markOrganizationDeleted(tx, organizationId);
    await record(tx, actor, { action: "organization.deleted", chain: organizationId, target: organizationId });
  });
}

/**
 * Restores a deleted organization as it was, under another slug where its own has been taken since.
 * @throws Problem NOT_FOUND for everyone but its owner, and after 14 days
 */
export async function restoreOrganization(app: App, actor: UserActor, id: string) {
  if (!isId("org", id)) throw new Problem("NOT_FOUND");
  const attempt = () => app.db.write((tx) => restore(tx, actor, id));
  const restored = await attempt().catch((error) => {
    // Another organization took the slug at the same moment: by now it is seen to be taken.
    if (error instanceof UniqueViolation) return attempt();
    throw error;
  });
  if (!restored) throw new Problem("NOT_FOUND");
  return restored;
}

async function restore(tx: Writer, actor: UserActor, id: OrganizationId): Promise<OrganizationRow | undefined> {
  await lockLiveUser(tx, actor);
  const deleted = await findDeleted(tx, id, actor.userId, new Date(tx.now.getTime() - restoreWindow));
  if (!deleted) return undefined;
  const isTaken = (await takenSlugs(tx, [deleted.slug])).size > 0;
  const restored = await undeleteOrganization(tx, id, isTaken ? await freeSlug(tx, deleted.slug) : deleted.slug);
  if (restored) {
    await record(tx, actor, {
      action: "organization.restored",
      chain: id,
      target: id,
      details: { slug: restored.slug },
    });
  }
  return restored;
}

/** Inserts an organization whose slug is taken; others with the same name may be created at the same moment. */
async function insertWithFreeSlug(tx: Writer, row: Parameters<typeof insertOrganization>[1]) {
  const free = await freeSlug(tx, row.slug);
  return (
    (await insertOrganization(tx, { ...row, slug: free })) ??
    (await insertOrganization(tx, { ...row, slug: randomSlug(row.slug) }))
  );
}
