import { beforeEach, describe, expect, test } from "bun:test";
import { and, eq } from "drizzle-orm";
import { memberships } from "../../src/db/tables";
import type { OrganizationId, UserId } from "../../src/ids";
import { createClient } from "../support/client";
import { expectRefusal, refusalOf } from "../support/expect";
import { beforeNextWrite } from "../support/interleave";
import { admit } from "../support/organizations";
import { openWorld, type Person, type World } from "../support/world";

const trust = { issuer: "https://gitlab.com", claims: { project_id: "1", ref: "main" } };

let world: World;
let ada: Person;
let bob: Person;
let organization: string;
let adas: string;
let bobs: string;
beforeEach(async () => {
  world = await openWorld();
  [ada, bob] = await Promise.all([world.person("Ada"), world.person("Bob")]);
  organization = (await ada.bask.organizations.create({ name: "Analytical Engines" })).id;
  adas = (await ada.bask.members.list(organization)).data[0]!.id;
  bobs = await admit(world, organization, bob, "admin");
});

const bobsKey = (input: object = {}) => bob.bask.apiKeys.create(organization, { name: "Bob's", ...input });
const get = (id: string) => ada.bask.apiKeys.get(organization, id);
const used = async () => (await ada.bask.plan.get(organization)).activeKeys.used;
const reason = async (refused: Promise<unknown>) => (await refusalOf(refused)).reason;

/** Ends a membership behind the back of the rules, as a restored backup or an older version might have. */
async function forgetMember(person: Person) {
  const userId = (await person.bask.me.get()).id as UserId;
  await world.app.db.write(async (tx) => {
    const of = and(eq(memberships.organizationId, organization as OrganizationId), eq(memberships.userId, userId));
    await tx.delete(memberships).where(of);
    await tx.invalidate({ topic: "user", subject: userId });
  });
}

describe("a key whose creator has left", () => {
  test("is disabled, and enabled again only after it was handed over to a member", async () => {
    const { id, key } = await bobsKey();
    await ada.bask.members.remove(organization, bobs);
    expect(await get(id)).toMatchObject({ status: "disabled", disabledBecause: "creator_left" });
    expect(await used()).toBe(0);
    expect(await reason(ada.bask.apiKeys.enable(organization, id))).toBe("key_creator_left");
    const adasId = (await ada.bask.me.get()).id;
    expect(await ada.bask.apiKeys.handOver(organization, id, { memberId: adas })).toMatchObject({ createdBy: adasId });
    expect((await ada.bask.apiKeys.enable(organization, id)).status).toBe("active");
    await world.machine(key).whoami();
    const [event] = (await ada.bask.auditLogs.list(organization, { action: "api_key.handed_over" })).data;
    expect(event).toMatchObject({ targetId: id, details: { to: adasId } });
  });

  test("is blocked where it was not disabled: in lists, in the plan's count, and for every change that would revive it", async () => {
    const { id, key } = await bobsKey();
    expect(await used()).toBe(1);
    await forgetMember(bob);
    expect(await get(id)).toMatchObject({ status: "blocked", blockedBecause: "creator_left", disabledBecause: null });
    expect((await ada.bask.apiKeys.list(organization, { status: "active" })).data).toEqual([]);
    expect((await ada.bask.apiKeys.list(organization, { status: "blocked" })).data).toHaveLength(1);
    expect(await used()).toBe(0);
    expect(await reason(world.machine(key).whoami())).toBe("creator_left");
    expect(await reason(ada.bask.apiKeys.enable(organization, id))).toBe("key_creator_left");
    expect(await reason(ada.bask.apiKeys.rotate(organization, id))).toBe("key_creator_left");
    expect(await reason(ada.bask.workloadIdentity.createTrust(organization, id, trust))).toBe("key_creator_left");
    await ada.bask.apiKeys.handOver(organization, id, { memberId: adas });
    await world.machine(key).whoami();
    expect(await used()).toBe(1);
  });

  test("works again when its creator joins again, where it was not disabled", async () => {
    const { id, key } = await bobsKey();
    await forgetMember(bob);
    expect(await reason(world.machine(key).whoami())).toBe("creator_left");
    await ada.bask.invitations.create(organization, { email: bob.email, role: "admin" });
    await bob.bask.invitations.accept({ token: await world.tokenTo(bob.email, "invitation") });
    await world.machine(key).whoami();
    expect((await get(id)).status).toBe("active");
  });

  test("is not handed over or enabled beyond the plan's limit", async () => {
    const [blocked, disabled] = [await bobsKey(), await bobsKey()];
    await ada.bask.apiKeys.disable(organization, disabled.id);
    await forgetMember(bob);
    for (let i = 0; i < 10; i++) await ada.bask.apiKeys.create(organization, { name: "Ada's" });
    await expectRefusal(ada.bask.apiKeys.handOver(organization, blocked.id, { memberId: adas }), "PLAN_LIMIT_REACHED");
    await ada.bask.apiKeys.handOver(organization, disabled.id, { memberId: adas });
    await expectRefusal(ada.bask.apiKeys.enable(organization, disabled.id), "PLAN_LIMIT_REACHED");
    expect(await used()).toBe(10);
  });
});

