import { beforeAll, describe, expect, test } from "bun:test";
import { pruneAudit } from "../../src/audit/retention";
import { exportCheckpoints, verifyChains } from "../../src/audit/verify";
import { raw, unguard } from "../support/raw";
import { openWorld, type Person, type World } from "../support/world";

let world: World;
let ada: Person;
beforeAll(async () => {
  world = await openWorld();
  ada = await world.person("Ada");
});

/** An organization whose log has so many events, some with odd details. */
async function organizationWithLog(events: number): Promise<string> {
  const { id } = await ada.bask.organizations.create({ name: 'Émile\'s "Ünïcode" 🗝, Ltd.' });
  for (let number = 2; number <= events; number++) {
    await ada.bask.organizations.update(id, { name: `Name ${number}` });
    world.time.pass({ milliseconds: 7 });
  }
  return id;
}

const breaksOf = async (chain: string) => (await verifyChains(world.app)).filter((found) => found.chain === chain);

describe("the audit chain", () => {
  test("is intact after ordinary use", async () => {
    await organizationWithLog(3);
    expect(await verifyChains(world.app)).toEqual([]);
  });

  test("is intact when many write to it at once", async () => {
    const { id } = await ada.bask.organizations.create({ name: "Busy" });
    await Promise.all(
      Array.from({ length: 30 }, (_, number) => ada.bask.organizations.update(id, { name: `Busy ${number}` })),
    );
    const { data } = await ada.bask.auditLogs.list(id, { limit: 100 });
    expect(data.map(({ seq }) => seq)).toEqual(Array.from({ length: 31 }, (_, number) => 31 - number));
    expect(await breaksOf(id)).toEqual([]);
  });

  test("cannot be changed or truncated by an UPDATE, DELETE or TRUNCATE", async () => {
    const id = await organizationWithLog(2);
    const attempts = [
      "update audit_events set action = 'nothing.happened'",
      `delete from audit_events where chain = '${id}' and seq = 2`,
      ...(world.app.db.dialect === "postgres" ? ["truncate audit_events"] : []),
    ];
    for (const attempt of attempts) await expect(raw(world, attempt)).rejects.toThrow("audit events are");
    expect(await breaksOf(id)).toEqual([]);
  });

  test("names the first event that was edited, removed, inserted or swapped after the triggers were removed", async () => {
    const [edited, retimed, removed, inserted, swapped, emptied] = await Promise.all(
      [1, 2, 3, 4, 5, 6].map(() => organizationWithLog(4)),
    );
    await unguard(world);
    const later = world.app.db.dialect === "sqlite" ? "at + 1" : "at + interval '1 ms'";
    await raw(
      world,
      `update audit_events set details = '{}' where chain = '${edited}' and seq = 2`,
      `update audit_events set at = ${later} where chain = '${retimed}' and seq = 3`,
      `delete from audit_events where chain = '${removed}' and seq = 3`,
      `update audit_events set seq = 5 where chain = '${inserted}' and seq = 4`,
      `update audit_events set seq = 99 where chain = '${swapped}' and seq = 2`,
      `update audit_events set seq = 2 where chain = '${swapped}' and seq = 3`,
      `update audit_events set seq = 3 where chain = '${swapped}' and seq = 99`,
      `delete from audit_events where chain = '${emptied}'`,
    );
    const breaks = Object.fromEntries((await verifyChains(world.app)).map(({ chain, seq }) => [chain, seq]));
    expect(breaks).toEqual({
      [edited!]: 2,
      [retimed!]: 3,
      [removed!]: 3,
      [inserted!]: 4,
      [swapped!]: 2,
      [emptied!]: 1,
    });
  });

  test("detects a truncated tail by an exported checkpoint", async () => {
    const id = await organizationWithLog(5);
    const checkpoint = (await exportCheckpoints(world.app)).find(({ chain }) => chain === id)!;
    expect(checkpoint.seq).toBe(5);
    await raw(
      world,
      `delete from audit_events where chain = '${id}' and seq > 3`,
      `update audit_chains set length = 3 where chain = '${id}'`,
    );
    expect(await breaksOf(id)).toEqual([]);
    const mismatches = (await verifyChains(world.app, [checkpoint])).filter(({ chain }) => chain === id);
    expect(mismatches).toMatchObject([{ seq: 5 }]);
    const forged = { ...checkpoint, seq: 3 };
    expect((await verifyChains(world.app, [forged])).filter(({ chain }) => chain === id)).toHaveLength(1);
  });

  test("stays verifiable when retention removes its head, and only retention can do so", async () => {
    const own = await openWorld();
    const grace = await own.person("Grace");
    const { id } = await grace.bask.organizations.create({ name: "Old" });
    own.time.pass({ days: 91 });
    const { bask } = { bask: await own.signIn(grace) };
    await bask.organizations.update(id, { name: "Older" });
    await pruneAudit(own.app);
    await bask.organizations.update(id, { name: "Oldest" });

    expect((await bask.auditLogs.list(id)).data.map(({ seq }) => seq)).toEqual([3, 2]);
    expect(await verifyChains(own.app)).toEqual([]);
    await raw(
      own,
      `update audit_checkpoints set seq = 2, hash = 'other' where chain = '${id}'`,
      `delete from audit_events where chain = '${id}' and seq = 2`,
    );
    expect(await verifyChains(own.app)).toMatchObject([{ chain: id, seq: 2 }]);
  });
});
