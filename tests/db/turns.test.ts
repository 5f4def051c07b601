import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { SQL } from "bun";
import { openClock } from "../../src/clock";
import { DatabaseUnavailable } from "../../src/db/database";
import { dialect } from "../../src/db/dialect";
import { openTurns } from "../../src/db/turns";
import { testTime } from "../support/clock";
import { expectRefusal } from "../support/expect";
import { openWorld } from "../support/world";

setDefaultTimeout(180_000);

/** Units of work that end when they are told to. */
function openUnits() {
  const time = testTime();
  const turns = openTurns(openClock(time));
  const begun: string[] = [];
  const ends = new Map<string, PromiseWithResolvers<void>>();
  const start = (thing: string, name: string) =>
    turns
      .take(thing, () => {
        begun.push(name);
        const end = Promise.withResolvers<void>();
        ends.set(name, end);
        return end.promise;
      })
      .then(
        () => "done",
        (error: Error) => error.message,
      );
  return { time, begun, start, ends };
}

describe("units that change the same thing", () => {
  test("begin one after the other, also after one that failed, and wait for nothing else", async () => {
    const { begun, start, ends } = openUnits();
    const outcomes = [start("a", "a1"), start("a", "a2"), start("b", "b1"), start("a", "a3")];
    expect(begun).toEqual(["a1", "b1"]);
    ends.get("a1")!.reject(new Error("a mistake"));
    expect(await outcomes[0]).toBe("a mistake");
    expect(begun).toEqual(["a1", "b1", "a2"]);
    ends.get("a2")!.resolve();
    await outcomes[1];
    for (const name of ["a3", "b1"]) ends.get(name)!.resolve();
    expect(await Promise.all(outcomes)).toEqual(["a mistake", "done", "done", "done"]);
  });

  test("are refused with the one before them when the database did not serve it", async () => {
    const { begun, start, ends } = openUnits();
    const outcomes = [start("a", "a1"), start("a", "a2"), start("a", "a3")];
    ends.get("a1")!.reject(new DatabaseUnavailable("gone"));
    expect(await Promise.all(outcomes)).toEqual(["gone", "gone", "gone"]);
    expect(begun).toEqual(["a1"]);
    const later = start("a", "a4");
    ends.get("a4")!.resolve();
    expect(await later).toBe("done");
  });

  test("do not wait for longer than ten seconds", async () => {
    const { time, begun, start, ends } = openUnits();
    const outcomes = [start("a", "a1"), start("a", "a2")];
    time.pass({ seconds: 9 });
    outcomes.push(start("a", "a3"));
    time.pass({ seconds: 2 });
    ends.get("a1")!.resolve();
    expect(await outcomes[1]).toContain("wait for each other");
    ends.get("a3")!.resolve();
    expect(await outcomes[2]).toBe("done");
    expect(begun).toEqual(["a1", "a3"]);
  });
});

test.skipIf(dialect !== "postgres")(
  "an organization whose row is locked elsewhere keeps its own changes waiting, and leaves connections to the others",
  async () => {
    const world = await openWorld();
    const ada = await world.person("Ada");
    const [busy, other] = [
      await ada.bask.organizations.create({ name: "Busy" }),
      await ada.bask.organizations.create({ name: "Other" }),
    ];
    const client = new SQL(world.app.config.database.url, { max: 1 });
    const locker = await client.reserve();
    await locker.unsafe("begin");
    await locker.unsafe(`update organizations set name = name where id = '${busy.id}'`);
    const changes = Array.from({ length: 20 }, (_, i) => ada.bask.organizations.update(busy.id, { name: `Busy ${i}` }));
    const refused = Promise.all(changes.map((change) => expectRefusal(change, "UNAVAILABLE")));
    for (let i = 0; i < 20; i++) await ada.bask.organizations.update(other.id, { name: `Other ${i}` });
    await refused;
    await locker.unsafe("rollback");
    locker.release();
    expect((await ada.bask.organizations.update(busy.id, { name: "Free" })).name).toBe("Free");
    await client.close();
    await world.close();
  },
);
