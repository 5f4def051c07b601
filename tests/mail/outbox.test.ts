import { beforeEach, describe, expect, test } from "bun:test";
import { eq } from "drizzle-orm";
import { outbox } from "../../src/db/tables";
import { type EmailId, newId, type OrganizationId } from "../../src/ids";
import { enqueueEmail, type OutgoingEmail } from "../../src/mail/outbox";
import { claimEmails, dropEmail, dropPendingEmails, listFailedEmails, retryEmail } from "../../src/mail/outbox.sql";
import { openWorld, type World } from "../support/world";

let world: World;
beforeEach(async () => {
  world = await openWorld();
});

const enqueue = (email: OutgoingEmail) => world.app.db.write((tx) => enqueueEmail(tx, email));
const notice = (to: string, cause?: OrganizationId): OutgoingEmail => ({
  to,
  template: "key-leaked",
  values: { name: "CI", prefix: "bsk_live_ab12" },
  ...(cause && { cause }),
});
const reset = (to: string): OutgoingEmail => ({
  to,
  template: "reset-password",
  values: { ticket: newId("tkt", world.time.now()) },
});
/** Recipients in the order in which emails are taken, one after the other. */
async function order() {
  const recipients = [];
  for (;;) {
    const [row] = await world.app.db.write((tx) => claimEmails(tx, 1, new Date(tx.now.getTime() + 60_000)));
    if (!row) return recipients;
    recipients.push(row.to);
  }
}

describe("the order of emails", () => {
  test("has what someone waits for before notices, however many those are", async () => {
    for (let i = 0; i < 200; i++) await enqueue(notice(`admin${i}@example.com`));
    await enqueue(reset("ada@example.com"));
    expect((await order())[0]).toBe("ada@example.com");
  });

  test("lets organizations take turns: one that causes thousands delays none that causes one", async () => {
    const flooder = newId("org", 0) as OrganizationId;
    const other = newId("org", 0) as OrganizationId;
    for (let i = 0; i < 100; i++) await enqueue(notice(`admin${i}@example.com`, flooder));
    world.time.pass({ seconds: 2 });
    await enqueue(notice("bea@example.com", other));
    const taken = await order();
    expect(taken.indexOf("bea@example.com")).toBeLessThanOrEqual(3);
    expect(taken).toHaveLength(101);
  });

  test("keeps none back forever: a flood's first emails go before what comes later", async () => {
    const flooder = newId("org", 0) as OrganizationId;
    for (let i = 0; i < 10; i++) await enqueue(notice(`admin${i}@example.com`, flooder));
    world.time.pass({ minutes: 1 });
    await enqueue(notice("cleo@example.com"));
    expect((await order()).at(-1)).toBe("cleo@example.com");
  });
});

describe("an email about something that was canceled", () => {
  const offer = (to: string, about: string): OutgoingEmail => ({
    to,
    template: "ownership-offered",
    values: {},
    about,
  });

  test("is dropped in the transaction that cancels, and no other is", async () => {
    await enqueue(offer("ada@example.com", "org_a"));
    await enqueue(offer("bea@example.com", "org_b"));
    await enqueue({ to: "cleo@example.com", template: "account-deleted", values: {}, about: "org_a" });
    await world.app.db.write((tx) => dropPendingEmails(tx, { template: "ownership-offered", about: "org_a" }));
    expect((await order()).sort()).toEqual(["bea@example.com", "cleo@example.com"]);
  });
});

describe("emails that were given up", () => {
  async function failed(to: string): Promise<EmailId> {
    await enqueue(notice(to));
    const [row] = await world.app.db.write((tx) =>
      tx
        .update(outbox)
        .set({ state: "failed", attempts: 20, failure: "550 5.1.1" })
        .where(eq(outbox.to, to))
        .returning(),
    );
    return row!.id;
  }

  test("are listed, the latest first, page by page", async () => {
    const ids: EmailId[] = [];
    for (const name of ["ada", "bea", "cleo"]) {
      ids.unshift(await failed(`${name}@example.com`));
      world.time.pass({ seconds: 1 });
    }
    await enqueue(notice("dora@example.com"));
    const { reader } = world.app.db;
    const first = await listFailedEmails(reader, { limit: 2 });
    expect(first.map(({ id }) => id)).toEqual(ids.slice(0, 2));
    const second = await listFailedEmails(reader, { limit: 2, before: first[1]!.id });
    expect(second).toMatchObject([{ id: ids[2], to: "ada@example.com", failure: "550 5.1.1" }]);
  });

  test("are sent again once for each request, or removed; what is not given up stays as it is", async () => {
    const [ada, bea] = [await failed("ada@example.com"), await failed("bea@example.com")];
    const write = world.app.db.write;
    const again = await Promise.all(Array.from({ length: 10 }, () => write((tx) => retryEmail(tx, ada))));
    expect(again.filter(Boolean)).toHaveLength(1);
    expect(await write((tx) => dropEmail(tx, bea))).toBe(true);
    expect(await write((tx) => retryEmail(tx, bea))).toBe(false);
    expect(await world.emailsTo("ada@example.com")).toHaveLength(1);
    expect(await write((tx) => retryEmail(tx, ada))).toBe(false);
    expect(await write((tx) => dropEmail(tx, ada))).toBe(false);
    expect(await world.emailsTo("bea@example.com")).toEqual([]);
  });
});
