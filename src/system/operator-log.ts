import type { OperatorActor } from "../access/actor";
import type { App } from "../app";
import { listOperatorEvents } from "../audit/audit.sql";
import type { EventId } from "../ids";
import { listOperators } from "../operators/operators.sql";
import { afterCursor, type PageInput, toPage } from "../paging";

/** What operators did, and what happened to the installation, the latest first, with the names of who did it. */
export async function listOperatorActs(app: App, _operator: OperatorActor, { limit, cursor }: PageInput) {
  const { reader } = app.db;
  const before = afterCursor(cursor) as EventId | undefined;
  const operators = await listOperators(reader);
  const names = new Map(operators.map(({ id, fullName, email }) => [id as string, { fullName, email }]));
  const logs = ["installation", ...names.keys()];
  const found = await Promise.all(logs.map((log) => listOperatorEvents(reader, log, { before, limit: limit + 1 })));
  const latest = found.flat().sort((a, b) => (a.id < b.id ? 1 : -1));
  const page = toPage(latest.slice(0, limit + 1), limit);
  return {
    ...page,
    data: page.data.map((event) => {
      const actor = names.get(event.actorId ?? "");
      return { ...event, actorName: actor?.fullName ?? null, actorEmail: actor?.email ?? null };
    }),
  };
}
