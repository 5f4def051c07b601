import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { eq } from "drizzle-orm";
import PostalMime from "postal-mime";
import { outbox } from "../../src/db/tables";
import { newId } from "../../src/ids";
import { openLog } from "../../src/log";
import { deliverDueEmails, deliverEmails } from "../../src/mail/delivery";
import { MailerClosed, openMailer } from "../../src/mail/mailer";
import { enqueueEmail } from "../../src/mail/outbox";
import { readOwnTemplates } from "../../src/mail/own-templates";
import { answerEmailRequests } from "../../src/users/email-requests";
import { temporaryFolder } from "../support/process";
import { openSmtp, type TestSmtp } from "../support/smtp";
import { openWorld, type World } from "../support/world";

let smtp: TestSmtp;
let world: World;
beforeAll(async () => {
  smtp = await openSmtp();
  world = await openWorld({ config: { smtp: smtp.server, mailFrom: { name: "Bask", address: "hello@bask.test" } } });
});
afterEach(() => {
  smtp.behavior = {};
});
afterAll(() => smtp.close());

const deleted = (to: string, { app } = world) =>
  app.db.write((tx) => enqueueEmail(tx, { to, template: "account-deleted", values: {} }));
const emailsTo = (to: string) => smtp.received.filter((message) => message.to?.[0]?.address === to);
const rowTo = async (to: string) => (await world.app.db.reader.select().from(outbox).where(eq(outbox.to, to)))[0]!;
const logOf = (lines: string[], text: string) => lines.filter((line) => line.includes(text)).join("");

describe("an email", () => {
  test("goes out over SMTP as text and as a page, with one link that leads to APP_URL", async () => {
    await world.visitor.auth.register({ email: "ada@example.com", password: "a long password", fullName: "Ada" });
    await deliverEmails(world.app);
    const [message] = emailsTo("ada@example.com");
    expect(message).toMatchObject({ subject: "Verify your email for Bask", from: { address: "hello@bask.test" } });
    const link = /https:\/\/bask\.test\/verify-email#token=bml_[\w-]{50}/;
    expect(message!.text).toMatch(link);
    expect(message!.html!.match(/href="([^"]+)"/g)).toHaveLength(1);
    expect(message!.html).toMatch(link);
  });

  test("that belongs to a change which was not made is never sent", async () => {
    const undone = world.app.db.write(async (tx) => {
      await enqueueEmail(tx, { to: "bea@example.com", template: "account-deleted", values: {} });
      throw new Error("undone");
    });
    expect(undone).rejects.toThrow("undone");
    await deliverEmails(world.app);
    expect(emailsTo("bea@example.com")).toHaveLength(0);
  });

  test("is sent once, however many workers look for it at the same time", async () => {
    const twin = await openWorld({
      config: { smtp: smtp.server },
      time: world.time,
      databaseUrl: world.app.config.database.url,
    });
    for (let i = 0; i < 10; i++) await deleted(`cleo${i}@example.com`);
    await Promise.all(Array.from({ length: 10 }, (_, i) => deliverEmails(i % 2 ? world.app : twin.app)));
    for (let i = 0; i < 10; i++) expect(emailsTo(`cleo${i}@example.com`)).toHaveLength(1);
  });

  test("of many is sent in one go, not at a batch a second", async () => {
    const before = smtp.received.length;
    for (let i = 0; i < 45; i++) await deleted(`many${i}@example.com`);
    await deliverDueEmails(world.app);
    expect(smtp.received.length - before).toBe(45);
  });

  test("waits longer after each failure and arrives when the server is well again", async () => {
    await deleted("dora@example.com");
    smtp.behavior = { data: "451 try later" };
    expect(await deliverEmails(world.app)).toBe(1);
    smtp.behavior = { data: "hang up" };
    world.time.pass({ seconds: 14 });
    expect(await deliverEmails(world.app)).toBe(0);
    world.time.pass({ seconds: 1 });
    expect(await deliverEmails(world.app)).toBe(1);
    smtp.behavior = {};
    world.time.pass({ seconds: 29 });
    expect(await deliverEmails(world.app)).toBe(0);
    world.time.pass({ seconds: 1 });
    expect(await deliverEmails(world.app)).toBe(1);
    expect(emailsTo("dora@example.com")).toHaveLength(1);
  });

  test("is taken over by another worker when the one that took it died", async () => {
    const taken = Promise.withResolvers<void>();
    const dying = await openWorld({
      mailer: {
        send() {
          taken.resolve();
          return new Promise(() => {});
        },
        close: async () => {},
      },
      time: world.time,
      databaseUrl: world.app.config.database.url,
    });
    await deleted("gil@example.com");
    void deliverEmails(dying.app);
    await taken.promise;
    expect(await deliverEmails(world.app)).toBe(0);
    world.time.pass({ minutes: 5 });
    expect(await deliverEmails(world.app)).toBe(1);
    expect(emailsTo("gil@example.com")).toHaveLength(1);
  });
});

