import { beforeAll, describe, expect, test } from "bun:test";
import { chainHash, record } from "../../src/audit/audit";
import { exportAuditLogs } from "../../src/audit/audit-logs";
import { users } from "../../src/db/tables";
import type { OrganizationId, SessionId, UserId } from "../../src/ids";
import { expectRefusal } from "../support/expect";
import { admit } from "../support/organizations";
import { openWorld, type Person, type World } from "../support/world";

let world: World;
let ada: Person;
let bob: Person;
let organization: string;
beforeAll(async () => {
  world = await openWorld();
  [ada, bob] = await Promise.all([world.person("Ada"), world.person("Bob")]);
  organization = (await ada.bask.organizations.create({ name: "=Acme" })).id;
  world.time.pass({ minutes: 10 });
  await ada.bask.organizations.update(organization, { name: "Acme" });
  await ada.bask.apiKeys.create(organization, { name: 'Says "hello", twice' });
});

/** The cells of a CSV file, by the names in its first line. */
function parseCsv(text: string): Record<string, string>[] {
  const cells = text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g);
  const rows: string[][] = [[]];
  for (const [, quoted, plain, end] of cells) {
    rows.at(-1)!.push(quoted?.replaceAll('""', '"') ?? plain!);
    if (end === "\r\n") rows.push([]);
  }
  const [names, ...lines] = rows.filter((row) => row.length > 0);
  return lines.map((row) => Object.fromEntries(names!.map((name, i) => [name, row[i]!])));
}

describe("the audit log of an organization", () => {
  test("says who did what and from where", async () => {
    const { data } = await ada.bask.auditLogs.list(organization);
    expect(data.map(({ action }) => action)).toEqual([
      "api_key.created",
      "organization.updated",
      "organization.created",
    ]);
    expect(data[1]).toMatchObject({
      actorType: "user",
      actorId: (await ada.bask.me.get()).id,
      actorName: ada.fullName,
      actorEmail: ada.email,
      targetId: organization,
      ip: "127.0.0.1",
      details: { name: "Acme" },
    });
    expect(data.every(({ requestId }) => requestId)).toBe(true);
  });

  test("is paged and filtered by action, actor, target and time", async () => {
    const list = (filter: Parameters<typeof ada.bask.auditLogs.list>[1]) =>
      ada.bask.auditLogs.list(organization, filter);
    const first = await list({ limit: 2 });
    const rest = await list({ limit: 2, cursor: first.nextCursor! });
    expect([first.data.length, rest.data.length, rest.nextCursor]).toEqual([2, 1, null]);

    const seqs = async (filter: Parameters<typeof list>[0]) => (await list(filter)).data.map(({ seq }) => seq);
    expect(await seqs({ action: "organization.*" })).toEqual([2, 1]);
    expect(await seqs({ action: "api_key.created" })).toEqual([3]);
    expect(await seqs({ target: organization })).toEqual([2, 1]);
    expect(await seqs({ actor: organization })).toEqual([]);
    expect(await seqs({ from: "2026-03-02T09:05:00Z" })).toEqual([3, 2]);
    expect(await seqs({ to: "2026-03-02T09:05:00Z" })).toEqual([1]);
    await expectRefusal(list({ action: "%" }), "VALIDATION_ERROR");
  });

  test("cannot be read from outside", async () => {
    await expectRefusal(bob.bask.auditLogs.list(organization), "NOT_FOUND");
    await expectRefusal(world.visitor.auditLogs.list(organization), "UNAUTHORIZED");
  });
});

