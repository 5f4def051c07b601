import type { Actor, UserActor } from "../access/actor";
import { permit } from "../access/permit";
import type { App } from "../app";
import type { OrganizationId, UserId } from "../ids";
import { afterCursor, toPage } from "../paging";
import { type EventFilter, type EventRow, listEvents } from "./audit.sql";
import { toCsv } from "./csv";

export interface AuditInput extends EventFilter {
  limit: number;
  cursor?: string | undefined;
}

const columns = [
  "id",
  "seq",
  "at",
  "action",
  "actorType",
  "actorId",
  "targetId",
  "ip",
  "userAgent",
  "requestId",
  "details",
  "hash",
] as const satisfies (keyof EventRow)[];

/** What happened in an organization, newest first. */
export async function listAuditLogs(app: App, actor: Actor, organization: string, input: AuditInput) {
  const { organizationId } = await permit(app, actor, organization, "audit-logs:read");
  return pageOfChain(app, organizationId, input);
}

/** The same as a file of CSV. @returns also where it goes on, if it does */
export async function exportAuditLogs(app: App, actor: Actor, organization: string, input: AuditInput) {
  const { data, nextCursor } = await listAuditLogs(app, actor, organization, input);
  return { csv: toCsv<EventRow>(columns, data), nextCursor };
}

/** What happened to a user's own account. */
export async function listOwnAuditLogs(app: App, actor: UserActor, input: AuditInput) {
  return pageOfChain(app, actor.userId, input);
}

/** A page of one log. The caller has checked who may read it. */
export async function pageOfChain(app: App, chain: OrganizationId | UserId, { limit, cursor, ...filter }: AuditInput) {
  const before = afterCursor(cursor);
  return toPage(await listEvents(app.db.reader, chain, filter, { before, limit: limit + 1 }), limit);
}
