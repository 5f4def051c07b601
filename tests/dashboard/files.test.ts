import { beforeAll, describe, expect, test } from "bun:test";
import { statSync } from "node:fs";
import { buildDashboard, type DashboardFiles, dashboardFile } from "../../src/server/dashboard-build";
import { openWorld, type World } from "../support/world";

let world: World;
let built: DashboardFiles;
beforeAll(async () => {
  world = await openWorld();
  built = await buildDashboard();
});

describe("the files of the dashboard", () => {
  test("are built once: nothing is done while no source changes", async () => {
    const { mtimeMs } = statSync(dashboardFile("manifest.json"));
    expect(await buildDashboard()).toEqual(built);
    expect(statSync(dashboardFile("manifest.json")).mtimeMs).toBe(mtimeMs);
  });

  test("are kept for a year, and compressed as the browser can take them", async () => {
    for (const name of Object.keys(built.files)) {
      const sizes = [];
      for (const encoding of ["br", "gzip", "identity"]) {
        const response = await world.fetch(`/dashboard/assets/${name}`, { headers: { "Accept-Encoding": encoding } });
        expect(response.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
        expect(response.headers.get("content-encoding")).toBe(encoding === "identity" ? null : encoding);
        sizes.push((await response.text()).length);
      }
      expect(new Set(sizes).size).toBe(1);
      expect(sizes[0]).toBeGreaterThan(0);
    }
  });

  test("are no others: no path leads out of the folder", async () => {
    for (const name of ["manifest.json", "..%2fmanifest.json", "..%2f..%2f..%2fpackage.json", "toString", ""]) {
      const response = await world.fetch(`/dashboard/assets/${name}`);
      expect([name, response.status]).toEqual([name, 404]);
    }
  });

  test("are less than 150 kB for a first visit", () => {
    const names = Object.keys(built.files).map((name) => statSync(dashboardFile(`${name}.br`)).size);
    const largestPage = Math.max(...names);
    const total = names.reduce((sum, size) => sum + size, 0);
    expect(largestPage).toBeLessThan(150_000);
    expect(total).toBeLessThan(250_000);
  });
});

test("the page runs only files of this server, whatever path below it is asked for", async () => {
  for (const path of ["/dashboard", "/dashboard/", "/dashboard/o/acme/keys?status=active"]) {
    const response = await world.fetch(path);
    expect([path, response.status, response.headers.get("cache-control")]).toEqual([path, 200, "no-store"]);
    const policy = response.headers.get("content-security-policy")!;
    expect(policy).toStartWith("default-src 'none'; script-src 'self'; style-src 'self';");
    expect(policy).toContain("require-trusted-types-for 'script'");
    const page = await response.text();
    for (const file of [built.script, built.styles, built.theme]) expect(page).toContain(`/dashboard/assets/${file}"`);
    expect(page).not.toMatch(/<script>|<style|\bon\w+=/);
  }
});

test("is not there where it is turned off", async () => {
  const without = await openWorld({ config: { dashboard: false } });
  for (const path of ["/dashboard", "/dashboard/keys", "/dashboard/sign-in"]) {
    expect([path, (await without.fetch(path)).status]).toEqual([path, 404]);
  }
});

test("below a path of a proxy it loads its files from there", async () => {
  const below = await openWorld({ config: { publicUrl: "https://example.com/bask" } });
  expect(await (await below.fetch("/dashboard")).text()).toContain(`src="/bask/dashboard/assets/${built.script}"`);
});
