import { beforeAll, describe, expect, test } from "bun:test";
import { expectReason, storm } from "../support/expect";
import { admit } from "../support/organizations";
import { openWorld, type Person, type World } from "../support/world";

let world: World;
let olga: Person;
let adam: Person;
beforeAll(async () => {
  world = await openWorld({ config: { maxOrganizationsPerUser: 5 } });
  [olga, adam] = await Promise.all([world.person("Olga"), world.person("Adam")]);
});

describe("the organizations of a user", () => {
  test("are limited, however many are created at once, and deleted ones count while they can be restored", async () => {
    const { won, lost } = await storm(20, () => adam.bask.organizations.create({ name: "Many" }));
    expect([won.length, new Set(lost)]).toEqual([5, new Set(["PLAN_LIMIT_REACHED"] as const)]);
    await adam.bask.organizations.delete(won[0]!.id);
    await expectReason(adam.bask.organizations.create({ name: "Again" }), "organizations");
    await adam.bask.organizations.restore(won[0]!.id);
  });

  test("are limited for invitations too, which can be accepted after one is left", async () => {
    const { id } = await olga.bask.organizations.create({ name: "Acme" });
    const left = await olga.bask.organizations.create({ name: "Left" });
    const guest = await world.person("Guest");
    await world.verify(guest);
    await admit(world, left.id, guest, "member");
    for (let i = 1; i < 5; i++) await guest.bask.organizations.create({ name: "Own" });
    const { id: invitationId } = await olga.bask.invitations.create(id, { email: guest.email });
    await expectReason(guest.bask.invitations.accept({ invitationId }), "organizations");
    await guest.bask.organizations.leave(left.id);
    expect(await guest.bask.invitations.accept({ invitationId })).toMatchObject({ organizationId: id });
  });
});
