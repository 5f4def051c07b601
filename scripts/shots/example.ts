import { settingsOf } from "../../src/config/variables";
import { keyUsage, outbox } from "../../src/db/tables";
import { type ApiKeyId, newId } from "../../src/ids";
import { setUpLink } from "../../src/installation/setup";
import { grantOperator } from "../../src/operators/operators";
import { codeOf } from "../../tests/support/authenticator";
import type { Bask } from "../../tests/support/client";
import type { DashboardTab } from "../../tests/support/dashboard";
import { post } from "../../tests/support/oauth";
import { temporaryFolder } from "../../tests/support/process";
import { openWorld, type World } from "../../tests/support/world";

const password = "correct horse battery";
const hour = 3_600;

export type Example = Awaited<ReturnType<typeof openExample>>;

/** An installation that people have used for a while. */
export async function openExample() {
  const backups = temporaryFolder();
  const world = await openWorld({
    resolve: async () => ["93.184.215.14"],
    config: {
      publicUrl: "https://api.example.com",
      appUrl: "https://api.example.com",
      backups: { folder: backups.path, every: 24 * hour * 1000, keep: 7 },
      settings: [...settingsOf({})],
    },
  });
  const setUp = (await setUpLink(world.app, ""))!.replace("/dashboard", "");
  const ada = await join(world, "Ada Lovelace", "ada@example.com");
  const others = await Promise.all(
    [
      ["Grace Hopper", "grace@example.com", "admin"],
      ["Alan Turing", "alan@example.com", "member"],
      ["Katherine Johnson", "katherine@example.com", "member"],
      ["Edsger Dijkstra", "edsger@example.com", "viewer"],
    ].map(async ([fullName, email, role]) => ({
      bask: await join(world, fullName!, email!),
      email: email!,
      role: role!,
    })),
  );
  const { id } = await ada.organizations.create({ name: "Analytical Engines", slug: "engines" });
  await others[0]!.bask.organizations.create({ name: "Compilers and Sons", slug: "compilers" });
  const root = await join(world, "Barbara Liskov", "barbara@example.com");
  await grantOperator(world.app, "barbara@example.com");
  const { secret } = await root.twoFactor.setup({ password });
  await root.twoFactor.verify({ code: codeOf(secret, world.time) });
  world.time.pass({ seconds: 30 });
  const operator = await world.signIn({ email: "barbara@example.com", password }, codeOf(secret, world.time));
  await operator.admin.organizations.setPlan(id, { plan: "pro", reason: "Paid by invoice" });
  for (const { bask, email, role } of others) {
    await ada.invitations.create(id, { email, role });
    await bask.invitations.accept({ token: await world.tokenTo(email, "invitation") });
  }
  await ada.invitations.create(id, { email: "donald@example.com", role: "member" });
  await ada.roles.create(id, { name: "support", permissions: ["members:read", "usage:read", "audit-logs:read"] });
  const keys = await createKeys(world, ada, id);
  const { id: webhook } = await ada.webhooks.create(id, {
    url: "https://hooks.example.com/bask",
    events: ["api_key.*", "member.*"],
    description: "Team channel",
  });
  await ada.apps.create(id, {
    name: "Reports",
    redirectUris: ["https://reports.example.com/callback"],
    hasSecret: true,
  });
  await ada.apps.create(id, { name: "Desktop", redirectUris: ["http://127.0.0.1/callback", "http://[::1]/callback"] });
  await operator.admin.apps.create({ name: "Claude", redirectUris: ["https://claude.ai/api/mcp/auth_callback"] });
  await connectDevice(world, ada, id);
  await failEmails(world);
  await operator.admin.system.backUp();
  const edsger = (await operator.admin.users.list({ search: "edsger" })).data[0]!;
  await operator.admin.users.suspend(edsger.id, { reason: "Asked for by the owner" });
  const grace = (await operator.admin.users.list({ search: "grace" })).data[0]!;

  return {
    world,
    setUp,
    keys,
    webhook,
    organization: id,
    grace: grace.id,
    owner: { email: "ada@example.com", password },
    async enterOperator(tab: DashboardTab) {
      world.time.pass({ seconds: 30 });
      await tab.enter({ email: "barbara@example.com", password }, codeOf(secret, world.time));
    },
    close: () => backups[Symbol.dispose](),
  };
}

