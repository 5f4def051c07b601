import { beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { setEntitlements } from "../../src/operators/operators.sql";
import { expectReason } from "../support/expect";
import { admit } from "../support/organizations";
import { openWorld, type Person, type World } from "../support/world";

let world: World;
let olga: Person;
let organization: string;

beforeAll(async () => {
  world = await openWorld();
  olga = await world.person("Olga");
});
beforeEach(async () => {
  world.time.pass({ days: 1 });
  olga.bask = await world.signIn(olga);
  organization = (await olga.bask.organizations.create({ name: "Acme" })).id;
  const entitlements = { plan: "pro" as const, planOverrides: { members: 1_000 } };
  await world.app.db.write((tx) => setEntitlements(tx, organization as `org_${string}`, entitlements));
});

const invite = (email: string, by = olga, to = organization) => by.bask.invitations.create(to, { email });
const received = async (email: string) => (await world.emailsTo(email)).length;

/** Repeats something until it is refused for sending too much; how often it succeeded. */
async function untilRefused(max: number, act: (i: number) => Promise<unknown>): Promise<number> {
  for (let i = 0; i < max; i++) {
    const refusal = await act(i).then(
      () => undefined,
      (error) => error,
    );
    if (refusal) {
      expect(refusal.reason).toBe("emails_to_others");
      return i;
    }
  }
  return max;
}

describe("emails of invitations", () => {
  test("are bounded for a sender, however often invitations are canceled, and across organizations", async () => {
    const other = (await olga.bask.organizations.create({ name: "Other" })).id;
    const sent = await untilRefused(200, async (i) => {
      const to = i % 2 === 0 ? organization : other;
      const { id } = await invite(`stranger${i}@example.com`, olga, to);
      await olga.bask.invitations.cancel(to, id);
    });
    expect(sent).toBe(50);
    world.time.pass({ hours: 1 });
    await olga.bask.auth.refresh();
    await invite("stranger@example.com");
  });

  test("are bounded for an organization, however many members invite", async () => {
    const members = await Promise.all(["Ann", "Ben", "Cat"].map((name) => world.person(name)));
    for (const person of members) await admit(world, organization, person, "admin");
    const sent = await untilRefused(200, (i) => invite(`guest${i}@example.com`, members[i % 3]!));
    expect(sent).toBe(100);
  });

  test("are held back, and their invitations are not, once an organization sent three to a recipient in a day", async () => {
    const email = "repeated@example.com";
    for (let i = 0; i < 5; i++) {
      const { id, emailedAt } = await invite(email);
      expect(emailedAt === null).toBe(i >= 3);
      await received(email);
      if (i < 4) await olga.bask.invitations.cancel(organization, id);
      else await expectReason(olga.bask.invitations.resend(organization, id), "invitations");
    }
    expect(await received(email)).toBe(3);
  });

  test("are held back, and the invitation is not, while strangers flood the recipient; sent again later it arrives", async () => {
    const email = "victim@example.com";
    const strangers = await Promise.all(["Sue", "Sid"].map((name) => world.person(name)));
    for (const stranger of strangers) {
      const { id } = await stranger.bask.organizations.create({ name: "Spam" });
      for (let i = 0; i < 3; i++) {
        const invitation = await invite(email, stranger, id);
        await received(email);
        await stranger.bask.invitations.cancel(id, invitation.id);
      }
    }
    expect(await received(email)).toBe(5);
    const { id, emailedAt } = await invite(email);
    expect(emailedAt).toBeNull();
    expect((await olga.bask.invitations.list(organization, { status: "pending" })).data).toMatchObject([{ id }]);
    world.time.pass({ hours: 1 });
    await olga.bask.auth.refresh();
    expect((await olga.bask.invitations.resend(organization, id)).emailedAt).not.toBeNull();
    expect(await received(email)).toBe(6);
  });

  test("are not sent when the invitation is canceled before they left", async () => {
    const { id } = await invite("canceled@example.com");
    await olga.bask.invitations.cancel(organization, id);
    expect(await received("canceled@example.com")).toBe(0);
    const again = await invite("canceled@example.com");
    await olga.bask.invitations.resend(organization, again.id);
    expect(await received("canceled@example.com")).toBe(1);
  });
});

test("emails of ownership offers are bounded for their recipient, and not sent when the offer is canceled before", async () => {
  const mary = await world.person("Mary");
  const memberId = await admit(world, organization, mary, "member");
  const offers = async () =>
    (await world.emailsTo(mary.email)).filter(({ template }) => template === "ownership-offered").length;
  await olga.bask.ownershipTransfer.create(organization, { memberId });
  await olga.bask.ownershipTransfer.cancel(organization);
  expect(await offers()).toBe(0);
  for (let i = 0; i < 30; i++) {
    await olga.bask.ownershipTransfer.create(organization, { memberId });
    await offers();
    await olga.bask.ownershipTransfer.cancel(organization);
  }
  expect(await offers()).toBe(2);
  await olga.bask.ownershipTransfer.create(organization, { memberId });
  expect(await mary.bask.ownershipTransfer.get(organization)).toMatchObject({ organizationId: organization });
});