test("an organization keeps ten times as many keys that have not ended as its plan allows active ones", async () => {
  for (let i = 0; i < 100; i++) {
    const { id } = await bobsKey();
    await bob.bask.apiKeys.disable(organization, id);
  }
  const { id } = await ada.bask.apiKeys.create(organization, { name: "One more" });
  const { reason } = await expectRefusal(bobsKey(), "PLAN_LIMIT_REACHED");
  expect(reason).toBe("unended_api_keys");
  await ada.bask.apiKeys.revoke(organization, id);
  await bobsKey();
});

describe("handing a key over", () => {
  test("needs a member of the organization, and a key within one's own permissions", async () => {
    const strong = await ada.bask.apiKeys.create(organization, { name: "Owner's", scopes: ["*"] });
    await expectRefusal(bob.bask.apiKeys.handOver(organization, strong.id, { memberId: bobs }), "FORBIDDEN");
    for (const memberId of ["mem_nobody", (await bob.bask.me.get()).id]) {
      await expectRefusal(
        ada.bask.apiKeys.handOver(organization, strong.id, { memberId: memberId }),
        "VALIDATION_ERROR",
      );
    }
    await ada.bask.apiKeys.revoke(organization, strong.id);
    expect(await reason(ada.bask.apiKeys.handOver(organization, strong.id, { memberId: bobs }))).toBe("key_ended");
  });

  test("gives the key no permission that it did not have under its owner, who may still know it", async () => {
    const { id, key } = await bobsKey({ scopes: ["organization:read", "members:*", "api-keys:*"] });
    await ada.bask.members.update(organization, bobs, { role: "viewer" });
    const handedOver = await ada.bask.apiKeys.handOver(organization, id, { memberId: adas });
    expect(handedOver.scopes).toEqual(["organization:read", "members:read"]);
    await expectRefusal(world.machine(key).apiKeys.list(organization), "INSUFFICIENT_SCOPE");
  });

  test("narrows the key to the role of its new owner", async () => {
    const { id, key } = await ada.bask.apiKeys.create(organization, { name: "Owner's", scopes: ["*"] });
    await ada.bask.members.update(organization, bobs, { role: "viewer" });
    await ada.bask.apiKeys.handOver(organization, id, { memberId: bobs });
    await expectRefusal(world.machine(key).apiKeys.list(organization), "INSUFFICIENT_SCOPE");
  });
});

