#!/usr/bin/env bun
/**
 * What requests cost in two checkouts, beside the floors, in short bursts one after the other: for a change of a few percent, which
 * the rounds of `bun run bench` are too far apart to see.
 */
import { copyFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { temporaryFolder } from "../../tests/support/process";
import { parseArguments, refuseArguments } from "../arguments";
import { baskWork, baskWorks, floorWork, type floorWorks, launchBask, launchFloors, root, seedDatabase } from "./bask";
import { type Figure, measure, median, spreadOf, type Work } from "./measure";
import type { Subject } from "./subject";

const usage =
  "bun scripts/bench/compare.ts [--works key,token,refresh] [--floors] [--rounds 20] [--burst 150] [CHECKOUT...]";
const { values, positionals } = parseArguments(usage, {
  options: {
    works: { type: "string", default: "key,token,refresh" },
    floors: { type: "boolean", default: false },
    rounds: { type: "string", default: "20" },
    /** Milliseconds. */
    burst: { type: "string", default: "150" },
  },
  maxWords: 9,
});
const trees = positionals.length > 0 ? positionals : [root];
const asked = values.works
  .split(",")
  .map((name) => baskWorks.find((known) => known === name) ?? refuseArguments(usage));
/** The floors of each work; shares are of the last of them. */
const floorsOf: Partial<Record<(typeof baskWorks)[number], (typeof floorWorks)[number][]>> = {
  key: ["bare key", "known key"],
  token: ["bare token", "known token"],
  grant: ["bare grant"],
  refresh: ["refresh"],
  members: ["members"],
  login: ["argon2"],
};

using folder = temporaryFolder();
const seeded = join(folder.path, "seed.db");
const seed = await seedDatabase(`sqlite:${seeded}`);
const copy = (name: string) => {
  const file = join(folder.path, `${name}.db`);
  copyFileSync(seeded, file);
  return file;
};
const running: Subject[] = [];
try {
  for (const [i, tree] of trees.entries()) {
    const name = `${i} ${basename(resolve(tree))}`;
    const databaseUrl = `sqlite:${copy(String(i))}`;
    running.push(await launchBask({ name, folder: folder.path, databaseUrl, tree: resolve(tree) }));
  }
  const works: Work[] = [];
  const floors = values.floors ? await launchFloors(running[0]!, seed, copy("floors")) : undefined;
  for (const name of asked) {
    if (floors) works.push(...(floorsOf[name] ?? []).map((floor) => floorWork(floors, seed, floor)));
    works.push(...running.map((subject) => baskWork(subject, seed, name)));
  }
  if (floors) running.push(floors);
  const figures = await measure(works, Number(values.rounds), Number(values.burst));
  for (const figure of figures) print(figure, figures);
  console.log(running.map(({ name, memory }) => `${name} ${memory().toFixed(0)} MB`).join(", "));
} finally {
  for (const subject of running) await subject.stop();
}

function print({ subject, name, rounds }: Figure, figures: Figure[]) {
  const costs = rounds.map(({ cost }) => cost);
  const failures = rounds.reduce((sum, round) => sum + round.failures, 0);
  const shares = figures
    .filter(
      (other) =>
        other.subject !== subject && (floorsOf[name as "key"]?.includes(other.name as never) || other.name === name),
    )
    .filter(() => subject !== "floor")
    .map((other) => {
      const share = median(other.rounds.map(({ cost }, round) => cost / costs[round]!));
      return `${share.toFixed(3)} of ${other.subject === "floor" ? other.name : other.subject}`;
    });
  console.log(
    `${subject.padEnd(12)} ${name.padEnd(16)} ${median(costs).toFixed(2).padStart(8)} us, ${(spreadOf(costs) * 100).toFixed(0)} % apart` +
      `, p99 ${median(rounds.map(({ p99 }) => p99)).toFixed(1)} ms${failures ? `, ${failures} failed` : ""}  ${shares.join(", ")}`,
  );
}
