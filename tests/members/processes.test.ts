import { beforeAll, describe, expect, test } from "bun:test";
import { and, eq, isNotNull, isNull, ne, or } from "drizzle-orm";
import { memberships, organizations, users } from "../../src/db/tables";
import type { OrganizationId, UserId } from "../../src/ids";
import { setOrganizationSuspended, setUserSuspended } from "../../src/operators/operators.sql";
import { suspendSessions } from "../../src/sessions/sessions.sql";
import { type Bask, createClient } from "../support/client";
import { expectRefusal, storm } from "../support/expect";
import { beforeNextWrite } from "../support/interleave";
import { admit } from "../support/organizations";
import { openWorld, type Person, type World } from "../support/world";

/** Two processes of one installation. */
let here: World;
let there: World;
let olga: Person;
let adam: Person;

beforeAll(async () => {
  here = await openWorld();
  there = await openWorld({ databaseUrl: here.app.config.database.url, time: here.time });
  [olga, adam] = await Promise.all([here.person("Olga"), here.person("Adam")]);
});

/** The same person, connected to the other process. */
const elsewhere = ({ bask }: Person): Bask => createClient({ url: there.url, tokens: bask.tokens()! });

async function organizationWithAdam(role = "admin") {
  const { id } = await olga.bask.organizations.create({ name: "Acme" });
  return { id: id as OrganizationId, adams: await admit(here, id, adam, role) };
}

describe("within a second in every other process", () => {
  const second = () => here.time.pass({ seconds: 1 });
  /** Lets a process poll all changes so far, and cache the caller. */
  const cached = async (call: () => Promise<unknown>) => {
    second();
    await call();
  };

  test("a key does no more than its creator's new role, and nothing once they are removed", async () => {
    const { id, adams } = await organizationWithAdam();
    const { key } = await adam.bask.apiKeys.create(id, { name: "Robot", preset: "full-access" });
    const robot = there.machine(key);
    await cached(() => robot.roles.list(id));
    await olga.bask.members.update(id, adams, { role: "viewer" });
    second();
    await expectRefusal(robot.roles.list(id), "INSUFFICIENT_SCOPE");
    await cached(() => robot.organizations.get(id));
    await olga.bask.members.remove(id, adams);
    second();
    await expectRefusal(robot.organizations.get(id), "INVALID_API_KEY");
  });

  test("a changed role, a policy, a deletion and a restoration apply", async () => {
    const { id } = await organizationWithAdam();
    const { key } = await olga.bask.apiKeys.create(id, {
      name: "Robot",
      scopes: ["members:read", "organization:read"],
    });
    const robot = there.machine(key);
    await cached(() => robot.members.list(id));
    await olga.bask.policy.update(id, { allowedScopes: ["organization:read"] });
    second();
    await expectRefusal(robot.members.list(id), "INSUFFICIENT_SCOPE");
    await cached(() => robot.organizations.get(id));
    await olga.bask.organizations.delete(id);
    second();
    await expectRefusal(robot.organizations.get(id), "INVALID_API_KEY");
    await olga.bask.organizations.restore(id);
    second();
    await robot.organizations.get(id);
  });

  test("a suspended user or organization is refused, and accepted again when restored", async () => {
    const { id } = await organizationWithAdam();
    const { key } = await adam.bask.apiKeys.create(id, { name: "Robot" });
    const robot = there.machine(key);
    const adamThere = elsewhere(adam);
    await cached(() => Promise.all([robot.whoami(), adamThere.me.get()]));
    const adamsId = (await adam.bask.me.get()).id as UserId;
    const suspend = (suspended: boolean) =>
      here.app.db.write(async (tx) => {
        await setUserSuspended(tx, adamsId, suspended);
        await suspendSessions(tx, adamsId, suspended ? tx.now : null);
      });
    await suspend(true);
    second();
    await expectRefusal(adamThere.me.get(), "UNAUTHORIZED");
    await expectRefusal(robot.whoami(), "INVALID_API_KEY");
    await suspend(false);
    second();
    await cached(() => Promise.all([robot.whoami(), elsewhere(adam).me.get()]));
    await here.app.db.write((tx) => setOrganizationSuspended(tx, id, true));
    second();
    await expectRefusal(robot.whoami(), "INVALID_API_KEY");
    await here.app.db.write((tx) => setOrganizationSuspended(tx, id, false));
    second();
    await robot.whoami();
  });
});