describe("a key that is revoked while it changes keys", () => {
  test("changes nothing any more", async () => {
    const target = await ada.bask.apiKeys.create(organization, { name: "Target", scopes: ["organization:read"] });
    const { id: trustId } = await ada.bask.workloadIdentity.createTrust(organization, target.id, trust);
    const before = await get(target.id);
    const changes: ((robot: ReturnType<World["machine"]>) => Promise<unknown>)[] = [
      ({ apiKeys }) => apiKeys.create(organization, { name: "Child" }),
      ({ apiKeys }) => apiKeys.update(organization, target.id, { name: "Changed" }),
      ({ apiKeys }) => apiKeys.disable(organization, target.id),
      ({ apiKeys }) => apiKeys.enable(organization, target.id),
      ({ apiKeys }) => apiKeys.rotate(organization, target.id),
      ({ apiKeys }) => apiKeys.revoke(organization, target.id),
      ({ workloadIdentity }) => workloadIdentity.createTrust(organization, target.id, trust),
      ({ workloadIdentity }) => workloadIdentity.deleteTrust(organization, target.id, trustId),
    ];
    for (const change of changes) {
      const maker = await ada.bask.apiKeys.create(organization, { name: "Maker", scopes: ["*"] });
      beforeNextWrite(world, () => ada.bask.apiKeys.revoke(organization, maker.id));
      await expectRefusal(change(world.machine(maker.key)), "INVALID_API_KEY");
      expect((await ada.bask.apiKeys.list(organization)).data.map(({ id }) => id)).toEqual([target.id]);
    }
    expect(await get(target.id)).toEqual(before);
    expect((await ada.bask.workloadIdentity.listTrusts(organization, target.id)).data.map(({ id }) => id)).toEqual([
      trustId,
    ]);
  });
});

describe("keys created while their creator is removed, in two processes", () => {
  test("are refused or disabled, and stay so when the member comes back", async () => {
    const other = await openWorld({ databaseUrl: world.app.config.database.url, time: world.time });
    for (let round = 0; round < 10; round++) {
      const made = Array.from({ length: 8 }, (_, i) => {
        const { url } = i % 2 ? world : other;
        const { apiKeys } = createClient({ url, tokens: bob.bask.tokens()! });
        return apiKeys.create(organization, { name: "Racing" }).catch(() => undefined);
      });
      const [keys] = await Promise.all([Promise.all(made), ada.bask.members.remove(organization, bobs)]);
      bobs = await admit(world, organization, bob, "viewer");
      for (const created of keys) {
        if (!created) continue;
        expect((await get(created.id)).status).toBe("disabled");
        await expectRefusal(world.machine(created.key).whoami(), "INVALID_API_KEY");
        await ada.bask.apiKeys.revoke(organization, created.id);
      }
      await ada.bask.members.update(organization, bobs, { role: "admin" });
    }
  }, 180_000);
});

describe("the descendants of a key", () => {
  test("name their parent, and are revoked with it on request", async () => {
    const root = await ada.bask.apiKeys.create(organization, { name: "Root", scopes: ["*"] });
    const child = await world.machine(root.key).apiKeys.create(organization, { name: "Child", scopes: ["*"] });
    const successor = await world.machine(child.key).apiKeys.rotate(organization, child.id);
    const other = await ada.bask.apiKeys.create(organization, { name: "Other" });
    expect([root, child, successor, other].map(({ parentKeyId }) => parentKeyId)).toEqual([
      null,
      root.id,
      child.id,
      null,
    ]);

    const second = await world.machine(root.key).apiKeys.create(organization, { name: "Second" });
    await ada.bask.apiKeys.revoke(organization, second.id);
    await ada.bask.apiKeys.revoke(organization, root.id, { descendants: true });
    const statuses = await Promise.all(
      [root, child, successor, second, other].map(async ({ id }) => (await get(id)).status),
    );
    expect(statuses).toEqual(["revoked", "revoked", "revoked", "revoked", "active"]);
    const { data } = await ada.bask.auditLogs.list(organization, { action: "api_key.revoked" });
    expect(data).toHaveLength(4);
  });
});
