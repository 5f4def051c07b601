import { beforeAll, expect, test } from "bun:test";
import { routes } from "../../src/server/routes";
import { openWorld, type World } from "../support/world";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});

test("openapi.json describes every route", async () => {
  const { paths } = (await (await world.fetch("/openapi.json")).json()) as { paths: Record<string, object> };
  // But where browsers are sent, and no program calls.
  for (const { method, path } of routes.filter(({ status }) => status !== 302))
    expect(paths[path.replaceAll(/:(\w+)/g, "{$1}")]).toHaveProperty(method.toLowerCase());
});

test("others are answered while openapi.json is made for the first time", async () => {
  const fresh = await openWorld();
  await fresh.fetch("/health"); // the connection is open
  const finished: string[] = [];
  const fetched = ["/openapi.json", "/health"].map((path) => fresh.fetch(path).then(() => finished.push(path)));
  await Promise.all(fetched);
  expect(finished).toEqual(["/health", "/openapi.json"]);
});
