import { beforeEach, describe, expect, test } from "bun:test";
import { emailRequests } from "../../src/db/tables";
import { answerEmailRequests, requestEmail } from "../../src/users/email-requests";
import { takeEmailRequests } from "../../src/users/email-requests.sql";
import { storm } from "../support/expect";
import { statementsOf } from "../support/statements";
import { openWorld, type World } from "../support/world";

let world: World;
beforeEach(async () => {
  world = await openWorld();
});

const request = (email: string, ip = "192.0.2.1") =>
  requestEmail(
    world.app,
    { kind: "visitor", origin: { ip, userAgent: null, requestId: "r" } } as never,
    "reset-password",
    email,
  );
const waiting = () => world.app.db.reader.select().from(emailRequests);
/** The emails of requests in the order in which they are answered. */
async function order() {
  const emails = [];
  for (;;) {
    const [taken] = await world.app.db.write((tx) => takeEmailRequests(tx, 1));
    if (!taken) return emails;
    emails.push(taken.email);
  }
}

describe("requests for emails", () => {
  test("wait once for each address, however many come at the same moment", async () => {
    expect((await storm(50, () => request("ada@example.com"))).won).toHaveLength(50);
    expect(await waiting()).toHaveLength(1);
    await answerEmailRequests(world.app);
    await request("ada@example.com");
    expect(await waiting()).toHaveLength(1);
  });

  test("of a network that sends many do not delay those of another", async () => {
    for (let i = 0; i < 100; i++) await request(`victim${i}@example.com`, `2001:db8::${i}`);
    world.time.pass({ seconds: 2 });
    await request("bea@example.com", "198.51.100.7");
    expect((await order()).indexOf("bea@example.com")).toBeLessThanOrEqual(3);
  });

  test("of forty networks for one address cost hardly more than that of one, and send one email", async () => {
    const { email } = await world.person("Kim");
    world.time.pass({ hours: 2 });
    await world.emailsTo(email);
    await request(email);
    const one = await statementsOf(() => answerEmailRequests(world.app));
    world.time.pass({ hours: 2 });
    for (let i = 0; i < 40; i++) await request(email, `198.51.${i}.1`);
    const forty = await statementsOf(() => answerEmailRequests(world.app));
    expect(forty.length).toBeLessThanOrEqual(one.length);
    const emails = await world.emailsTo(email); // the link of the first one is dead by now
    expect(emails.filter(({ template }) => template === "reset-password")).toHaveLength(1);
  });

  test("are all answered in one go, not at a batch a second", async () => {
    for (let i = 0; i < 120; i++) await request(`many${i}@example.com`);
    await answerEmailRequests(world.app);
    expect(await waiting()).toEqual([]);
  });
});
