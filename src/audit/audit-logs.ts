import { setImmediate } from "node:timers/promises";
import type { Actor, UserActor } from "../access/actor";
import { permit } from "../access/permit";
import type { App } from "../app";
import type { EventId, OrganizationId, UserId } from "../ids";
import { afterCursor, toCursor, toPage } from "../paging";
import { type ActorName, nameActors } from "./actors";
import { type EventFilter, type EventRow, listEventIds, listEvents } from "./audit.sql";
import { csvHeader, csvLines } from "./csv";
import { findEvents } from "./find-events";

export interface AuditInput extends EventFilter {
  limit: number;
  cursor?: string | undefined;
}

export interface AuditFileInput extends AuditInput {
  /** Whether the file begins with a byte order mark, by which spreadsheets know UTF-8. */
  bom: boolean;
}

type NamedEvent = EventRow & ActorName;

const columns = [
  "id",
  "seq",
  "at",
  "action",
  "actorType",
  "actorId",
  "actorName",
  "actorEmail",
  "targetId",
  "ip",
  "userAgent",
  "requestId",
  "traceparent",
  "details",
  "hash",
] as const satisfies (keyof NamedEvent)[];

/** The columns whose text comes from outside. */
const authored = new Set<(typeof columns)[number]>(["actorName", "actorEmail", "userAgent", "requestId"]);

/** Events that are read, and written to a file, at once. */
const batchSize = 250;

/** What happened in an organization, newest first. */
export async function listAuditLogs(app: App, actor: Actor, organization: string, input: AuditInput) {
  const { organizationId, permissions } = await permit(app, actor, organization, "audit-logs:read");
  return pageOfChain(app, organizationId, input, { withEmails: permissions.has("members:read") });
}

/**
 * The same as a CSV file, made while it is sent.
 * @returns also the cursor of the next file, if there is one
 */
export async function exportAuditLogs(app: App, actor: Actor, organization: string, input: AuditFileInput) {
  const { organizationId, permissions } = await permit(app, actor, organization, "audit-logs:read");
  const { limit, cursor, bom, ...filter } = input;
  const before = afterCursor(cursor) as EventId | undefined;
  const ids = await findEvents(app.db.reader, listEventIds, organizationId, filter, { before, limit: limit + 1 });
  return {
    csv: csvOf(app, organizationId, { limit, before, bom, filter, withEmails: permissions.has("members:read") }),
    nextCursor: ids.length > limit ? toCursor(ids[limit - 1]!.id) : null,
  };
}

interface CsvInput {
  limit: number;
  before: EventId | undefined;
  bom: boolean;
  filter: EventFilter;
  withEmails: boolean;
}

async function* csvOf(app: App, chain: OrganizationId, { limit, before, bom, filter, withEmails }: CsvInput) {
  yield (bom ? "\ufeff" : "") + csvHeader(columns);
  let position: EventId | number | undefined = before;
  for (let left = limit; left > 0; left -= batchSize) {
    const count = Math.min(left, batchSize);
    const events: EventRow[] = await findEvents(app.db.reader, listEvents, chain, filter, {
      before: position,
      limit: count,
    });
    if (events.length === 0) return;
    yield csvLines<NamedEvent>(columns, authored, await nameActors(app.db.reader, chain, events, { withEmails }));
    position = events.at(-1)!.seq;
    // SQLite answers within the same turn of the event loop; other requests get theirs in between.
    await setImmediate();
  }
}

/** What happened to a user's own account. */
export async function listOwnAuditLogs(app: App, actor: UserActor, input: AuditInput) {
  return pageOfChain(app, actor.userId, input, { withEmails: true });
}

/** A page of one log. The caller has checked who may read it. */
export async function pageOfChain(
  app: App,
  chain: OrganizationId | UserId,
  { limit, cursor, ...filter }: AuditInput,
  { withEmails }: { withEmails: boolean },
) {
  const before = afterCursor(cursor) as EventId | undefined;
  const page = toPage(await findEvents(app.db.reader, listEvents, chain, filter, { before, limit: limit + 1 }), limit);
  return { ...page, data: await nameActors(app.db.reader, chain, page.data, { withEmails }) };
}
