import { randomInt } from "node:crypto";
import type { Actor, UserActor } from "../access/actor";
import { permit } from "../access/permit";
import type { App } from "../app";
import { record } from "../audit/audit";
import { UniqueViolation } from "../db/database";
import { newId } from "../ids";
import { insertMembership } from "../members/members.sql";
import { afterCursor, type PageInput, toPage } from "../paging";
import { Problem } from "../problems";
import {
  deleteOrganization,
  findOrganization,
  insertOrganization,
  listOrganizationsOf,
  updateOrganization,
} from "./organizations.sql";

/**
 * Founds an organization; who founds it owns it. Without a slug one is made from the name.
 * @throws Problem CONFLICT when the slug is taken
 */
export async function createOrganization(
  app: App,
  actor: UserActor,
  input: { name: string; slug?: string | undefined },
) {
  const created = await app.db.write(async (tx) => {
    const row = { id: newId("org", tx.now.getTime()), name: input.name, plan: "free" as const, createdAt: tx.now };
    const organization = input.slug
      ? await insertOrganization(tx, { ...row, slug: input.slug })
      : ((await insertOrganization(tx, { ...row, slug: slugOf(input.name) })) ??
        (await insertOrganization(tx, { ...row, slug: `${slugOf(input.name)}-${randomInt(1e9, 1e10)}` })));
    if (!organization) return undefined;
    const organizationId = organization.id;
    await insertMembership(tx, {
      id: newId("mem", tx.now.getTime()),
      organizationId,
      userId: actor.userId,
      role: "owner",
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
  if (!created) throw slugTaken();
  return { ...created, role: "owner" as const };
}

/** The organizations a person belongs to. */
export async function listMyOrganizations(app: App, actor: UserActor, { limit, cursor }: PageInput) {
  return toPage(
    await listOrganizationsOf(app.db.reader, actor.userId, { after: afterCursor(cursor), limit: limit + 1 }),
    limit,
  );
}

export async function getOrganization(app: App, actor: Actor, id: string) {
  const { organizationId } = await permit(app, actor, id, "organization:read");
  const organization = await findOrganization(app.db.reader, organizationId);
  if (!organization) throw new Problem("NOT_FOUND");
  return organization;
}

/** @throws Problem CONFLICT when the slug is taken */
export async function changeOrganization(
  app: App,
  actor: Actor,
  id: string,
  input: { name?: string | undefined; slug?: string | undefined },
) {
  const { organizationId } = await permit(app, actor, id, "organization:update");
  const change = {
    ...(input.name !== undefined && { name: input.name }),
    ...(input.slug !== undefined && { slug: input.slug }),
  };
  if (Object.keys(change).length === 0) return getOrganization(app, actor, id);
  const updated = await app.db
    .write(async (tx) => {
      const row = await updateOrganization(tx, organizationId, change);
      if (row)
        await record(tx, actor, {
          action: "organization.updated",
          chain: organizationId,
          target: organizationId,
          details: change,
        });
      return row;
    })
    .catch((error) => {
      throw error instanceof UniqueViolation ? slugTaken() : error;
    });
  if (!updated) throw new Problem("NOT_FOUND");
  return updated;
}

/** Deletes an organization with everything in it; its keys are dead at once. */
export async function removeOrganization(app: App, actor: Actor, id: string) {
  const { organizationId } = await permit(app, actor, id, "organization:delete");
  const deleted = await app.db.write(async (tx) => {
    const done = await deleteOrganization(tx, organizationId);
    if (done)
      await record(tx, actor, { action: "organization.deleted", chain: organizationId, target: organizationId });
    return done;
  });
  if (!deleted) throw new Problem("NOT_FOUND");
}

function slugOf(name: string): string {
  const words =
    name
      .normalize("NFKD")
      .toLowerCase()
      .match(/[a-z0-9]+/g) ?? [];
  const slug = words.join("-").slice(0, 39).replace(/-$/, "");
  return slug.length >= 3 ? slug : `org-${randomInt(1e9, 1e10)}`;
}

const slugTaken = () => new Problem("CONFLICT", { message: "This slug is taken. Choose another one." });
