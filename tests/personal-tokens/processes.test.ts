import { beforeAll, describe, expect, test } from "bun:test";
import { createClient } from "../support/client";
import { expectReason, expectRefusal, refusalOf, storm } from "../support/expect";
import { beforeNextWrite } from "../support/interleave";
import { admit } from "../support/organizations";
import { openWorld, type Person, type World } from "../support/world";

/** Two processes of one installation. */
let here: World;
let there: World;
let olga: Person;
beforeAll(async () => {
  here = await openWorld();
  there = await openWorld({ databaseUrl: here.app.config.database.url, time: here.time });
  olga = await here.person("Olga");
});

let people = 0;
async function organizationWithAdmin() {
  const { id } = await olga.bask.organizations.create({ name: "Acme" });
  const adam = await here.person(`Adam${++people}`);
  const memberId = await admit(here, id, adam, "admin");
  const token = await adam.bask.personalTokens.create({ name: "Laptop", scopes: ["*"] });
  return { id, adam, memberId, token, laptop: there.machine(token.token) };
}
type Case = Awaited<ReturnType<typeof organizationWithAdmin>>;
const second = () => here.time.pass({ seconds: 1 });

describe("within a second in every other process", () => {
  const ends: [what: string, end: (given: Case) => Promise<unknown>, status: number][] = [
    ["a removal", ({ id, memberId }) => olga.bask.members.remove(id, memberId), 404],
    ["a lower role", ({ id, memberId }) => olga.bask.members.update(id, memberId, { role: "viewer" }), 403],
    ["a policy", ({ id }) => olga.bask.policy.update(id, { personalTokens: "refused" }), 403],
    ["the end of its access", ({ id, token }) => olga.bask.memberTokens.end(id, token.id), 403],
    ["its revocation", ({ adam, token }) => adam.bask.personalTokens.revoke(token.id), 401],
    ["the deletion of the organization", ({ id }) => olga.bask.organizations.delete(id), 404],
  ];
  test("a removal, a lower role, a policy, an end and a deletion stop a token, beside a storm of its uses", async () => {
    for (const [what, end, status] of ends) {
      const given = await organizationWithAdmin();
      second();
      await given.laptop.roles.list(given.id);
      const uses = storm(30, () => given.laptop.roles.list(given.id));
      const ended = end(given);
      const { lost } = await uses;
      expect(lost.filter((code) => ["INTERNAL_ERROR", "UNAVAILABLE"].includes(code))).toEqual([]);
      await ended;
      second();
      const { won } = await storm(10, () => given.laptop.roles.list(given.id));
      const refusal = await refusalOf(given.laptop.roles.list(given.id));
      expect([what, won.length, refusal.status]).toEqual([what, 0, status]);
    }
  });
});

describe("what a token writes", () => {
  test("is not written once its user was removed, or its access ended, since it was asked", async () => {
    const first = await organizationWithAdmin();
    const rename = (given: typeof first) =>
      here.machine(given.token.token).organizations.update(given.id, { name: "Renamed" });
    beforeNextWrite(here, () => elsewhere(olga).members.remove(first.id, first.memberId));
    await expectRefusal(rename(first), "NOT_FOUND");
    const second = await organizationWithAdmin();
    beforeNextWrite(here, () => elsewhere(olga).memberTokens.end(second.id, second.token.id));
    await expectReason(rename(second), "token_ended");
    for (const { id } of [first, second]) expect((await olga.bask.organizations.get(id)).name).toBe("Acme");
  });

  const elsewhere = ({ bask }: Person) => createClient({ url: there.url, tokens: bask.tokens()! });
});

test("the end of an access holds for a successor that is made at the same moment", async () => {
  for (let round = 0; round < 8; round++) {
    const { id, adam, token } = await organizationWithAdmin();
    const ends = createClient({ url: there.url, tokens: olga.bask.tokens()! }).memberTokens.end(id, token.id);
    const [next] = await Promise.all([adam.bask.personalTokens.rotate(token.id, {}), ends]);
    second();
    await expectReason(here.machine(next.token).roles.list(id), "token_ended");
  }
});