describe("an email whose recipient is refused for good", () => {
  for (const [name, behavior] of [
    ["with an enhanced status code", { rcpt: "550 5.1.1 <RECIPIENT>: no such user" }],
    ["after the text", { data: "554 5.2.1 mailbox disabled" }],
    ["by a server without such codes", { rcpt: "550 No such user here" }],
  ] as const)
    test(`${name} is given up at once, and its log has neither recipient nor link`, async () => {
      const lines = world.log.length;
      const to = `${name.replaceAll(" ", "-")}@example.com`;
      await deleted(to);
      smtp.behavior = JSON.parse(JSON.stringify(behavior).replace("RECIPIENT", to));
      await deliverEmails(world.app);
      expect(await rowTo(to)).toMatchObject({ state: "failed" });
      const log = logOf(world.log.slice(lines), "an email was given up");
      expect(log).toContain(Object.values(behavior)[0]!.slice(0, 7));
      expect(log).not.toContain(to);
      expect(log).not.toContain("bml_");
      world.time.pass({ days: 1 });
    });

  test("is given up after twenty attempts where it is not said why", async () => {
    const to = "ivan@example.com";
    await deleted(to);
    smtp.behavior = { data: "452 4.2.2 mailbox full" };
    let attempts = 0;
    for (let hour = 0; hour < 24 * 4; hour++) {
      attempts += await deliverEmails(world.app);
      world.time.pass({ hours: 1 });
    }
    expect(attempts).toBe(20);
    expect(await rowTo(to)).toMatchObject({ state: "failed", failure: "EMESSAGE DATA 452 4.2.2 mailbox full" });
  });
});

describe("a fault of the sender", () => {
  const faults: [name: string, behavior: TestSmtp["behavior"], told: string][] = [
    [
      "a server that demands a login",
      { mail: "530 5.7.0 Authentication required" },
      "530 5.7.0 Authentication required",
    ],
    [
      "an address it may not send from",
      { mail: "553 5.7.1 Sender address rejected" },
      "553 5.7.1 Sender address rejected",
    ],
    ["a sender's domain that does not exist", { rcpt: "450 4.1.8 Sender domain not found" }, "450 4.1.8"],
    ["a server that does not relay", { rcpt: "550 relaying denied" }, "550 relaying denied"],
    ["a policy", { data: "550 5.7.26 SPF and DKIM did not pass" }, "550 5.7.26"],
  ];
  for (const [name, behavior, told] of faults)
    test(`never gives an email up, and the log says what the server said: ${name}`, async () => {
      const to = `${name.replaceAll(/\W/g, "-")}@example.com`;
      await deleted(to);
      const lines = world.log.length;
      smtp.behavior = behavior;
      await world.app.db.write((tx) => tx.update(outbox).set({ attempts: 100 }).where(eq(outbox.to, to)));
      expect(await deliverEmails(world.app)).toBe(1);
      expect(await rowTo(to)).toMatchObject({ state: "waiting" });
      expect(logOf(world.log.slice(lines), "an email could not be sent")).toContain(told);
      smtp.behavior = {};
      world.time.pass({ minutes: 15 });
      await deliverEmails(world.app);
      expect(emailsTo(to)).toHaveLength(1);
    });

  test("is a server that is not there, refuses everyone or a password, or has no TLS where that is demanded", async () => {
    const auth = { user: "bask", pass: "secret-canary" };
    for (const [server, behavior, told] of [
      [{ port: 1 }, {}, "ECONNREFUSED"],
      [{}, { greeting: "554 5.3.2 not now" }, "554 5.3.2 not now"],
      [{ auth }, { auth: "535 5.7.8 Wrong password" }, "EAUTH AUTH PLAIN 535 5.7.8 Wrong password"],
      [{ requireTLS: true }, {}, "ETLS"],
    ] as const) {
      const broken = { ...smtp.server, ...server };
      smtp.behavior = behavior;
      const lonely = await openWorld({ config: { smtp: broken } });
      await deleted("kim@example.com", lonely);
      await lonely.app.db.write((tx) => tx.update(outbox).set({ attempts: 100 }));
      expect(await deliverEmails(lonely.app)).toBe(1);
      const [row] = await lonely.app.db.reader.select().from(outbox);
      expect(row).toMatchObject({ state: "waiting", failure: expect.stringContaining(told) });
      expect(lonely.log.join("")).not.toContain("secret-canary");
    }
  });

  test("is tried with one email at a time until it is mended", async () => {
    for (let i = 0; i < 30; i++) await deleted(`lena${i}@example.com`);
    smtp.behavior = { mail: "530 5.7.0 Authentication required" };
    expect(await deliverEmails(world.app)).toBe(20);
    expect(await deliverEmails(world.app)).toBe(1);
    smtp.behavior = {};
    expect(await deliverEmails(world.app)).toBe(1);
    expect(await deliverEmails(world.app)).toBe(8);
    world.time.pass({ minutes: 1 });
    await deliverDueEmails(world.app);
    expect(smtp.received.filter(({ to }) => to?.[0]?.address?.startsWith("lena"))).toHaveLength(30);
  });
});

