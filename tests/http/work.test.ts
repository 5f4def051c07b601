import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { parse } from "../../src/http/parse";
import type { Route } from "../../src/http/route";
import { Problem } from "../../src/problems";
import { routes } from "../../src/server/routes";
import { inputSchemaOf, placesIn } from "../support/json-schema";
import { openWorld, type World } from "../support/world";

/** What takes some parser more than linear time, or makes much of little. */
const nasty = [
  "\u0345\u0323\u0301",
  "a",
  "1",
  " ",
  "\n",
  ".",
  "-",
  ":",
  "%",
  "@",
  "a-",
  "a.",
  "a@",
  "xn--",
  "::",
  "ﷺ",
  "é",
  "👩\u200d",
  "ع\u200c",
  "*",
  "2027-01-01T00:00:00",
];
const beginnings = ["", "a@b.", "https://", "https://a.example/", "2001:db8::", "en-", "org_", "bsk_live_", "ref"];
const filled = (length: number) =>
  beginnings.flatMap((beginning) => nasty.map((unit) => (beginning + unit.repeat(length)).slice(0, length)));

const { normalize } = String.prototype;
const parseUrl = URL.parse;
const { getCanonicalLocales, DateTimeFormat } = Intl;

/** Makes a function whose time is not linear fail for a long text. */
function bounded<T extends object>(original: T, max: number, textOf: (self: unknown, args: unknown[]) => unknown): T {
  const check = (text: unknown) => {
    if (typeof text === "string" && text.length > max) throw new Error(`${text.length} characters are too many`);
  };
  return new Proxy(original, {
    apply(target, self, args) {
      check(textOf(self, args));
      return Reflect.apply(target as CallableFunction, self, args);
    },
    construct(target, args) {
      check(textOf(undefined, args));
      return Reflect.construct(target as unknown as new () => object, args);
    },
  });
}

beforeAll(() => {
  String.prototype.normalize = bounded(normalize, 512, String);
  URL.parse = bounded(parseUrl, 2_048, (_, [url]) => url);
  Intl.getCanonicalLocales = bounded(getCanonicalLocales, 64, (_, [locale]) => locale);
  Intl.DateTimeFormat = bounded(DateTimeFormat, 64, (_, [, options]) => (options as { timeZone?: string })?.timeZone);
});
afterAll(() => {
  String.prototype.normalize = normalize;
  URL.parse = parseUrl;
  Intl.getCanonicalLocales = getCanonicalLocales;
  Intl.DateTimeFormat = DateTimeFormat;
});

const contractsOf = ({ body, query }: Route) => [body, query].filter((schema) => schema !== undefined);

describe("a text of 100 kB in any field of any route", () => {
  const fills = filled(100_000);
  const contracts = new Set(routes.flatMap(contractsOf));

  test("is refused by its length, before anything is done with it that takes more than linear time", () => {
    let places = 0;
    for (const contract of contracts) {
      for (const place of placesIn(inputSchemaOf(contract))) {
        places++;
        for (const fill of fills) {
          try {
            parse(contract, place(fill));
          } catch (error) {
            if (!(error instanceof Problem)) throw error;
          }
        }
      }
    }
    expect(places).toBeGreaterThan(100);
  }, 180_000);
});

describe("as much text as HTTP lets through, anywhere in a request", () => {
  let world: World;
  let token: string;
  const statuses = new Set<number>();
  beforeAll(async () => {
    world = await openWorld();
    token = (await world.person("Ada")).bask.tokens()!.accessToken;
  });

  /** Sends a request that cannot succeed, and expects that the server says so. */
  async function expectRefused(route: Route, path: string, headers: Record<string, string>, body?: unknown) {
    const init = {
      method: route.method,
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json", ...headers },
    };
    const response = await world.fetch(path, { ...init, ...(body !== undefined && { body: JSON.stringify(body) }) });
    expect([route.method, route.path, response.status < 500]).toEqual([route.method, route.path, true]);
    statuses.add(response.status);
  }

  const units = ["\u0345\u0323\u0301", "a", "%", ":", "."];

  test("never becomes more than linear work", async () => {
    for (const route of routes) {
      const names = route.path.match(/:\w+/g) ?? [];
      for (const unit of units) {
        const encoded = encodeURIComponent(unit).repeat(4_000 / encodeURIComponent(unit).length);
        if (names.length > 0)
          await expectRefused(
            route,
            names.reduce((path, name) => path.replace(name, encoded), route.path),
            {},
          );
        if (route.query && names.length === 0)
          for (const name of Object.keys(inputSchemaOf(route.query).properties!))
            await expectRefused(route, `${route.path}?${name}=${encoded}`, {});
        if (route.body && names.length === 0)
          for (const place of placesIn(inputSchemaOf(route.body)))
            await expectRefused(route, route.path, {}, place(unit.repeat(50_000 / (2 * unit.length))));
      }
    }
    const names = [
      "Authorization",
      "X-API-Key",
      "Idempotency-Key",
      "X-Request-Id",
      "Cookie",
      "User-Agent",
      "Origin",
      "Forwarded",
      "X-Forwarded-For",
      "Content-Type",
      "Sec-Fetch-Site",
    ];
    for (const route of routes.filter(({ path }) =>
      ["/organizations", "/auth/login", "/auth/refresh", "/whoami"].includes(path),
    ))
      for (const name of names)
        for (const unit of ["a", "a,", "a=b; ", "[::", "Bearer ", ":%", "%"])
          await expectRefused(route, route.path, { [name]: unit.repeat(6_000 / unit.length) }, route.body && {});
    expect(statuses).toContain(422);
  }, 180_000);
});