describe("the actors of an audit log", () => {
  /** How the actors of the two newest events are named. */
  const names = async (reader = ada.bask) =>
    (await reader.auditLogs.list(organization, { limit: 2 })).data.map(({ actorName, actorEmail }) => [
      actorName,
      actorEmail,
    ]);

  test("are named while they are members, without an email once they left, and not at all once they are erased", async () => {
    const carl = await world.person("Carl");
    const id = await admit(world, organization, carl, "admin");
    const { key } = await carl.bask.apiKeys.create(organization, {
      name: "Robot",
      scopes: ["audit-logs:read", "api-keys:*"],
    });
    const robot = world.machine(key);
    await robot.apiKeys.create(organization, { name: "Child", scopes: ["api-keys:read"] });
    expect(await names()).toEqual([
      ["Robot", null],
      [carl.fullName, carl.email],
    ]);
    expect(await names(robot)).toEqual([
      ["Robot", null],
      [carl.fullName, null],
    ]);

    await ada.bask.members.remove(organization, id);
    await carl.bask.organizations.create({ name: "Elsewhere" });
    const left = async () =>
      (await ada.bask.auditLogs.list(organization, { action: "api_key.created" })).data
        .filter(({ actorType }) => actorType === "user")
        .map(({ actorName, actorEmail }) => [actorName, actorEmail]);
    expect((await left())[0]).toEqual([carl.fullName, null]);
    await carl.bask.me.delete({ password: carl.password });
    expect((await left())[0]).toEqual([null, null]);
  });

  test("are not named where they are operators from outside", async () => {
    const root = await world.person("Root");
    const { id } = await root.bask.me.get();
    await world.app.db.write(async (tx) => {
      await tx.update(users).set({ operatorSince: tx.now });
      const actor = {
        kind: "user",
        userId: id as UserId,
        sessionId: "ses_" as SessionId,
        origin: { ip: "", userAgent: null, requestId: "" },
      } as const;
      await record(tx, actor, { action: "organization.suspended", chain: organization as OrganizationId });
    });
    expect((await names())[0]).toEqual([null, null]);
  });
});

