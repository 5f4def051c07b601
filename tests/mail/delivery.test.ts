import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import PostalMime from "postal-mime";
import { parseSmtpUrl } from "../../src/config/smtp-url";
import { newId } from "../../src/ids";
import { openLog } from "../../src/log";
import { deliverEmails } from "../../src/mail/delivery";
import { openMailer } from "../../src/mail/mailer";
import { enqueueEmail } from "../../src/mail/outbox";
import { openSmtp, type TestSmtp } from "../support/smtp";
import { openWorld, type World } from "../support/world";

let smtp: TestSmtp;
let world: World;
beforeAll(async () => {
  smtp = await openSmtp();
  world = await openWorld({
    config: { smtp: parseSmtpUrl(smtp.url), mailFrom: { name: "Bask", address: "hello@bask.test" } },
  });
});
afterAll(() => smtp.close());

const write = (to: string, { app } = world) =>
  app.db.write((tx) =>
    enqueueEmail(tx, { to, template: "verify-email", values: { ticket: newId("tkt", tx.now.getTime()) } }),
  );
const emailsTo = (to: string) => smtp.received.filter((message) => message.to?.[0]?.address === to);

describe("a letter", () => {
  test("goes out over SMTP as text and as a page, with one link that leads to PUBLIC_URL", async () => {
    await write("ada@example.com");
    await deliverEmails(world.app);
    const [message] = emailsTo("ada@example.com");
    expect(message).toMatchObject({ subject: "Confirm your e-mail address", from: { address: "hello@bask.test" } });
    const link = /https:\/\/bask\.test\/verify-email#token=bml_[\w-]{50}/;
    expect(message!.text).toMatch(link);
    expect(message!.html!.match(/href="([^"]+)"/g)).toHaveLength(1);
    expect(message!.html).toMatch(link);
  });

  test("that belongs to a change which was not made is never sent", async () => {
    const undone = world.app.db.write(async (tx) => {
      await enqueueEmail(tx, { to: "bea@example.com", template: "verify-email", values: { ticket: newId("tkt", 0) } });
      throw new Error("undone");
    });
    expect(undone).rejects.toThrow("undone");
    await deliverEmails(world.app);
    expect(emailsTo("bea@example.com")).toHaveLength(0);
  });

  test("is sent once, however many workers look for it at the same time", async () => {
    const twin = await openWorld({
      config: { smtp: parseSmtpUrl(smtp.url) },
      time: world.time,
      databaseUrl: world.app.config.database.url,
    });
    for (let i = 0; i < 5; i++) await write("cleo@example.com");
    await Promise.all(Array.from({ length: 10 }, (_, i) => deliverEmails(i % 2 ? world.app : twin.app)));
    expect(emailsTo("cleo@example.com")).toHaveLength(5);
    expect(new Set(emailsTo("cleo@example.com").map(({ messageId }) => messageId)).size).toBe(5);
  });

  test("waits longer after each failure and arrives when the server is well again", async () => {
    await write("dora@example.com");
    smtp.mood = 451;
    expect(await deliverEmails(world.app)).toBe(1);
    smtp.mood = "hangs up";
    world.time.pass({ seconds: 14 });
    expect(await deliverEmails(world.app)).toBe(0);
    world.time.pass({ seconds: 1 });
    expect(await deliverEmails(world.app)).toBe(1);
    smtp.mood = "takes";
    world.time.pass({ seconds: 29 });
    expect(await deliverEmails(world.app)).toBe(0);
    world.time.pass({ seconds: 1 });
    expect(await deliverEmails(world.app)).toBe(1);
    expect(emailsTo("dora@example.com")).toHaveLength(1);
  });

  test("that is refused for good is given up at once, without its link in the log", async () => {
    await write("elsa@example.com");
    smtp.mood = 550;
    await deliverEmails(world.app);
    smtp.mood = "takes";
    world.time.pass({ days: 3 });
    expect(await deliverEmails(world.app)).toBe(0);
    expect(world.log.join("")).toContain("a letter was given up");
    expect(world.log.join("")).not.toContain("bml_");
  });

  test("is given up after two days without a server, and no request ever fails of it", async () => {
    const lonely = await openWorld({ config: { smtp: parseSmtpUrl("smtp://127.0.0.1:1") } });
    await write("fay@example.com", lonely);
    let attempts = 0;
    for (let hour = 0; hour < 24 * 4; hour++) {
      attempts += await deliverEmails(lonely.app);
      lonely.time.pass({ hours: 1 });
    }
    expect(attempts).toBe(20);
    expect(lonely.log.join("")).toContain("a letter was given up");
  });

  test("is taken over by another worker when the one that took it died", async () => {
    const taken = Promise.withResolvers<void>();
    const dying = await openWorld({
      mailer: {
        send() {
          taken.resolve();
          return new Promise(() => {});
        },
        close() {},
      },
      time: world.time,
      databaseUrl: world.app.config.database.url,
    });
    await write("gil@example.com");
    void deliverEmails(dying.app);
    await taken.promise;
    expect(await deliverEmails(world.app)).toBe(0);
    world.time.pass({ minutes: 5 });
    expect(await deliverEmails(world.app)).toBe(1);
    expect(emailsTo("gil@example.com")).toHaveLength(1);
  });
});

describe("without an SMTP server", () => {
  test("letters are files that only their user can read, and the log shows the link", async () => {
    const folder = mkdtempSync(join(tmpdir(), "bask-mailbox-"));
    const lines: string[] = [];
    const config = { ...world.app.config, smtp: undefined, mailbox: join(folder, "mailbox") };
    const mailer = openMailer(config, openLog(config, { write: (line) => lines.push(line) }));
    const ticket = newId("tkt", world.time.now());
    const message = world.app.renderEmail({
      id: "eml_1",
      to: "hana@example.com",
      template: "verify-email",
      values: { ticket },
    });
    await mailer.send(message);
    const [file] = readdirSync(config.mailbox);
    const parsed = await PostalMime.parse(readFileSync(join(config.mailbox, file!)));
    expect(parsed.text).toContain(message.link!);
    expect(statSync(join(config.mailbox, file!)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(lines[0]!)).toMatchObject({ to: "hana@example.com", link: message.link });
    rmSync(folder, { recursive: true });
  });
});
