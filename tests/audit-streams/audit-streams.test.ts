import { afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openStreamSender } from "../../src/audit-streams/sending";
import type { OrganizationId } from "../../src/ids";
import { setOrganizationSuspended } from "../../src/operators/operators.sql";
import { expectReason, expectRefusal } from "../support/expect";
import { freePort } from "../support/free-port";
import { admit } from "../support/organizations";
import { temporaryFolder } from "../support/process";
import { raw, unguard } from "../support/raw";
import { openedToReceiver } from "../support/receiver";
import { openWorld, type Person, type World } from "../support/world";

const token = "a-token-of-the-receiver";
const code = /<!-- receiver -->\n```ts\n([\s\S]*?)```\n/.exec(
  readFileSync(join(import.meta.dir, "../../docs/audit-stream.md"), "utf8"),
)![1]!;

let world: World;
let ada: Person;
let organization: OrganizationId;
let receiver: Awaited<ReturnType<typeof startReceiver>>;

beforeAll(async () => {
  world = await openWorld({ config: openedToReceiver });
  ada = await world.person("Ada");
});
beforeEach(async () => {
  ada.bask = await world.signIn(ada);
  organization = (await ada.bask.organizations.create({ name: "Acme" })).id as OrganizationId;
  receiver = await startReceiver();
});
afterEach(async () => {
  receiver[Symbol.dispose]();
  await raw(world, "delete from audit_streams");
});

/** The receiver of the documentation, in a process of its own, on the address that the world opened. */
async function startReceiver() {
  const folder = temporaryFolder();
  const program = join(folder.path, "receiver.ts");
  writeFileSync(program, code.replace("port: PORT,", 'port: PORT,\n  hostname: "127.0.0.2",'));
  const file = join(folder.path, "audit.jsonl");
  let child: Bun.Subprocess;
  /** Whether it came to listen; not where another test took the port meanwhile. */
  const listens = async (port: number) => {
    const env = { PATH: process.env.PATH, STREAM_TOKEN: token, PORT: String(port), FILE: file };
    child = Bun.spawn([process.execPath, program], { env, stdout: "ignore", stderr: "ignore" });
    while (child.exitCode === null) {
      if (await fetch(`http://127.0.0.2:${port}/`).catch(() => undefined)) return true;
      await Bun.sleep(10);
    }
    return false;
  };
  let port = await freePort();
  while (!(await listens(port))) port = await freePort();
  return {
    url: `http://127.0.0.2:${port}/`,
    start: async () => expect(await listens(port)).toBe(true),
    kill: async () => {
      child.kill("SIGKILL");
      await child.exited;
    },
    events: (): Record<string, unknown>[] =>
      existsSync(file)
        ? readFileSync(file, "utf8")
            .trim()
            .split("\n")
            .map((line) => JSON.parse(line))
        : [],
    [Symbol.dispose]: () => {
      child.kill("SIGKILL");
      folder[Symbol.dispose]();
    },
  };
}

async function stream(at = world) {
  const sender = openStreamSender(at.app);
  while ((await sender.tick()) > 0) await sender.idle();
}
const set = (more = {}) => ada.bask.auditStream.set(organization, { url: receiver.url, token, ...more });
const createRole = (name: string) => ada.bask.roles.create(organization, { name, permissions: ["organization:read"] });
const log = async () => (await ada.bask.auditLogs.list(organization, { limit: 100 })).data.toReversed();
const numbers = () => receiver.events().map(({ seq }) => seq);

describe("a receiver", () => {
  test("has every event once, in order, and has proved it by their hashes", async () => {
    await createRole("before");
    expect(await set()).toMatchObject({ status: "enabled", position: 0, length: 3 });
    for (const name of ["one", "two", "three"]) {
      await createRole(name);
      await stream();
    }
    const events = await log();
    expect(numbers()).toEqual(events.map((_, i) => i + 1));
    expect(receiver.events().map(({ hash }) => hash)).toEqual(events.map(({ hash }) => hash));
    expect(receiver.events()[1]).toMatchObject({ action: "role.created", ip: "127.0.0.1", chain: organization });
    expect(await ada.bask.auditStream.get(organization)).toMatchObject({ position: 6, length: 6, lastFailure: null });
  });

  test("that is away gets what it missed, and what it had accepted without an answer is not there twice", async () => {
    await set();
    await stream();
    await receiver.kill();
    await createRole("missed");
    await stream();
    expect(await ada.bask.auditStream.get(organization)).toMatchObject({
      position: 2,
      lastFailure: "connection_failed",
    });
    await receiver.start();
    await raw(world, `update audit_streams set position = 0 where organization_id = '${organization}'`);
    world.time.pass({ seconds: 6 });
    await stream();
    expect(numbers()).toEqual([1, 2, 3]);
  });

  test("refuses an event that was changed, and everything after one that is missing", async () => {
    await set();
    await createRole("one");
    await createRole("two");
    await stream();
    expect(numbers()).toEqual([1, 2, 3, 4]);
    const tampered = await openWorld({ config: openedToReceiver });
    const eve = await tampered.person("Eve");
    const id = (await eve.bask.organizations.create({ name: "Evil" })).id;
    await using other = {
      receiver: await startReceiver(),
      [Symbol.asyncDispose]: async () => other.receiver[Symbol.dispose](),
    };
    await eve.bask.auditStream.set(id, { url: other.receiver.url, token });
    for (const name of ["one", "two", "three"])
      await eve.bask.roles.create(id, { name, permissions: ["organization:read"] });
    await unguard(tampered);
    await raw(tampered, `update audit_events set ip = '192.0.2.1' where chain = '${id}' and seq = 3`);
    await stream(tampered);
    expect(await eve.bask.auditStream.get(id)).toMatchObject({ position: 0, lastFailure: "409" });
    expect(other.receiver.events().map(({ seq }) => seq)).toEqual([1, 2]);
    await raw(tampered, `delete from audit_events where chain = '${id}' and seq = 3`);
    tampered.time.pass({ seconds: 6 });
    await stream(tampered);
    expect(other.receiver.events().map(({ seq }) => seq)).toEqual([1, 2]);
    await tampered.close();
  });

  test("gets the events of one process at a time, each once", async () => {
    const twin = await openWorld({
      databaseUrl: world.app.config.database.url,
      time: world.time,
      config: openedToReceiver,
    });
    await set();
    for (let i = 0; i < 5; i++) {
      await createRole(`role-${i}`);
      await Promise.all([stream(), stream(twin), stream()]);
    }
    await stream();
    expect(numbers()).toEqual([1, 2, 3, 4, 5, 6, 7]);
    await twin.close();
  });
});

