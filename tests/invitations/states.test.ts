import { beforeAll, expect, test } from "bun:test";
import fc from "fast-check";
import type { Writer } from "../../src/db/database";
import { invitations, memberships, organizations, users } from "../../src/db/tables";
import { newId, type UserId } from "../../src/ids";
import { openWorld, type Person, type World } from "../support/world";

const day = 86_400_000;
const statuses = ["pending", "expired", "accepted", "declined", "canceled"] as const;
const seats = 3;

let world: World;
let olga: Person;
let ada: Person;
let olgasId: UserId;
beforeAll(async () => {
  world = await openWorld({ config: { maxOrganizationsPerUser: 10_000 } });
  olga = await world.person("Olga");
  ada = await world.person("Ada");
  await world.verify(ada);
  olgasId = (await olga.bask.me.get()).id as UserId;
});

const rarely = fc.integer({ min: 1, max: 6 }).map((n) => n === 1);

/** Everything that decides what an invitation is worth. */
const circumstances = fc.record({
  state: fc.constantFrom("open", "open", "open", "accepted", "declined", "canceled", "expired"),
  end: fc.oneof(fc.constantFrom(-1, 0, 1), fc.integer({ min: -8 * day, max: 8 * day })),
  others: fc.integer({ min: 0, max: 2 }),
  /** Members who can no longer invite have no pending invitations. */
  isInviterSuspended: rarely,
  isOrganizationSuspended: rarely,
  isOrganizationDeleted: rarely,
});
type Circumstances = typeof circumstances extends fc.Arbitrary<infer T> ? T : never;

/** An invitation of Ada under these circumstances, in an organization of Olga's. */
async function insert(tx: Writer, given: Circumstances) {
  const now = world.time.now();
  const at = new Date(now);
  const [organizationId, inviterId, id] = [newId("org", now), newId("usr", now), newId("inv", now)];
  await tx.insert(organizations).values({
    id: organizationId,
    name: "Acme",
    nameFolded: "acme",
    slug: organizationId.replace("_", "-"),
    plan: "enterprise",
    planOverrides: { members: seats },
    createdAt: at,
    suspendedAt: given.isOrganizationSuspended ? at : null,
    deletedAt: given.isOrganizationDeleted ? at : null,
  });
  await tx.insert(users).values({
    id: inviterId,
    email: `${inviterId}@example.com`,
    fullName: "Inviter",
    fullNameFolded: "inviter",
    passwordHash: "",
    createdAt: at,
    suspendedAt: given.isInviterSuspended ? at : null,
  });
  const member = (userId: UserId, role: string) => ({
    id: newId("mem", now),
    organizationId,
    userId,
    role,
    createdAt: at,
  });
  await tx.insert(memberships).values(member(olgasId, "owner"));
  await tx.insert(memberships).values(member(inviterId, "admin"));
  const invitation = (email: string, state: Circumstances["state"]) => ({
    id: email === ada.email ? id : newId("inv", now),
    ticket: newId("ivt", now),
    organizationId,
    email,
    role: "member",
    inviterId,
    state,
    createdAt: at,
    expiresAt: new Date(now + given.end),
  });
  await tx.insert(invitations).values(invitation(ada.email, given.state));
  for (let i = 0; i < given.others; i++)
    await tx.insert(invitations).values(invitation(`guest${i}@example.com`, "open"));
  return { id, organizationId, given };
}

test("a detail, a filter, a count, a seat, the recipient's list and an answer say the same about an invitation", async () => {
  const made = await world.app.db.write(async (tx) => {
    const all = [];
    for (const given of fc.sample(circumstances, 80)) all.push(await insert(tx, given));
    return all;
  });
  const mine = new Set<string>();
  for await (const { id } of ada.bask.me.listInvitations()) mine.add(id);

  const seen = new Set<string>();
  for (const { id, organizationId, given } of made) {
    const isPending = given.state === "open" && given.end > 0;
    const status = given.state === "open" && !isPending ? "expired" : given.state === "open" ? "pending" : given.state;
    seen.add(status);
    const isOpenOrganization = !given.isOrganizationSuspended && !given.isOrganizationDeleted;
    const members = 2;
    const pending = (isPending ? 1 : 0) + (given.end > 0 ? given.others : 0);
    if (isOpenOrganization) {
      const { list } = olga.bask.invitations;
      const byStatus = await Promise.all(
        statuses.map(async (status) => ({ status, rows: (await list(organizationId, { status })).data })),
      );
      const found = byStatus.filter(({ rows }) => rows.some((row) => row.id === id)).map(({ status }) => status);
      const shown = (await list(organizationId)).data.find((row) => row.id === id)!.status;
      const used = (await olga.bask.plan.get(organizationId)).members.used;
      const another = olga.bask.invitations.create(organizationId, { email: `late-${id}@example.com` });
      const extra = await another.catch(({ code }) => expect(code).toBe("PLAN_LIMIT_REACHED"));
      if (extra) await olga.bask.invitations.cancel(organizationId, extra.id);
      const hasSeat = extra !== undefined;
      expect({ given, found, shown, used, hasSeat }).toEqual({
        given,
        found: [status],
        shown: status,
        used: members + pending,
        hasSeat: members + pending < seats,
      });
    }
    const answer = await ada.bask.invitations.accept({ invitationId: id }).then(
      () => "accepted",
      ({ reason, code }) => reason ?? code,
    );
    const works = isPending && isOpenOrganization && !given.isInviterSuspended;
    expect({ given, listed: mine.has(id), answer: answer === "accepted" }).toEqual({
      given,
      listed: works,
      answer: works,
    });
  }
  expect([...seen].sort()).toEqual([...statuses].sort());
});
