import { describe, expect, test } from "bun:test";
import { openClock } from "../../src/clock";
import { type HashCause, openHashQueue } from "../../src/crypto/hash-queue";
import { newId } from "../../src/ids";
import { testTime } from "../support/clock";

const ada = newId("usr", 0);
const bea = newId("usr", 0);

/** A queue for one hash at a time, whose hashes end one by one when they are told to; in which order they began. */
function openQueue(limits: { signIns: number; others: number; perUser: number }) {
  const time = testTime();
  const { run, state } = openHashQueue(1, openClock(time), limits);
  const started: string[] = [];
  const endings: (() => void)[] = [];
  return {
    started,
    time,
    state,
    hash: (cause: HashCause, name: string = cause) =>
      run(cause, () => {
        started.push(name);
        return new Promise<string>((resolve) => endings.push(() => resolve(name)));
      }),
    async endAll() {
      while (endings.length > 0) {
        endings.shift()!();
        await Bun.sleep(0);
      }
    },
  };
}
const codes = async (outcomes: Promise<PromiseSettledResult<string>[]>) =>
  (await outcomes).map((outcome) => (outcome.status === "rejected" ? outcome.reason.code : "done"));

describe("the queue of password hashes", () => {
  test("is bounded, and refuses what does not fit", async () => {
    const queue = openQueue({ signIns: 2, others: 9, perUser: 9 });
    const outcomes = codes(Promise.allSettled(Array.from({ length: 5 }, () => queue.hash("sign-in"))));
    await queue.endAll();
    expect(await outcomes).toEqual(["done", "done", "done", "UNAVAILABLE", "UNAVAILABLE"]);
  });

  test("has room for sign-ins that nothing else can take, and lets them take turns with the rest", async () => {
    const queue = openQueue({ signIns: 9, others: 3, perUser: 9 });
    const others = codes(
      Promise.allSettled(Array.from({ length: 6 }, (_, i) => queue.hash("registration", `other ${i}`))),
    );
    const signIns = Promise.all([1, 2].map((i) => queue.hash("sign-in", `sign-in ${i}`)));
    await queue.endAll();
    expect(await others).toEqual(["done", "done", "done", "done", "UNAVAILABLE", "UNAVAILABLE"]);
    await signIns;
    expect(queue.started).toEqual(["other 0", "sign-in 1", "other 1", "sign-in 2", "other 2", "other 3"]);
  });

  test("holds only so many of one user, whose later ones are accepted again", async () => {
    const queue = openQueue({ signIns: 9, others: 9, perUser: 2 });
    const outcomes = codes(Promise.allSettled([ada, ada, ada, bea, bea].map((user) => queue.hash(user))));
    await queue.endAll();
    expect(await outcomes).toEqual(["done", "done", "RATE_LIMITED", "done", "done"]);
    const later = queue.hash(ada);
    await queue.endAll();
    expect(await later).toBe(ada);
  });

  test("tells how many wait, and for how long they did", async () => {
    const queue = openQueue({ signIns: 9, others: 9, perUser: 9 });
    const outcomes = codes(Promise.allSettled([queue.hash("sign-in"), queue.hash("sign-in"), queue.hash(ada)]));
    expect(queue.state()).toEqual({ signIns: 1, others: 1, begun: 1, waited: 0 });
    queue.time.pass({ milliseconds: 40 });
    await queue.endAll();
    await outcomes;
    expect(queue.state()).toEqual({ signIns: 0, others: 0, begun: 3, waited: 80 });
  });

  test("goes on after a hash that fails", async () => {
    const { run } = openHashQueue(1, openClock(testTime()));
    const fail = () => run("sign-in", () => Promise.reject(new Error("no memory")));
    await expect(fail()).rejects.toThrow("no memory");
    await expect(fail()).rejects.toThrow("no memory");
    expect(await run("sign-in", async () => "done")).toBe("done");
  });
});
