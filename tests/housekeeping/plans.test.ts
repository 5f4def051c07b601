import { expect, test } from "bun:test";
import Driver from "better-sqlite3";
import { pruneAudit } from "../../src/audit/retention";
import { openStreamSender } from "../../src/audit-streams/sending";
import { deliverDueEmails } from "../../src/mail/delivery";
import { prune } from "../../src/pruning";
import { answerEmailRequests } from "../../src/users/email-requests";
import { openWebhookSender } from "../../src/webhooks/sending";
import { statementsOf } from "../support/statements";
import { openWorld } from "../support/world";

/** Tables that are read whole, and why that takes a time that does not grow. */
const small: Readonly<Record<string, string>> = {
  audit_streams: "one for each organization that has one",
  login_failures: "counted, once in a pruning, which reads a page of its smallest index for hundreds of rows",
  usage_journal: "what a minute adds, by an index that has an entry for 250 keys",
};

/** The tables that a statement reads from the beginning to the end. */
function tablesReadWhole(file: Driver.Database, statement: string): string[] {
  const isCutOff = /^(?!.* where ).* limit \+?\?$/s.test(statement);
  if (isCutOff) return [];
  const values = Array(statement.split("?").length - 1).fill(1);
  const plan = file.prepare(`explain query plan ${statement}`).all(values) as { detail: string }[];
  return plan.flatMap(({ detail }) => {
    const table = /^SCAN (\w+)/.exec(detail)?.[1] ?? "";
    return isTable(file, table) && !detail.endsWith("INDEX audit_chains_pending") ? [table] : [];
  });
}

const isTable = (file: Driver.Database, name: string) =>
  file.prepare("select 1 from sqlite_schema where type = 'table' and name = ?").get(name) !== undefined;

test("what runs beside the requests on SQLite reads no table whole that grows", async () => {
  const world = await openWorld();
  const { app } = world;
  if (app.db.dialect === "postgres") return world.close(); // a long query there stops no process
  const ada = await world.person("Ada");
  const { id } = await ada.bask.organizations.create({ name: "Robots" });
  const { key } = await ada.bask.apiKeys.create(id, { name: "Robot" });
  await world.fetch("/whoami", { headers: { "X-API-Key": key } });
  const webhooks = openWebhookSender(app);
  const streams = openStreamSender(app);
  const statements = await statementsOf(async () => {
    await app.feed.poll();
    await app.usage.save();
    await answerEmailRequests(app);
    await deliverDueEmails(app);
    await webhooks.tick();
    await streams.tick();
    await prune(app);
    await pruneAudit(app);
  });
  await Promise.all([webhooks.stop(), streams.stop()]);
  const file = new Driver(app.config.database.url.replace("sqlite:", ""), { readonly: true });
  const queries = [...new Set(statements)].filter((statement) =>
    /^\s*(select|insert|update|delete)\b/i.test(statement),
  );
  const readWhole = queries.flatMap((statement) => tablesReadWhole(file, statement));
  file.close();
  expect([...new Set(readWhole)].toSorted()).toEqual(Object.keys(small));
  await world.close();
});
