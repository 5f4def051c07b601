import { describe, expect, test } from "bun:test";
import { changesOf } from "../../src/dashboard/data/changes";
import { extension } from "../../src/extensions/extension";
import { routes } from "../../src/server/routes";

const nouns = (method: string, path: string) =>
  changesOf(method, path)!.map(([noun, , part]) => [noun, part].join(" "));

describe("what is asked for again after an act", () => {
  test("is said for every route that changes something", () => {
    const own = new Set(extension.routes.flatMap(({ routes }) => routes));
    const acts = routes.filter((route) => route.method !== "GET" && !own.has(route));
    expect(acts.length).toBeGreaterThan(100);
    const forgotten = acts.filter(({ method, path }) => changesOf(method, path) === undefined);
    expect(forgotten.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
  });

  test("is what was changed: no list of keys after a webhook was renamed, no usage after a key was", () => {
    expect(changesOf("PATCH", "/organizations/org_1/webhooks/whk_1")).toEqual([
      ["webhooks", "org_1", "list"],
      ["webhooks", "org_1", "one", "whk_1"],
      ["webhooks", "org_1", "deliveries", "whk_1"],
      ["plan", "org_1"],
      ["audit", "org_1"],
    ]);
    expect(nouns("DELETE", "/organizations/org_1/webhooks/whk_1")).toEqual(["webhooks list", "plan ", "audit "]);
    expect(nouns("PATCH", "/organizations/org_1/api-keys/key_1")).toEqual(["keys list", "keys one", "plan ", "audit "]);
    expect(changesOf("POST", "/organizations/org_1/api-keys/key_1/trusts")?.[0]).toEqual(["trusts", "org_1", "key_1"]);
    expect(changesOf("POST", "/auth/login")).toEqual([]);
    expect(changesOf("POST", "/admin/webhooks/whk_1/test")?.[1]).toEqual(["webhooks", "installation", "one", "whk_1"]);
  });
});
