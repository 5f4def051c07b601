import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseUnavailable } from "../../src/db/database";
import { startHousekeeping } from "../../src/housekeeping";
import { expectRefusal } from "../support/expect";
import { openWorld, type Person, type World } from "../support/world";

const root = join(import.meta.dir, "../..");
const metricsToken = "a token of at least sixteen";

let world: World;
let ada: Person;
let organization: string;
let stopHousekeeping: () => Promise<void>;
beforeAll(async () => {
  const backups = { folder: "/tmp/bask-no-backups", every: 3_600_000, keep: 1 };
  world = await openWorld({ config: { metricsToken, backups, logRequests: true, slowRequestMs: 1_000 } });
  ada = await world.person("Ada");
  organization = (await ada.bask.organizations.create({ name: "Engines" })).id;
  stopHousekeeping = startHousekeeping(world.app);
});
afterAll(() => stopHousekeeping());

const scrape = async () =>
  (await world.fetch("/metrics", { headers: { Authorization: `Bearer ${metricsToken}` } })).text();
/** The value of a metric with these labels; 0 where it is not there. */
const sample = (text: string, metric: string) =>
  Number(
    text
      .split("\n")
      .find((line) => line.startsWith(`${metric} `))
      ?.slice(metric.length) ?? 0,
  );
const requestLines = () => world.log.map((line) => JSON.parse(line)).filter(({ msg }) => /^(slow )?request$/.test(msg));