describe("across processes", () => {
  test("an invitation admits once, and a plan's seats are not exceeded", async () => {
    const { id } = await olga.bask.organizations.create({ name: "Acme" });
    const at = [olga.bask, elsewhere(olga)];
    const made = await storm(20, (i) => at[i % 2]!.invitations.create(id, { email: `guest${i}@example.com` }));
    expect(made.won).toHaveLength(4);
    await olga.bask.invitations.cancel(id, made.won[0]!.id);
    await olga.bask.invitations.create(id, { email: adam.email });
    const token = await here.tokenTo(adam.email, "invitation");
    const adams = [adam.bask, elsewhere(adam)];
    const accepted = await storm(50, (i) => adams[i % 2]!.invitations.accept({ token }));
    expect(new Set(accepted.won.map(({ memberId }) => memberId)).size).toBe(1);
    expect((await olga.bask.members.list(id)).data).toHaveLength(2);
  });

  test("there is one owner when ownership is accepted, canceled and left at once", async () => {
    const { id, adams } = await organizationWithAdam();
    await olga.bask.ownershipTransfer.create(id, { memberId: adams });
    const [adamThere, olgaThere] = [elsewhere(adam), elsewhere(olga)];
    const attempts = [
      () => adam.bask.ownershipTransfer.accept(id),
      () => adamThere.ownershipTransfer.accept(id),
      () => olgaThere.ownershipTransfer.cancel(id),
      () => olga.bask.organizations.leave(id),
      () => adamThere.organizations.leave(id),
    ];
    await storm(50, (i) => attempts[i % attempts.length]!());
    const roles = await Promise.all([olga, adam].map(({ bask }) => bask.members.list(id).catch(() => undefined)));
    const { data } = roles.find((list) => list !== undefined)!;
    expect(data.filter(({ role }) => role === "owner")).toHaveLength(1);
  });

  describe("a deleted account holds no membership", () => {
    interface Temp {
      person: Person;
      there: Bask;
    }
    let number = 0;

    async function newPerson(): Promise<Temp> {
      const person = await here.person(`Temp${++number}`);
      return { person, there: elsewhere(person) };
    }

    /** Deletes an account here; right before its first transaction the account starts to get a membership there. */
    async function race(prepare: (who: Temp, id: OrganizationId) => Promise<() => Promise<unknown>>) {
      for (let trial = 0; trial < 10; trial++) {
        const { id } = await olga.bask.organizations.create({ name: "Acme" });
        const who = await newPerson();
        const join = await prepare(who, id as OrganizationId);
        let joined: Promise<unknown> | undefined;
        beforeNextWrite(here, async () => {
          joined = join().catch(() => undefined);
        });
        await Promise.allSettled([who.person.bask.me.delete()]);
        await joined;
      }
      const rows = await here.app.db.reader
        .select({ email: users.email, role: memberships.role, deletedAt: organizations.deletedAt })
        .from(memberships)
        .innerJoin(users, eq(users.id, memberships.userId))
        .innerJoin(organizations, eq(organizations.id, memberships.organizationId))
        .where(and(isNotNull(users.deletedAt), or(isNull(organizations.deletedAt), ne(memberships.role, "owner"))));
      expect(rows).toEqual([]);
    }

    test("when it accepts an invitation at the same moment", async () => {
      await race(async ({ person, there }, id) => {
        const { id: invitationId } = await olga.bask.invitations.create(id, { email: person.email });
        await here.verify(person);
        return () => there.invitations.accept({ invitationId });
      });
    });

    test("when it accepts ownership at the same moment", async () => {
      await race(async ({ person, there }, id) => {
        await olga.bask.ownershipTransfer.create(id, { memberId: await admit(here, id, person, "admin") });
        return () => there.ownershipTransfer.accept(id);
      });
    });

    test("when it creates or restores an organization at the same moment", async () => {
      await race(async ({ person, there }) => {
        const { id } = await person.bask.organizations.create({ name: "Own" });
        await person.bask.organizations.delete(id);
        return () => Promise.allSettled([there.organizations.create({ name: "New" }), there.organizations.restore(id)]);
      });
    });
  });
});