describe("an email that is pointless by the time it could leave", () => {
  let kept: World;
  beforeEach(async () => {
    kept = await openWorld();
  });

  test("is dropped when its link was replaced, used, or has expired", async () => {
    const mia = await kept.person("Mia");
    for (let i = 0; i < 3; i++) {
      await kept.visitor.auth.forgotPassword({ email: mia.email });
      await answerEmailRequests(kept.app);
    }
    const resets = (await kept.emailsTo(mia.email)).filter(({ template }) => template === "reset-password");
    expect(resets).toHaveLength(1);
    await kept.visitor.auth.forgotPassword({ email: mia.email });
    await answerEmailRequests(kept.app);
    kept.time.pass({ hours: 1 });
    await deliverEmails(kept.app);
    const rows = (await kept.app.db.reader.select().from(outbox)).filter(
      ({ template }) => template === "reset-password",
    );
    expect(rows.map(({ state }) => state).sort()).toEqual(["dropped", "dropped", "dropped", "sent"]);
  });

  test("is dropped when the invitation was canceled or sent again", async () => {
    const noa = await kept.person("Noa");
    await kept.verify(noa);
    const { id } = await noa.bask.organizations.create({ name: "Acme" });
    const first = await noa.bask.invitations.create(id, { email: "ole@example.com", role: "member" });
    await noa.bask.invitations.resend(id, first.id);
    expect(await kept.emailsTo("ole@example.com")).toHaveLength(1);
    const second = await noa.bask.invitations.create(id, { email: "pia@example.com", role: "member" });
    await noa.bask.invitations.cancel(id, second.id);
    expect(await kept.emailsTo("pia@example.com")).toEqual([]);
  });
});

describe("a person's preferences", () => {
  test("decide the language and the time zone of their emails, as they were when it happened", async () => {
    using folder = temporaryFolder();
    mkdirSync(join(folder.path, "de"));
    writeFileSync(join(folder.path, "de/account-deleted.txt"), "Subject: Gelöscht\n\nAuf Wiedersehen");
    const kept = await openWorld({ config: { mailTemplates: readOwnTemplates(folder.path) } });
    const rosa = await kept.person("Rosa");
    await kept.verify(rosa);
    await rosa.bask.me.update({ preferences: { language: "de-CH", timezone: "America/New_York" } });
    await rosa.bask.me.changePassword({ currentPassword: rosa.password, newPassword: "a new and long password" });
    await rosa.bask.me.delete({ password: "a new and long password" });
    const [changed, deleted] = (await kept.emailsTo(rosa.email)).slice(-2);
    expect(changed!.text).toContain("March 2, 2026 at 4:00 AM (America/New_York)");
    expect(deleted).toMatchObject({ subject: "Gelöscht", text: "Auf Wiedersehen\n" });
  });
});

describe("closing the mailer", () => {
  test("abandons what a silent server has not taken, and gives the email back at once", async () => {
    await deleted("quin@example.com");
    const before = smtp.received.length;
    const stopping = await openWorld({
      config: { smtp: smtp.server },
      time: world.time,
      databaseUrl: world.app.config.database.url,
    });
    const reached = Promise.withResolvers<void>();
    smtp.behavior = { data: "silence", onData: reached.resolve };
    const delivery = deliverEmails(stopping.app);
    await reached.promise;
    await stopping.app.mailer.close();
    expect(await delivery).toBe(1);
    expect(await rowTo("quin@example.com")).toMatchObject({ state: "waiting", attempts: 0 });
    await expect(stopping.app.mailer.send({} as never)).rejects.toBeInstanceOf(MailerClosed);
    smtp.behavior = {};
    expect(await deliverEmails(world.app)).toBe(1);
    expect(smtp.received.length - before).toBe(1);
  });
});

describe("without an SMTP server", () => {
  const config = () => ({ ...world.app.config, smtp: undefined });
  const message = () =>
    world.app.renderEmail({
      id: "eml_1",
      to: "rosa@example.com",
      template: "verify-email",
      values: { ticket: newId("tkt", world.time.now()) },
    });

  test("emails are files that only their user can read, and the log shows the link", async () => {
    using folder = temporaryFolder();
    const lines: string[] = [];
    const mailbox = join(folder.path, "mailbox");
    const mailer = openMailer({ ...config(), mailbox }, openLog(config(), { write: (line) => lines.push(line) }));
    const sent = message();
    await mailer.send(sent);
    const [file] = readdirSync(mailbox);
    const parsed = await PostalMime.parse(readFileSync(join(mailbox, file!)));
    expect(parsed.text).toContain(sent.link!);
    expect(statSync(join(mailbox, file!)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(lines[0]!)).toMatchObject({ to: "rosa@example.com", link: sent.link });
  });

  test("the log shows the link also when the mailbox cannot be written", async () => {
    using folder = temporaryFolder();
    const mailbox = join(folder.path, "mailbox");
    writeFileSync(mailbox, "a file in its place");
    const lines: string[] = [];
    const mailer = openMailer({ ...config(), mailbox }, openLog(config(), { write: (line) => lines.push(line) }));
    const sent = message();
    await mailer.send(sent);
    expect(JSON.parse(lines[0]!)).toMatchObject({
      link: sent.link,
      err: { message: expect.stringContaining("EEXIST") },
    });
  });
});
