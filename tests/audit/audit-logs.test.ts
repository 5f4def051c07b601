import { beforeAll, describe, expect, test } from "bun:test";
import { expectRefusal } from "../support/expect";
import { openWorld, type Person, type World } from "../support/world";

let world: World;
let ada: Person;
let bob: Person;
let organization: string;
beforeAll(async () => {
  world = await openWorld();
  [ada, bob] = await Promise.all([world.person("Ada"), world.person("Bob")]);
  organization = (await ada.bask.organizations.create({ name: "=Acme" })).id;
  world.time.pass({ minutes: 10 });
  await ada.bask.organizations.update(organization, { name: "Acme" });
  await ada.bask.apiKeys.create(organization, { name: 'Says "hello", twice' });
});

describe("the audit log of an organization", () => {
  test("says who did what and from where", async () => {
    const { data } = await ada.bask.auditLogs.list(organization);
    expect(data.map(({ action }) => action)).toEqual([
      "api_key.created",
      "organization.updated",
      "organization.created",
    ]);
    expect(data[1]).toMatchObject({
      actorType: "user",
      actorId: (await ada.bask.users.me()).id,
      targetId: organization,
      ip: "127.0.0.1",
      details: { name: "Acme" },
    });
    expect(data.every(({ requestId }) => requestId)).toBe(true);
  });

  test("is paged and filtered by action, actor, target and time", async () => {
    const list = (filter: Parameters<typeof ada.bask.auditLogs.list>[1]) =>
      ada.bask.auditLogs.list(organization, filter);
    const first = await list({ limit: 2 });
    const rest = await list({ limit: 2, cursor: first.nextCursor! });
    expect([first.data.length, rest.data.length, rest.nextCursor]).toEqual([2, 1, null]);

    const seqs = async (filter: Parameters<typeof list>[0]) => (await list(filter)).data.map(({ seq }) => seq);
    expect(await seqs({ action: "organization.*" })).toEqual([2, 1]);
    expect(await seqs({ action: "api_key.created" })).toEqual([3]);
    expect(await seqs({ target: organization })).toEqual([2, 1]);
    expect(await seqs({ actor: organization })).toEqual([]);
    expect(await seqs({ from: "2026-03-02T09:05:00Z" })).toEqual([3, 2]);
    expect(await seqs({ to: "2026-03-02T09:05:00Z" })).toEqual([1]);
    await expectRefusal(list({ action: "%" }), "VALIDATION_ERROR");
  });

  test("is exported as CSV that no spreadsheet takes for formulas", async () => {
    const csv = await ada.bask.auditLogs.export(organization);
    const lines = csv.trimEnd().split("\r\n");
    expect(lines[0]).toBe("id,seq,at,action,actorType,actorId,targetId,ip,userAgent,requestId,details,hash");
    expect(lines).toHaveLength(4);
    expect(lines[1]).toContain('\\""hello\\""');
    expect(csv).not.toMatch(/(^|,)=/m);
  });

  test("cannot be read from outside", async () => {
    await expectRefusal(bob.bask.auditLogs.list(organization), "NOT_FOUND");
    await expectRefusal(world.visitor.auditLogs.list(organization), "UNAUTHORIZED");
  });
});

test("users read the log of their own account", async () => {
  const { data } = await bob.bask.auditLogs.mine();
  expect(data.map(({ action }) => action)).toEqual(["session.started", "user.registered"]);
});