describe("a CSV file of the audit log", () => {
  test("has every event, once, in files that follow each other", async () => {
    const { data } = await ada.bask.auditLogs.list(organization);
    const whole = parseCsv(await ada.bask.auditLogs.export(organization));
    expect(whole.map(({ id }) => id!)).toEqual(data.map(({ id }) => id));

    const ids: string[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const response: Response = await world.fetch(
        `/organizations/${organization}/audit-logs.csv?limit=2&cursor=${cursor}`,
        { headers: { Authorization: `Bearer ${ada.bask.tokens()!.accessToken}` } },
      );
      expect(response.headers.get("content-type")).toBe("text/csv; charset=utf-8");
      ids.push(...parseCsv(await response.text()).map(({ id }) => id!));
      cursor = response.headers.get("x-next-cursor");
    }
    expect(ids).toEqual(data.map(({ id }) => id));
  });

  test("proves its chain: hashes are exact, and only text from outside is guarded against formulas", async () => {
    const { id } = await ada.bask.organizations.create({ name: "Formulas" });
    const Authorization = `Bearer ${ada.bask.tokens()!.accessToken}`;
    const agents = ['=HYPERLINK("x")', "+1", "-1", "@a", "robot, 1.0"];
    const update = (i: number) => {
      const headers = {
        Authorization,
        "Content-Type": "application/json",
        "User-Agent": agents[i % 5]!,
        "X-Request-Id": i % 2 ? "-1" : "r",
      };
      const body = JSON.stringify({ name: `=Name "${i}", it is` });
      return world.fetch(`/organizations/${id}`, { method: "PATCH", headers, body });
    };
    // One hash in 64 begins with a hyphen.
    let hyphen = false;
    for (let i = 0; i < agents.length || !hyphen; i++) {
      await update(i);
      const [latest] = (await ada.bask.auditLogs.list(id, { limit: 1 })).data;
      hyphen ||= latest!.hash.startsWith("-");
    }
    const rows = parseCsv(await ada.bask.auditLogs.export(id)).reverse();
    expect(new Set(rows.slice(1).map(({ userAgent }) => userAgent))).toEqual(
      new Set(agents.map((agent) => (agent === "robot, 1.0" ? agent : `'${agent}`))),
    );

    let previous: string | undefined;
    for (const { hash, actorName: _, actorEmail: __, ...cells } of rows) {
      const exact = Object.entries(cells).map(([name, text]) => [
        name,
        text === "" ? null : text.replace(/^'(?=[=+@-])/, ""),
      ]);
      const event = {
        ...Object.fromEntries(exact),
        chain: id,
        seq: Number(cells.seq),
        details: JSON.parse(cells.details!),
      };
      expect(chainHash(previous, event)).toBe(hash!);
      previous = hash;
    }
  });

  test("begins with a byte order mark where that is asked for", async () => {
    const begins = async (query: string) => {
      const headers = { Authorization: `Bearer ${ada.bask.tokens()!.accessToken}` };
      const response = await world.fetch(`/organizations/${organization}/audit-logs.csv${query}`, { headers });
      return [...new Uint8Array(await response.arrayBuffer()).slice(0, 3)];
    };
    expect(await begins("?bom=true")).toEqual([0xef, 0xbb, 0xbf]);
    expect(await begins("")).toEqual([..."id,"].map((character) => character.charCodeAt(0)));
  });

  test("is made in parts, between which other work is done, and no further than it is read", async () => {
    const events = 1_000;
    const { id } = await ada.bask.organizations.create({ name: "Long" });
    const { id: userId } = await ada.bask.me.get();
    const origin = { ip: "127.0.0.1", userAgent: null, requestId: "r" };
    const actor = { kind: "user", userId: userId as UserId, sessionId: "ses_x" as SessionId, origin } as const;
    const chain = id as OrganizationId;
    await world.app.db.write(async (tx) => {
      for (let i = 1; i < events; i++) await record(tx, actor, { action: "organization.updated", chain });
    });
    let reads = 0;
    const { reader } = world.app.db;
    const counting = new Proxy(reader, {
      get(target, name) {
        if (name === "select") reads++;
        return Reflect.get(target, name);
      },
    });
    const app = Object.create(world.app, { db: { value: { ...world.app.db, reader: counting } } });
    const { csv, nextCursor } = await exportAuditLogs(app, actor, id, { limit: 10_000, bom: false });
    expect(nextCursor).toBeNull();
    let turns = 0;
    let lines = 0;
    for await (const part of csv) {
      if (part.startsWith("id,")) continue;
      const before = reads;
      const partLines = part.split("\r\n").length - 1;
      expect(partLines).toBeLessThanOrEqual(250);
      lines += partLines;
      setImmediate(() => turns++);
      await Promise.resolve();
      expect(reads).toBe(before);
    }
    expect(lines).toBe(events);
    expect(turns).toBeGreaterThanOrEqual(3);
  });

  test("ends the connection when it cannot be finished, and the log says why", async () => {
    const own = await openWorld();
    const eve = await own.person("Eve");
    const { id } = await eve.bask.organizations.create({ name: "Broken" });
    const headers = { Authorization: `Bearer ${eve.bask.tokens()!.accessToken}` };
    const { reader } = own.app.db;
    const failing = new Proxy(reader, {
      get(target, name) {
        if (name !== "select") return Reflect.get(target, name);
        // All but the page itself, which takes every column.
        return (...columns: never[]) => {
          if (columns.length === 0) throw new Error("the disk is gone");
          return Reflect.apply(target.select, target, columns);
        };
      },
    });
    await own.fetch(`/organizations/${id}`, { headers });
    Object.assign(own.app.db, { reader: failing });
    const read = async () => (await own.fetch(`/organizations/${id}/audit-logs.csv`, { headers })).text();
    const outcome = await read().then(
      () => "whole",
      () => "cut off",
    );
    expect(outcome).toBe("cut off");
    expect(own.log.join("")).toContain('"err":{"type":"Error","message":"the disk is gone"');
  });
});

test("users read the log of their own account, which names them and nobody else", async () => {
  const { data } = await bob.bask.me.listAuditLogs();
  expect(data.map(({ action }) => action)).toEqual(["session.started", "user.registered"]);
  expect(data.map(({ actorName }) => actorName)).toEqual([bob.fullName, bob.fullName]);
});