describe("/metrics", () => {
  test("does not exist without a token, and is closed to everyone who does not send it", async () => {
    const closed = await openWorld();
    expect((await closed.fetch("/metrics")).status).toBe(404);
    expect((await world.fetch("/metrics")).status).toBe(401);
    for (const sent of ["Bearer ", `Bearer ${metricsToken}x`, metricsToken, `Basic ${metricsToken}`])
      expect((await world.fetch("/metrics", { headers: { Authorization: sent } })).status).toBe(401);
    const open = await world.fetch("/metrics", { headers: { Authorization: `Bearer ${metricsToken}` } });
    expect(open.headers.get("content-type")).toStartWith("text/plain");
  });

  test("counts requests by method, pattern and status, and holds no id of a user, organization or key", async () => {
    const { id, key } = await ada.bask.apiKeys.create(organization, { name: "CI" });
    for (let i = 0; i < 3; i++)
      await world.fetch(`/api/v1/organizations/${organization}/members`, { headers: { "X-API-Key": key } });
    await world.fetch(`/organizations/${organization}/members`, { headers: { "X-API-Key": `${key}x` } });
    const text = await scrape();
    const route = 'http_request_method="GET",http_route="/organizations/:id/members"';
    expect(text).toContain(`http_server_request_duration_seconds_count{${route},http_response_status_code="200"} 3`);
    expect(text).toContain(
      `http_server_request_duration_seconds_bucket{${route},http_response_status_code="200",le="+Inf"} 3`,
    );
    expect(text).toContain(`http_server_request_duration_seconds_count{${route},http_response_status_code="401"} 1`);
    for (const secret of [id, key, organization, ada.email]) expect(text).not.toContain(secret);
    expect(text).not.toMatch(/\b(?:usr|org|ses|key)_/);
  });

  test("counts what became of sign-ins, refresh tokens and verified keys", async () => {
    const before = await scrape();
    const rise = (text: string, metric: string) => sample(text, metric) - sample(before, metric);
    await (await world.signIn(ada)).auth.refresh();
    await expectRefusal(world.signIn({ ...ada, password: "a wrong one" }), "INVALID_CREDENTIALS");
    const { key } = await ada.bask.apiKeys.create(organization, { name: "Verified", scopes: ["api-keys:verify"] });
    await world.app.feed.poll(); // nothing that is heard of late makes the cache forget the key between its uses
    await world.machine(key).apiKeys.verify({ key });
    const text = await scrape();
    expect(rise(text, 'bask_sign_ins_total{outcome="OK"}')).toBe(1);
    expect(rise(text, 'bask_sign_ins_total{outcome="INVALID_CREDENTIALS"}')).toBe(1);
    expect(rise(text, 'bask_refreshes_total{verdict="current"}')).toBe(1);
    expect(rise(text, 'bask_key_verifications_total{outcome="VALID"}')).toBe(1);
    expect(rise(text, "bask_password_hashes_total")).toBe(3);
    expect(rise(text, 'bask_cache_lookups_total{cache="api_keys",result="miss"}')).toBeGreaterThan(0);
    expect(rise(text, 'bask_cache_lookups_total{cache="api_keys",result="hit"}')).toBeGreaterThan(0);
  });

  test("tells which work beside the requests is late or fails, and how often the database did not serve", async () => {
    const errors = async () => sample(await scrape(), "bask_database_errors_total");
    const failures = async () => sample(await scrape(), 'bask_housekeeping_failures_total{job="invalidation poll"}');
    const lag = async () => sample(await scrape(), 'bask_housekeeping_lag_seconds{job="invalidation poll"}');
    const before = await errors();
    const { feed } = world.app;
    const { poll } = feed;
    feed.poll = async () => {
      throw new DatabaseUnavailable("gone");
    };
    while ((await failures()) === 0) await Bun.sleep(20);
    expect(await errors()).toBeGreaterThan(before);
    const { promise: hanging, resolve: release } = Promise.withResolvers<void>();
    await new Promise<void>((begun) => {
      feed.poll = () => {
        begun();
        return hanging;
      };
    });
    world.time.pass({ seconds: 90 });
    expect(await lag()).toBe(89.75);
    feed.poll = poll;
    release();
  });

  test("is what the dashboard and the alerts in docs/monitoring ask for", async () => {
    const served = new Set([...(await scrape()).matchAll(/^([a-z_]+)[{ ]/gm)].map(([, name]) => name!));
    const dashboard = JSON.parse(readFileSync(join(root, "docs/monitoring/grafana.json"), "utf8")) as {
      panels: { targets: { expr: string }[] }[];
    };
    const { groups } = Bun.YAML.parse(readFileSync(join(root, "docs/monitoring/alerts.yaml"), "utf8")) as {
      groups: { rules: { expr: string }[] }[];
    };
    const asked = [...dashboard.panels.flatMap(({ targets }) => targets), ...groups.flatMap(({ rules }) => rules)]
      .flatMap(({ expr }) => [...expr.matchAll(/\b(?:bask|process|http_server)_[a-z_]+/g)])
      .map(([name]) => name);
    expect(asked.length).toBeGreaterThan(20);
    expect(asked.filter((name) => !served.has(name))).toEqual([]);
  });
});

describe("the log of requests", () => {
  test("has one line for each, with who asked and where in a trace, and without the path", async () => {
    const before = requestLines().length;
    const trace = "0af7651916cd43dd8448eb211c80319c";
    const headers = { traceparent: `00-${trace}-b7ad6b7169203331-01`, "x-request-id": "my-request" };
    await world.fetch(`/organizations/${organization}/members?cursor=secret`, { headers });
    expect(requestLines().slice(before)).toEqual([
      expect.objectContaining({
        level: 30,
        requestId: "my-request",
        traceId: trace,
        method: "GET",
        route: "/organizations/:id/members",
        status: 401,
        ip: "127.0.0.1",
      }),
    ]);
    const { id } = await ada.bask.me.get();
    expect(requestLines().at(-1)).toMatchObject({ status: 200, actor: "user", actorId: id });
    expect(world.log.join("")).not.toContain("cursor=secret");
    await world.fetch("/whoami", { headers: { traceparent: "not one\\n" } });
    expect(requestLines().at(-1).traceId).toBeUndefined();
  });

  test("is silent unless asked, but for what fails on the server and what is slow", async () => {
    const quiet = await openWorld({ config: { slowRequestMs: 1_000 } });
    const bea = await quiet.person("Bea");
    const lines = () => quiet.log.map((line) => JSON.parse(line)).filter(({ msg }) => /request$/.test(msg));
    expect(lines()).toEqual([]);
    const { write } = quiet.app.db;
    quiet.app.db.write = async (unit) => {
      quiet.time.pass({ seconds: 2 });
      return write(unit);
    };
    await bea.bask.organizations.create({ name: "Slow" });
    expect(lines()).toMatchObject([{ level: 40, msg: "slow request", ms: 2_000, status: 201 }]);
  });
});

describe("what programs and people look for at a site", () => {
  test("people are led to the documentation, programs hear what there is", async () => {
    const people = await world.fetch("/", { headers: { Accept: "text/html,*/*" }, redirect: "manual" });
    expect([people.status, people.headers.get("location")]).toEqual([people.status, "https://bask.test/docs"]);
    expect(people.status).toBeGreaterThanOrEqual(302);
    expect(await (await world.fetch("/")).json()).toMatchObject({
      links: { api: "/api/v1", openapi: "/openapi.json" },
    });
  });

  test("the catalog of the API (RFC 9727), and whom to tell of a vulnerability (RFC 9116)", async () => {
    const catalog = await world.fetch("/.well-known/api-catalog");
    expect(catalog.headers.get("content-type")).toStartWith("application/linkset+json");
    expect(await catalog.json()).toMatchObject({ linkset: [{ anchor: "https://bask.test/api/v1" }] });
    expect((await world.fetch("/.well-known/security.txt")).status).toBe(404);
    const open = await openWorld({ config: { securityContact: "mailto:security@example.com" } });
    const text = await (await open.fetch("/.well-known/security.txt")).text();
    expect(text).toContain("Contact: mailto:security@example.com\n");
    const expires = Date.parse(/^Expires: (.*)$/m.exec(text)![1]!);
    expect(expires - open.time.now()).toBeGreaterThan(300 * 86_400_000);
    expect(expires - open.time.now()).toBeLessThan(366 * 86_400_000);
  });
});
