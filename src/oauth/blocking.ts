import type { OperatorActor } from "../access/actor";
import type { App } from "../app";
import { record } from "../audit/audit";
import type { Writer } from "../db/database";
import { fieldMessages } from "../field-messages.contract";
import { requireStillOperator } from "../operators/require-operator";
import { type PageInput, toPage } from "../paging";
import { invalid, Problem } from "../problems";
import { blockRow, findAnyClient, listAllClients, unblockRow } from "./blocking.sql";
import { unlistedClient } from "./clients";
import { type ClientRow, insertClient } from "./clients.sql";

/** Every app that is known, however it came: registered, by itself, by a document from the first time that someone let it act, or part of Bask. */
export async function listEveryApp(
  app: App,
  _operator: OperatorActor,
  {
    limit,
    cursor,
    search,
    blocked,
  }: PageInput & { search?: string | undefined; blocked?: "true" | "false" | undefined },
) {
  const filter = { search, isBlocked: blocked && blocked === "true" };
  const page = { after: afterClient(cursor), limit: limit + 1 };
  const { data, nextCursor } = toPage(await listAllClients(app.db.reader, filter, page, app.clock.date()), limit);
  return { data: data.map(present), nextCursor };
}

/** The client_id that a page starts after, which has no form. @throws Problem VALIDATION_ERROR */
function afterClient(cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined;
  const id = Buffer.from(cursor, "base64url").toString();
  if (!/^[\x21-\x7e]{1,300}$/.test(id)) throw invalid("cursor", fieldMessages.cursor);
  return id;
}

/**
 * Blocks an app everywhere: from the next request on its tokens are refused, it gets no others, and no user is asked about it. What users have agreed to
 * stays, and works again when the block is taken back. An app that describes itself can be blocked before anyone has met it.
 * @throws Problem NOT_FOUND
 */
export const blockApp = (app: App, operator: OperatorActor, input: { clientId: string; reason: string }) =>
  change(app, operator, "oauth_client.blocked", input, async (tx) => {
    const unlisted = unlistedClient(input.clientId, tx.now);
    if (unlisted) await insertClient(tx, unlisted);
    return blockRow(tx, input.clientId, { by: operator.userId, because: input.reason });
  });

/** Takes the block of an app back, from the next request on. @throws Problem NOT_FOUND */
export const unblockApp = (app: App, operator: OperatorActor, input: { clientId: string; reason: string }) =>
  change(app, operator, "oauth_client.unblocked", input, (tx) => unblockRow(tx, input.clientId));

async function change(
  app: App,
  operator: OperatorActor,
  action: "oauth_client.blocked" | "oauth_client.unblocked",
  { clientId, reason }: { clientId: string; reason: string },
  act: (tx: Writer) => Promise<ClientRow | undefined>,
) {
  await app.db.write(async (tx) => {
    await requireStillOperator(tx, operator);
    const client = await act(tx);
    if (!client) return;
    // However many grants it has, all of their tokens are looked at again.
    await tx.invalidate({ topic: "installation", subject: clientId });
    await recordChange(tx, operator, action, client, reason);
  });
  const client = await findAnyClient(app.db.reader, clientId, app.clock.date());
  if (!client) throw new Problem("NOT_FOUND");
  return present(client);
}

/** In the operator's own log and, for an app of an organization, in that one's. */
async function recordChange(
  tx: Writer,
  operator: OperatorActor,
  action: "oauth_client.blocked" | "oauth_client.unblocked",
  { id: target, name, organizationId: chain }: ClientRow,
  reason: string,
) {
  const { userId, origin } = operator;
  const details = { name, reason };
  if (chain) await record(tx, { kind: "operator", userId, origin }, { action, chain, target, details });
  await record(tx, operator, { action: "operator.acted", chain: userId, target, details: { action, ...details } });
}

const present = ({
  id,
  organizationId,
  organizationName,
  ...client
}: NonNullable<Awaited<ReturnType<typeof findAnyClient>>>) => ({
  ...client,
  clientId: id,
  organization: organizationId && { id: organizationId, name: organizationName! },
});
