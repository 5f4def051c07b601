import { webhookPayloads } from "../../src/webhooks/payloads.contract";
import { rowsOf } from "../../tests/support/migrations";
import type { Endpoint, StreamReceiver } from "./endpoints";
import type { Place } from "./scenario";

/** An organization with its receivers. */
export interface Tenant {
  id: string;
  hooks: Hook[];
  stream: StreamReceiver;
}

export interface Hook {
  id: string;
  events: readonly string[];
  endpoint: Endpoint;
}

/** Whether nothing waits any more: no delivery, no event, no stream. */
export const isSettled = async ({ url }: Place) => {
  const [left] = await rowsOf(
    url,
    `select (select count(*) from webhook_deliveries where status = 'pending')
      + (select count(*) from audit_chains where fanned_out < length)
      + (select count(*) from audit_streams join audit_chains on chain = organization_id where position < length) as many`,
  );
  return Number(left!.many) === 0;
};

/** Compares what the database committed with what the receivers of a tenant got. */
export async function faultsOfDeliveries({ url }: Place, { id, hooks, stream }: Tenant): Promise<string[]> {
  const faults: string[] = [];
  const events = await rowsOf(url, `select id, seq, action, hash from audit_events where chain = '${id}' order by seq`);
  if (events.map(({ hash }) => hash).join() !== stream.hashes.join()) faults.push("the audit stream is not complete");
  for (const { id: webhook, events: patterns, endpoint } of hooks) {
    const isAsked = (type: string) => patterns.some((pattern) => type.startsWith(pattern.replace("*", "")));
    const [{ starts_after: after, disabled_at: disabled }] = (await rowsOf(
      url,
      `select starts_after, disabled_at from webhooks where id = '${webhook}'`,
    )) as [{ starts_after: number; disabled_at: unknown }];
    const deliveries = await rowsOf(
      url,
      `select event_id, status from webhook_deliveries where webhook_id = '${webhook}'`,
    );
    const statuses = new Map(deliveries.map(({ event_id, status }) => [event_id, status]));
    const asked = events.filter(
      ({ seq, action }) =>
        Number(seq) > after && Object.hasOwn(webhookPayloads, String(action)) && isAsked(String(action)),
    );
    const ids = new Set(asked.map((event) => event.id));
    const accepted = (event: unknown) => endpoint.arrivals.get(String(event))?.isAccepted === true;
    const lost = asked.filter((event) => !accepted(event.id) && !(disabled && statuses.get(event.id) === "paused"));
    if (lost.length > 0) faults.push(`${lost.length} events did not reach an endpoint that is ${endpoint.conduct}`);
    if (statuses.size !== deliveries.length) faults.push("an event has two deliveries to one endpoint");
    if (deliveries.some(({ event_id, status }) => status === "succeeded" && !accepted(event_id)))
      faults.push("a delivery says that it succeeded, and was not accepted");
    if ([...endpoint.arrivals.keys()].some((arrived) => !ids.has(arrived)))
      faults.push("an event arrived that was never committed, or not asked for");
    faults.push(...endpoint.faults);
  }
  return faults;
}

/** The name in events of transactions that were rolled back. */
export const ghost = "ghost";

/** Whether every acknowledged change has its event, and none that was rolled back has one. */
export async function faultsOfWrites({ url }: Place, acknowledged: ReadonlySet<string>): Promise<string[]> {
  const rows = await rowsOf(url, "select details from audit_events where action = 'role.created'");
  const committed = new Set(rows.map(({ details }) => JSON.parse(String(details)).name));
  return [
    ...(committed.has(ghost) ? ["an event of a transaction that was rolled back is there"] : []),
    ...([...acknowledged].some((name) => !committed.has(name)) ? ["an acknowledged change has no event"] : []),
  ];
}
