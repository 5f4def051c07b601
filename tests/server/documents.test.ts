import { beforeAll, expect, test } from "bun:test";
import { routes } from "../../src/server/routes";
import { openWorld, type World } from "../support/world";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});

test("openapi.json describes every route", async () => {
  const { paths } = (await (await world.fetch("/openapi.json")).json()) as { paths: Record<string, object> };
  for (const { method, path } of routes)
    expect(paths[path.replaceAll(/:(\w+)/g, "{$1}")]).toHaveProperty(method.toLowerCase());
});
