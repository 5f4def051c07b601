import { expect, test } from "bun:test";
import { storm } from "../support/expect";
import { openWorld } from "../support/world";

test("20 organizations with one name, created at once, each get a slug of their own", async () => {
  const world = await openWorld();
  const { bask } = await world.person("Ada");
  const { won } = await storm(20, () => bask.organizations.create({ name: "Analytical Engines" }));
  expect(won).toHaveLength(20);
  expect(new Set(won.map(({ slug }) => slug)).size).toBe(20);
  expect(won.map(({ slug }) => slug)).toContain("analytical-engines");
  for (const { slug } of won) expect(slug).toMatch(/^analytical-engines(-\d+)?$/);
  await world.close();
});
