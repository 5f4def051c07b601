import { beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { expectRefusal, storm } from "../support/expect";
import { admit } from "../support/organizations";
import { openWorld, type Person, type World } from "../support/world";

let world: World;
let olga: Person;
let adam: Person;
let mary: Person;
let organization: string;
let adams: string;
let marys: string;

beforeAll(async () => {
  world = await openWorld();
  [olga, adam, mary] = await Promise.all([world.person("Olga"), world.person("Adam"), world.person("Mary")]);
});
beforeEach(async () => {
  organization = (await olga.bask.organizations.create({ name: "Acme" })).id;
  adams = await admit(world, organization, adam, "admin");
  marys = await admit(world, organization, mary, "member");
});

const rolesNow = async () =>
  Object.fromEntries(
    (await olga.bask.members.list(organization)).data.map(({ email, role }) => [email.split("@")[0], role]),
  );

describe("ownership", () => {
  test("passes when its recipient accepts, and the previous owner becomes an admin", async () => {
    await olga.bask.ownershipTransfer.create(organization, { memberId: marys });
    expect((await world.emailsTo(mary.email)).at(-1)!.template).toBe("ownership-offered");
    expect(await rolesNow()).toEqual({ olga: "owner", adam: "admin", mary: "member" });
    await mary.bask.ownershipTransfer.accept(organization);
    expect(await rolesNow()).toEqual({ olga: "admin", adam: "admin", mary: "owner" });
    await expectRefusal(olga.bask.organizations.delete(organization), "FORBIDDEN");
  });

  test("is offered by the owner only, to another member, one offer at a time", async () => {
    await expectRefusal(adam.bask.ownershipTransfer.create(organization, { memberId: marys }), "FORBIDDEN");
    const [own] = (await olga.bask.members.list(organization)).data;
    await expectRefusal(olga.bask.ownershipTransfer.create(organization, { memberId: own!.id }), "VALIDATION_ERROR");
    const offers = await storm(20, (i) =>
      olga.bask.ownershipTransfer.create(organization, { memberId: i % 2 ? adams : marys }),
    );
    expect(offers.won).toHaveLength(1);
    expect(offers.lost).toEqual(Array(19).fill("CONFLICT"));
  });

  test("is accepted by its recipient only and once, also when all try at once", async () => {
    await olga.bask.ownershipTransfer.create(organization, { memberId: marys });
    const accepted = await storm(50, (i) => [mary, adam, olga][i % 3]!.bask.ownershipTransfer.accept(organization));
    expect(accepted.won).toHaveLength(1);
    expect(await rolesNow()).toEqual({ olga: "admin", adam: "admin", mary: "owner" });
  });

  test("does not pass when the offer is declined, canceled or a week old", async () => {
    const offer = () => olga.bask.ownershipTransfer.create(organization, { memberId: adams });
    await offer();
    await adam.bask.ownershipTransfer.decline(organization);
    await expectRefusal(adam.bask.ownershipTransfer.accept(organization), "NOT_FOUND");
    await offer();
    await expectRefusal(adam.bask.ownershipTransfer.cancel(organization), "FORBIDDEN");
    await olga.bask.ownershipTransfer.cancel(organization);
    await expectRefusal(adam.bask.ownershipTransfer.accept(organization), "NOT_FOUND");
    await offer();
    expect((await mary.bask.ownershipTransfer.get(organization)).toUserId).toBe((await adam.bask.me.get()).id);
    world.time.pass({ days: 7 });
    for (const person of [olga, adam, mary]) person.bask = await world.signIn(person);
    await expectRefusal(adam.bask.ownershipTransfer.accept(organization), "NOT_FOUND");
    await expectRefusal(olga.bask.ownershipTransfer.get(organization), "NOT_FOUND");
    await offer();
  });

  test("always has exactly one holder, whatever runs at the same moment", async () => {
    await olga.bask.ownershipTransfer.create(organization, { memberId: marys });
    const attempts = [
      () => mary.bask.ownershipTransfer.accept(organization),
      () => olga.bask.members.remove(organization, marys),
      () => olga.bask.members.update(organization, marys, { role: "viewer" }),
      () => mary.bask.organizations.leave(organization),
      () => olga.bask.organizations.leave(organization),
      () => olga.bask.ownershipTransfer.cancel(organization),
    ];
    await storm<unknown>(30, (i) => attempts[i % attempts.length]!());
    const { data } = await adam.bask.members.list(organization);
    expect(data.filter(({ role }) => role === "owner")).toHaveLength(1);
  });

  test("is not accepted by a member who has left", async () => {
    await olga.bask.ownershipTransfer.create(organization, { memberId: marys });
    await olga.bask.members.remove(organization, marys);
    await expectRefusal(mary.bask.ownershipTransfer.accept(organization), "NOT_FOUND");
    await olga.bask.ownershipTransfer.create(organization, { memberId: adams });
    await adam.bask.organizations.leave(organization);
    await expectRefusal(olga.bask.ownershipTransfer.get(organization), "NOT_FOUND");
  });
});