describe("a stream", () => {
  test("begins where it is told to, and goes on where it was when it is set up again", async () => {
    await createRole("before");
    await set({ from: "now" });
    await stream();
    // This receiver demands the first event: it is told of the rest that one is missing.
    expect(await ada.bask.auditStream.get(organization)).toMatchObject({ position: 2, lastFailure: "409" });
    await set({ from: "oldest" });
    await stream();
    expect(numbers()).toEqual([1, 2, 3, 4]);
    await set({ token: undefined });
    expect(await ada.bask.auditStream.get(organization)).toMatchObject({ position: 4 });
    await stream();
    expect(numbers()).toEqual([1, 2, 3, 4, 5]);
    await ada.bask.auditStream.delete(organization);
    await expectRefusal(ada.bask.auditStream.get(organization), "NOT_FOUND");
    await createRole("after");
    await stream();
    expect(numbers()).toHaveLength(5);
  });

  test("keeps its token to itself: it is sealed, never shown, and not given to a new URL", async () => {
    const shown = await set();
    const [event] = (await ada.bask.auditLogs.list(organization, { action: "audit_stream.set_up" })).data;
    expect(`${JSON.stringify(shown)}${JSON.stringify(event)}`).not.toContain(token);
    const refusal = await expectRefusal(
      ada.bask.auditStream.set(organization, { url: "http://127.0.0.2:1/elsewhere" }),
      "VALIDATION_ERROR",
    );
    expect(refusal.details).toEqual([{ path: "token", message: "is required" }]);
    for (const odd of ["short", "with a blank inside", "line\r\nX-Injected: 1"])
      await expectRefusal(set({ token: odd }), "VALIDATION_ERROR");
    await expectRefusal(set({ url: "http://127.0.0.1:1/" }), "VALIDATION_ERROR");
    const emails = (await world.emailsTo(ada.email)).filter(({ template }) => template === "audit-stream-set-up");
    expect(emails.length).toBeGreaterThan(0);
  });

  test("is for those who may stream the log, of their organization only", async () => {
    await set();
    const [bob, eve] = await Promise.all(
      ["Bob", "Eve"].map((name) => world.person(`${name}${organization.slice(-6)}`)),
    );
    await admit(world, organization, bob!, "member");
    await expectRefusal(bob!.bask.auditStream.get(organization), "FORBIDDEN");
    await expectRefusal(eve!.bask.auditStream.get(organization), "NOT_FOUND");
    await expectRefusal(eve!.bask.auditStream.set(organization, { url: receiver.url, token }), "NOT_FOUND");
  });

  test("that fails is retried ever later, reported after 12 hours and disabled after five days", async () => {
    await set();
    await receiver.kill();
    await stream();
    const told = async (template: string) =>
      (await world.emailsTo(ada.email)).filter((email) => email.template === template).length;
    const failing = await told("audit-stream-failing");
    const disabled = await told("audit-stream-disabled");
    for (const hours of [12, 60, 48]) {
      world.time.pass({ hours });
      await stream();
    }
    expect([await told("audit-stream-failing"), await told("audit-stream-disabled")]).toEqual([
      failing + 1,
      disabled + 1,
    ]);
    ada.bask = await world.signIn(ada);
    expect(await ada.bask.auditStream.get(organization)).toMatchObject({
      status: "disabled",
      disabledBecause: "failing",
      position: 0,
    });
    await receiver.start();
    await set();
    await stream();
    expect(numbers()).toEqual([1, 2, 3, 4]);
  });

  test("of a suspended organization waits until it is restored", async () => {
    await set();
    await world.app.db.write((tx) => setOrganizationSuspended(tx, organization, true));
    await stream();
    expect(numbers()).toEqual([]);
    await world.app.db.write((tx) => setOrganizationSuspended(tx, organization, false));
    await stream();
    expect(numbers()).toEqual([1, 2]);
  });

  test("that a member who leaves set up is shown to those who remove them, and ends when it is to", async () => {
    const adam = await world.person(`Adam${organization.slice(-6)}`);
    const member = await admit(world, organization, adam, "admin");
    await adam.bask.auditStream.set(organization, { url: receiver.url, token });
    expect((await ada.bask.members.getAccess(organization, member)).auditStream).toMatchObject({ disabled: false });
    await expectReason(ada.bask.members.remove(organization, member), "access_remains");
    await ada.bask.members.remove(organization, member, { remainingAccess: "end" });
    expect(await ada.bask.auditStream.get(organization)).toMatchObject({
      disabledBecause: "set_up_by_former_member",
    });
    await stream();
    expect(numbers()).toEqual([]);
  });
});
