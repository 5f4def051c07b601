import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Act, type Repeatable, repeatable } from "../../src/dashboard/data/copy-as";
import type { ApiDocument } from "../../src/dashboard/data/openapi";
import { grantOperator } from "../../src/operators/operators";
import { codeOf } from "../support/authenticator";
import { temporaryFolder } from "../support/process";
import { openWorld, type Person, type World } from "../support/world";

const root = join(import.meta.dir, "../..");

let world: World;
let ada: Person;
let organization: string;
let acts: Record<string, (name: string) => Act>;
let document: ApiDocument;
const environment: Record<string, string> = {};
const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

beforeAll(async () => {
  world = await openWorld({ resolve: async () => ["93.184.215.14"] });
  ada = await world.person("Ada");
  await world.verify(ada);
  await grantOperator(world.app, ada.email);
  const { secret } = await ada.bask.twoFactor.setup({ password: ada.password });
  await ada.bask.twoFactor.verify({ code: codeOf(secret, world.time) });
  world.time.pass({ seconds: 30 });
  const bask = await world.signIn(ada, codeOf(secret, world.time));
  const { id } = await bask.organizations.create({ name: "Analytical Engines" });
  organization = id;
  const robot = await bask.apiKeys.create(id, { name: "Robot", preset: "full-access" });
  const other = await world.person("Grace");
  const { id: userId } = await other.bask.me.get();
  environment.BASK_API_KEY = robot.key;
  environment.BASK_ACCESS_TOKEN = bask.tokens()!.accessToken;
  document = (await (await world.fetch("/openapi.json")).json()) as ApiDocument;

  const reason = { reason: "Asked for" };
  acts = {
    "a role": (name) => (bask) => bask.roles.create(id, { name: name.toLowerCase(), permissions: ["members:read"] }),
    "the organization": (name) => (bask) => bask.organizations.update(id, { name: `O'Brien "${name}" $HOME \\ &` }),
    "an invitation": (name) => (bask) => bask.invitations.create(id, { email: `${name}@example.com`, role: "member" }),
    "a key": (name) => (bask) => bask.apiKeys.create(id, { name, preset: "read-only" }),
    "a key's state": () => (bask) => bask.apiKeys.enable(id, robot.id),
    "a trust": (name) => (bask) =>
      bask.workloadIdentity.createTrust(id, robot.id, {
        issuer: "https://token.actions.githubusercontent.com",
        claims: { repository_id: name.length.toString(), ref: `refs/heads/${name}` },
      }),
    "an endpoint": (name) => (bask) =>
      bask.admin.webhooks.create({ url: `https://hooks.example.com/${name}`, events: ["*"] }),
    "a token": (name) => (bask) => bask.personalTokens.create({ name, preset: "read-only", expiresInDays: 30 }),
    "a policy": () => (bask) => bask.policy.update(id, { maxKeyLifetimeDays: 365 }),
    "an app": (name) => (bask) => bask.apps.create(id, { name, redirectUris: ["https://example.com/callback"] }),
    "a profile": (name) => (bask) => bask.me.update({ fullName: name }),
    "an account": () => (bask) => bask.admin.users.suspend(userId, reason),
    "a plan": () => (bask) => bask.admin.organizations.setPlan(id, { plan: "pro", ...reason }),
  };
});

const copies = (name: string): Promise<Repeatable[]> =>
  Promise.all(Object.values(acts).map((act) => repeatable(act(name), world.url, document)));

describe("an act that was copied", () => {
  test("takes an API key where the API does, and else an access token", async () => {
    const taken = (await copies("Any")).map(({ credential, permission }) => permission ?? credential);
    expect(Object.fromEntries(Object.keys(acts).map((name, i) => [name, taken[i]!]))).toEqual({
      "a role": "roles:create",
      "the organization": "organization:update",
      "an invitation": "invitations:create",
      "a key": "api-keys:create",
      "a key's state": "api-keys:update",
      "a trust": "api-keys:update",
      "an endpoint": "BASK_ACCESS_TOKEN",
      "a token": "BASK_ACCESS_TOKEN",
      "a policy": "BASK_ACCESS_TOKEN",
      "an app": "BASK_ACCESS_TOKEN",
      "a profile": "BASK_ACCESS_TOKEN",
      "an account": "BASK_ACCESS_TOKEN",
      "a plan": "BASK_ACCESS_TOKEN",
    });
  });

  test("works when it is pasted into a shell", async () => {
    const bin = join(folder.path, "bin");
    mkdirSync(bin);
    const curl = join(bin, "curl");
    writeFileSync(curl, `#!/bin/sh\nexec "${process.execPath}" "${join(root, "tests/support/curl.ts")}" -i "$@"\n`);
    chmodSync(curl, 0o755);
    const script = (await copies("Shell")).map(({ curl }) => `${curl}\nprintf '\\n'`).join("\n");
    const env = { ...environment, PATH: `${bin}:${process.env.PATH}` };
    const shell = Bun.spawn(["bash", "-c", script], { env, stdout: "pipe", stderr: "inherit" });
    const printed = await new Response(shell.stdout).text();
    const statuses = [...printed.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, status]) => Number(status));
    expect(statuses.filter((status) => status >= 300)).toEqual([]);
    expect(statuses).toHaveLength(Object.keys(acts).length);
    expect((await world.machine(environment.BASK_API_KEY!).organizations.get(organization)).name).toBe(
      `O'Brien "Shell" $HOME \\ &`,
    );
  });

  test("works as a program", async () => {
    const before = { ...process.env };
    Object.assign(process.env, environment);
    try {
      for (const [i, { typescript }] of (await copies("Program")).entries()) {
        const file = join(folder.path, `act-${i}.ts`);
        writeFileSync(
          file,
          typescript
            .replace('"bask"', JSON.stringify(join(root, "src/sdk/client.ts")))
            .replace('"bask/admin"', JSON.stringify(join(root, "src/sdk/admin.ts"))),
        );
        await import(file);
      }
    } finally {
      for (const name of Object.keys(environment)) {
        if (before[name] === undefined) delete process.env[name];
      }
    }
    expect((await ada.bask.me.get()).fullName).toBe("Program");
  });
});