async function join(world: World, fullName: string, email: string): Promise<Bask> {
  await world.visitor.auth.register({ email, password, fullName });
  await world.verify({ email, password });
  return world.signIn({ email, password });
}

/** A command line that acts for a member. */
async function connectDevice(world: World, member: Bask, organizationId: string) {
  const client = "bask-cli";
  const started = await post(world, "/oauth/device_authorization", {
    client_id: client,
    scope: "members:read usage:read",
  });
  const userCode = started.body.user_code!;
  const { digest } = await member.apps.readDevice({ userCode });
  await member.apps.approveDevice({ userCode, organizationId, digest });
  const grant_type = "urn:ietf:params:oauth:grant-type:device_code";
  await post(world, "/oauth/token", { grant_type, client_id: client, device_code: started.body.device_code! });
}

async function createKeys(world: World, ada: Bask, organization: string): Promise<Record<string, string>> {
  const kinds = [
    ["Website", "live", "read-only", 900],
    ["Mobile app", "live", "full-access", 420],
    ["Deploy from CI", "live", "ci", 60],
    ["Nightly export", "live", "read-only", 8],
    ["Staging", "test", "full-access", 130],
    ["Old integration", "live", "read-only", 0],
  ] as const;
  const ids: Record<string, string> = {};
  for (const [name, environment, preset, rate] of kinds) {
    const { id, key } = await ada.apiKeys.create(organization, { name, environment, preset, expiresInDays: 90 });
    ids[name] = id;
    if (rate === 0) continue;
    await world.machine(key).whoami();
    await use(world, id as ApiKeyId, rate);
  }
  await ada.apiKeys.disable(organization, ids["Old integration"]!);
  await world.app.usage.save();
  return ids;
}

/** Thirty days in which a key was used more by day than by night. */
async function use(world: World, keyId: ApiKeyId, rate: number) {
  const now = Math.floor(world.time.now() / 1000 / hour) * hour;
  const rows: (typeof keyUsage.$inferInsert)[] = [];
  const days = new Map<number, number>();
  for (let back = 1; back <= 30 * 24; back++) {
    const start = now - back * hour;
    const light = 0.55 + 0.45 * Math.sin((((start / hour) % 24) / 24) * 2 * Math.PI - 1.6);
    const ok = Math.round(rate * light * (0.8 + 0.4 * Math.abs(Math.sin(back * 12.9898))));
    const limited = back % 37 === 0 ? Math.round(rate / 12) : 0;
    if (back <= 8 * 24) rows.push({ keyId, seconds: hour, start, spent: ok, ok, limited, denied: 0 });
    const day = start - (start % (24 * hour));
    days.set(day, (days.get(day) ?? 0) + ok);
  }
  for (const [start, ok] of days) rows.push({ keyId, seconds: 24 * hour, start, spent: ok, ok, limited: 0, denied: 0 });
  await world.app.db.write(async (tx) => {
    for (let i = 0; i < rows.length; i += 100)
      await tx
        .insert(keyUsage)
        .values(rows.slice(i, i + 100))
        .onConflictDoNothing();
  });
}

async function failEmails(world: World) {
  await world.app.db.write(async (tx) => {
    for (const [to, template, failure] of [
      ["charles@example.net", "invitation", "EENVELOPE RCPT TO 550 5.1.1 no such user here"],
      ["info@example.org", "verify-email", "ECONNECTION 421 4.7.0 try again later"],
    ] as const) {
      await tx.insert(outbox).values({
        id: newId("eml", tx.now.getTime()),
        to,
        template,
        values: {},
        more: null,
        language: null,
        timezone: null,
        about: null,
        cause: to,
        priority: 1,
        position: 1,
        state: "failed",
        attempts: 12,
        failure,
        dueAt: tx.now,
        createdAt: tx.now,
      });
    }
  });
}
