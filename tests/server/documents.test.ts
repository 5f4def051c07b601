import { beforeAll, describe, expect, test } from "bun:test";
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

describe("the page at /docs", () => {
  test("names every route and loads nothing", async () => {
    const response = await world.fetch("/docs");
    const page = await response.text();
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    for (const { path } of routes) expect(page).toContain(`<code>${path}</code>`);
    expect(page).not.toMatch(/<(script|link|img|iframe)|@import|url\(/);
    expect(page).not.toMatch(/(src|href)="(https?:)?\/\//);
  });
});
