import { beforeAll, describe, expect, test } from "bun:test";
import { setDeprecation } from "../../src/http/links";
import { openWorld, type Person, type World } from "../support/world";

let world: World;
let ada: Person;
beforeAll(async () => {
  world = await openWorld();
  ada = await world.person("Ada");
});

const get = (path: string, headers: Record<string, string> = {}) =>
  world.fetch(path, { headers: { Authorization: `Bearer ${ada.bask.tokens()!.accessToken}`, ...headers } });

describe("a list", () => {
  test("links to its next page, and the last page to none", async () => {
    for (const name of ["One", "Two", "Three"]) await ada.bask.organizations.create({ name });
    const names: string[] = [];
    let path: string | undefined = "/api/v1/organizations?limit=1";
    while (path) {
      const response: Response = await get(path);
      const { data } = (await response.json()) as { data: { name: string }[] };
      names.push(...data.map(({ name }) => name));
      path = /^<([^>]+)>; rel="next"$/.exec(response.headers.get("link") ?? "")?.[1];
      if (path) expect(path).toStartWith("/api/v1/organizations?limit=1&cursor=");
    }
    expect(names.toSorted()).toEqual(["One", "Three", "Two"]);
  });
});

describe("an error", () => {
  test("is a problem of RFC 9457 where that is accepted, with the same code and details", async () => {
    const accept = { Accept: "application/problem+json, application/json;q=0.9" };
    const response = await get("/organizations/org_unknown", accept);
    expect([response.status, response.headers.get("content-type")]).toEqual([404, "application/problem+json"]);
    const body = (await response.json()) as Record<string, unknown>;
    expect(body).toMatchObject({
      type: "https://bask.test/docs/errors#not_found",
      title: "Not found",
      status: 404,
      detail: "Not found, or you don't have access to it.",
      code: "NOT_FOUND",
      requestId: response.headers.get("x-request-id"),
    });
    const invalid = (await (await get("/organizations?limit=x", accept)).json()) as { errors: { path: string }[] };
    expect(invalid.errors.map(({ path }) => path)).toEqual(["limit"]);
    const unknown = await world.fetch("/nowhere", { headers: accept });
    expect(((await unknown.json()) as { code: string }).code).toBe("NOT_FOUND");
  });
});

test("a deprecated route says since when, and until when", () => {
  const headers = new Headers();
  setDeprecation(headers, { since: "2026-03-02T09:00:00Z", sunset: "2027-02-28T09:00:00Z" });
  expect([headers.get("deprecation"), headers.get("sunset")]).toEqual(["@1772442000", "Sun, 28 Feb 2027 09:00:00 GMT"]);
});
