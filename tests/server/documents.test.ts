import { beforeAll, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { routes } from "../../src/server/routes";
import { temporaryFolder } from "../support/process";
import { openWorld, type World } from "../support/world";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});

describe("openapi.json", () => {
  test("describes every route and passes a linter without an error", async () => {
    const text = await (await world.fetch("/openapi.json")).text();
    const { paths } = JSON.parse(text) as { paths: Record<string, Record<string, unknown>> };
    for (const { method, path } of routes)
      expect(paths[path.replaceAll(/:(\w+)/g, "{$1}")]).toHaveProperty(method.toLowerCase());
    using folder = temporaryFolder();
    const file = join(folder.path, "openapi.json");
    writeFileSync(file, text);
    const lint = Bun.spawn([process.execPath, "--bun", "node_modules/.bin/redocly", "lint", "--format", "json", file], {
      env: { ...process.env, REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" },
      stdout: "pipe",
      stderr: "pipe",
    });
    expect(JSON.parse(await new Response(lint.stdout).text()).totals).toEqual({ errors: 0, warnings: 0, ignored: 0 });
  });
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
