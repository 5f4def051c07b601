import { beforeAll, describe, expect, test } from "bun:test";
import { outbox } from "../../src/db/tables";
import { newId, type OrganizationId, type UserId } from "../../src/ids";
import { type EmailParties, takeEmailBudget } from "../../src/mail/budget";
import { enqueueEmail, type OutgoingEmail } from "../../src/mail/outbox";
import { storm } from "../support/expect";
import { openWorld, type World } from "../support/world";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});

const enqueue = (email: OutgoingEmail) => world.app.db.write((tx) => enqueueEmail(tx, email));
const changed = (to: string, ip = "192.0.2.1") =>
  enqueue({ to, template: "password-changed", values: { at: world.app.clock.date(), ip, ways: "the password" } });
const reset = (to: string) =>
  enqueue({ to, template: "reset-password", values: { ticket: newId("tkt", world.time.now()) } });
const templatesTo = async (to: string) => (await world.emailsTo(to)).map(({ template }) => template);

async function verified(name: string) {
  const person = await world.person(name);
  await world.verify(person);
  return person.email;
}

describe("the emails of a kind that a recipient gets within an hour", () => {
  test("are five that someone waits for, and another kind has its own", async () => {
    const to = await verified("Ada");
    const sent = [];
    for (let i = 0; i < 8; i++) sent.push(await reset(to));
    expect(sent).toEqual([true, true, true, true, true, false, false, false]);
    expect(await enqueue({ to, template: "email-taken", values: {} })).toBe(true);
    world.time.pass({ hours: 1 });
    expect(await reset(to)).toBe(true);
  });

  test("are five also when a hundred are caused at the same moment", async () => {
    const { won } = await storm(100, () => reset("storm@example.com"));
    expect(won.filter(Boolean)).toHaveLength(5);
  });

  test("are five notices, and one an hour later that tells of all the others", async () => {
    const to = await verified("Bea");
    for (let i = 0; i < 490; i++) await changed(to, `192.0.2.${i % 256}`);
    expect((await templatesTo(to)).filter((name) => name === "password-changed")).toHaveLength(5);
    world.time.pass({ hours: 1 });
    expect((await templatesTo(to)).filter((name) => name === "password-changed")).toHaveLength(6);
    await changed(to);
    expect((await templatesTo(to)).filter((name) => name === "password-changed")).toHaveLength(7);
  });

  test("are one notice, and that of all the others, where the address is not verified", async () => {
    const to = (await world.person("Cleo")).email;
    for (let i = 0; i < 490; i++) await changed(to);
    await changed("stranger@example.com");
    await changed("stranger@example.com");
    world.time.pass({ hours: 2 });
    expect((await templatesTo(to)).filter((name) => name === "password-changed")).toHaveLength(2);
    expect(await templatesTo("stranger@example.com")).toHaveLength(2);
  });

  test("are collected into one email also when they come at the same moment", async () => {
    await storm(40, () => changed("dora@example.com"));
    const waiting = (await world.app.db.reader.select().from(outbox)).filter(({ to }) => to === "dora@example.com");
    expect(waiting.map(({ more }) => more && more.listed.length + more.unlisted).sort()).toEqual([38, null]);
  });

  test("leave the link of the last one good: no new one is made for an email that is not sent", async () => {
    const to = "eve@example.com";
    let made = 0;
    const ticket = async () => ({ ticket: newId("tkt", ++made) });
    for (let i = 0; i < 8; i++) await enqueue({ to, template: "verify-email", values: ticket });
    expect(made).toBe(5);
  });
});

describe("emails to people who did not ask for them", () => {
  const take = (parties: Partial<EmailParties>) =>
    world.app.db.write((tx) =>
      takeEmailBudget(tx, {
        sender: newId("usr", 0) as UserId,
        organization: newId("org", 0) as OrganizationId,
        recipient: `${newId("usr", 0)}@example.com`,
        ...parties,
      }),
    );
  const granted = async (times: number, parties: Partial<EmailParties>) => {
    const outcomes = [];
    for (let i = 0; i < times; i++) outcomes.push(await take(parties));
    return { granted: outcomes.filter((outcome) => !outcome).length, last: outcomes.at(-1) };
  };

  test("are bounded by sender, organization, recipient, and organization with recipient", async () => {
    const sender = newId("usr", 0) as UserId;
    const organization = newId("org", 0) as OrganizationId;
    expect(await granted(60, { sender })).toEqual({ granted: 50, last: { of: "sender", retryAfter: 3_600 } });
    expect(await granted(110, { organization })).toMatchObject({ granted: 100, last: { of: "organization" } });
    expect(await granted(9, { recipient: "fay@example.com" })).toMatchObject({ granted: 5, last: { of: "recipient" } });
    const pair = { organization: newId("org", 1) as OrganizationId, recipient: "gil@example.com" };
    expect(await granted(5, pair)).toEqual({ granted: 3, last: { of: "pair", retryAfter: 86_400 } });
  });
});
