import { beforeAll, describe, expect, test } from "bun:test";
import { referenceOf } from "../../src/server/docs/reference";
import { openApiDocument } from "../../src/server/openapi/document";
import { routes } from "../../src/server/routes";
import { openServer } from "../../src/server/server";
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
    const refused = { Accept: "application/problem+json;q=0, */*" };
    const plain = await get("/organizations/org_unknown", refused);
    expect(plain.headers.get("content-type")).toStartWith("application/json");
    const key = await world.fetch("/whoami", { headers: { ...accept, "X-API-Key": "bsk_live_x" } });
    expect(((await key.json()) as { title: string }).title).toBe("Invalid API key");
    const unknown = await world.fetch("/nowhere", { headers: accept });
    expect(((await unknown.json()) as { code: string }).code).toBe("NOT_FOUND");
  });
});

describe("a deprecated route", () => {
  const deprecated = {
    since: "2026-03-02T09:00:00Z",
    sunset: "2027-02-28T09:00:00Z",
    successor: "listMembers",
    link: "https://bask.test/changes",
  };
  const about = '<https://bask.test/changes>; rel="deprecation"; type="text/html"';
  const old = { ...routes.find(({ operationId }) => operationId === "listOrganizations")!, deprecated };

  test("says so on each response, with its end, a page about it, and the next page of a list", async () => {
    const server = openServer(world.app, [old]).listen({ port: 0, hostname: "127.0.0.1" });
    const ask = (path: string, token = ada.bask.tokens()!.accessToken) =>
      fetch(`http://127.0.0.1:${server.port}${path}`, { headers: { Authorization: `Bearer ${token}` } });
    const told = ({ status, headers }: Response) => [
      status,
      ...["deprecation", "sunset", "link"].map((name) => headers.get(name)),
    ];
    const [since, sunset] = ["@1772442000", "Sun, 28 Feb 2027 09:00:00 GMT"];
    expect(told(await ask("/organizations"))).toEqual([200, since, sunset, about]);
    expect(told(await ask("/organizations?limit=x"))).toEqual([422, since, sunset, about]);
    const [, , , link] = told(await ask("/api/v1/organizations?limit=1"));
    const [next, other] = String(link).split(", ");
    expect([next, other]).toEqual([
      expect.stringMatching(/^<\/api\/v1\/organizations\?limit=1&cursor=\w+>; rel="next"$/),
      about,
    ]);
    await server.stop(true);
  });

  test("is one in the OpenAPI document and in the reference, with what to use instead", () => {
    const sentence =
      "Deprecated since 2026-03-02, gone on 2027-02-28. Use `listMembers`. See https://bask.test/changes.";
    const group = { name: "Organizations", description: "", routes: [old] };
    const { paths } = openApiDocument([group], "https://bask.test/api/v1", "Bask") as unknown as {
      paths: Record<string, { get: object }>;
    };
    expect(paths["/organizations"]!.get).toMatchObject({
      deprecated: true,
      description: expect.stringContaining(sentence),
      responses: { "200": { headers: { Deprecation: {}, Sunset: {}, Link: {} } } },
    });
    const [entry] = referenceOf(group, "https://bask.test");
    expect(entry!.facts).toContain(sentence);
  });

  test("ends after it begins to be one, and names an operation that there is", () => {
    const ids = new Set(routes.map(({ operationId }) => operationId));
    for (const { operationId, deprecated } of routes) {
      if (!deprecated) continue;
      const { since, sunset = since, successor } = deprecated;
      const isKnown = successor === undefined || ids.has(successor);
      expect([operationId, Date.parse(sunset) >= Date.parse(since), isKnown]).toEqual([operationId, true, true]);
    }
  });
});
