import { expect, setDefaultTimeout, test } from "bun:test";
import { inPlace } from "../../scripts/torture/scenario";
import { scenarios } from "../../scripts/torture/scenarios";
import { dialect } from "../../src/db/dialect";

setDefaultTimeout(180_000);

/** What no other test shows with real processes; `bun run torture` runs all scenarios, for longer. */
const short = scenarios.filter(({ isShort, on }) => isShort && on.includes(dialect));

test.each(short.map(({ name, run }) => [name, run] as const))("holds with real processes: %s", async (_, run) => {
  const server = dialect === "postgres" ? process.env.DATABASE_URL : undefined;
  expect((await inPlace({ server, factor: 0.1 }, run)).faults).toEqual([]);
});
