import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { eq } from "drizzle-orm";
import { followChanges, pruneChanges } from "../../src/cache/changes.sql";
import { UniqueViolation, type Writer } from "../../src/db/database";
import { attempts, changes, organizations } from "../../src/db/tables";
import { newId, type OrganizationId } from "../../src/ids";
import { takeAttempt } from "../../src/limits/attempts.sql";
import { raw } from "../support/raw";
import { openWorld, type World } from "../support/world";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const add = (slug: string) => async (tx: Writer) => {
  const id = newId("org", tx.now.getTime());
  await tx.insert(organizations).values({ id, name: slug, nameFolded: slug, slug, plan: "free", createdAt: tx.now });
  return id;
};
const exists = async (id: OrganizationId) =>
  (await world.app.db.reader.$count(organizations, eq(organizations.id, id))) === 1;

describe("a unit of work", () => {
  test("that throws leaves nothing behind, and its neighbours in the same commit everything", async () => {
    let lost: OrganizationId | undefined;
    const outcomes = await Promise.allSettled([
      world.app.db.write(add("before")),
      world.app.db.write(async (tx) => {
        lost = await add("lost")(tx);
        throw new Error("changed my mind");
      }),
      world.app.db.write(add("after")),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(await exists(lost!)).toBe(false);
    for (const outcome of outcomes)
      if (outcome.status === "fulfilled") expect(await exists(outcome.value as OrganizationId)).toBe(true);
  });

  test("is not seen by readers before its commit", async () => {
    await world.app.db.write(async (tx) => {
      const id = await add("unseen")(tx);
      expect(await exists(id)).toBe(false);
    });
  });

  test("that doubles a value says so", async () => {
    await world.app.db.write(add("double"));
    expect(world.app.db.write(add("double"))).rejects.toBeInstanceOf(UniqueViolation);
  });

  test("has one moment", async () => {
    const [first, second] = await world.app.db.write(async (tx) => {
      const before = tx.now;
      world.time.pass({ seconds: 1 });
      return [before, tx.now];
    });
    expect(second).toBe(first);
  });

  test("counts 50 attempts at once one by one, on top of what was there", async () => {
    const taken = await Promise.all(
      Array.from({ length: 50 }, () => world.app.db.write((tx) => takeAttempt(tx, "door", 20, 60_000))),
    );
    expect(taken.filter(Boolean)).toHaveLength(20);
    const [row] = await world.app.db.reader.select().from(attempts).where(eq(attempts.subject, "door"));
    expect(row!.times).toHaveLength(20);
  });
});

describe("what another process announces", () => {
  const subjects = async (poll: Awaited<ReturnType<typeof followChanges>>) =>
    (await poll(0))!.map(({ subject }) => subject);

  test("is heard once, in order, and not at all when its unit failed", async () => {
    const poll = await followChanges(world.app.db.reader, 0);
    const invalidate = (subject: string, fail = false) =>
      world.app.db.write(async (tx) => {
        await tx.invalidate({ topic: "session", subject });
        if (fail) throw new Error("no");
      });
    await invalidate("a");
    await invalidate("b", true).catch(() => {});
    await invalidate("c");
    expect(await subjects(poll)).toEqual(["a", "c"]);
    expect(await subjects(poll)).toEqual([]);
  });

  test("is heard after a standstill too, when its number became visible meanwhile", async () => {
    if (world.app.db.dialect === "sqlite") return; // one writer at a time: numbers appear in order
    const poll = await followChanges(world.app.db.reader, 0);
    const late = Promise.withResolvers<void>();
    const started = Promise.withResolvers<void>();
    const slow = world.app.db.write(async (tx) => {
      await tx.invalidate({ topic: "session", subject: "late" });
      started.resolve();
      await late.promise;
    });
    await started.promise;
    await world.app.db.write((tx) => tx.invalidate({ topic: "session", subject: "early" }));
    expect(await subjects(poll)).toEqual(["early"]);
    late.resolve();
    await slow;
    expect((await poll(60_000))!.map(({ subject }) => subject)).toEqual(["late"]);
  });

  test("is heard although its number became visible after a higher one", async () => {
    if (world.app.db.dialect === "sqlite") return; // one writer at a time: numbers appear in order
    const poll = await followChanges(world.app.db.reader, 0);
    const late = Promise.withResolvers<void>();
    const started = Promise.withResolvers<void>();
    const slow = world.app.db.write(async (tx) => {
      await tx.invalidate({ topic: "session", subject: "slow" });
      started.resolve();
      await late.promise;
    });
    await started.promise;
    await world.app.db.write((tx) => tx.invalidate({ topic: "session", subject: "quick" }));
    expect(await subjects(poll)).toEqual(["quick"]);
    late.resolve();
    await slow;
    expect(await subjects(poll)).toEqual(["slow"]);
  });

  test("is heard although it was numbered before this process began to listen", async () => {
    if (world.app.db.dialect === "sqlite") return; // one writer at a time: what is numbered before is visible before
    const late = Promise.withResolvers<void>();
    const started = Promise.withResolvers<void>();
    const slow = world.app.db.write(async (tx) => {
      await tx.invalidate({ topic: "session", subject: "early but slow" });
      started.resolve();
      await late.promise;
    });
    await started.promise;
    await world.app.db.write((tx) => tx.invalidate({ topic: "session", subject: "before" }));
    const poll = await followChanges(world.app.db.reader, 0);
    late.resolve();
    await slow;
    expect(await subjects(poll)).toEqual(["early but slow"]);
  });

  test("is heard after a pruning, which keeps the latest announcement, however high its number", async () => {
    const own = await openWorld();
    const [system, epoch] =
      own.app.db.dialect === "postgres" ? ["overriding system value", "to_timestamp(0)"] : ["", "0"];
    const announce = (seq: number, subject: string) =>
      raw(
        own,
        `insert into changes (seq, topic, subject, at) ${system} values (${seq}, 'user', '${subject}', ${epoch})`,
      );
    await announce(2_999_999, "first");
    await announce(3_000_000, "last");
    await own.app.db.write((tx) => pruneChanges(tx, 100));
    const kept = await own.app.db.reader.select().from(changes);
    expect(kept.map(({ subject }) => subject)).toEqual(["last"]);
    const poll = await followChanges(own.app.db.reader, 0);
    await announce(3_000_001, "later");
    expect(await subjects(poll)).toEqual(["later"]);
    expect(await subjects(poll)).toEqual([]);
    await own.close();
  });
});
