/** Fills a database with people, sessions, an organization and its keys, through the program's own rules where it can. */

import type { Config } from "../../src/config/config";
import { apiKeyHash, displayPrefix, newApiKey } from "../../src/crypto/api-key-secrets";
import { apiKeys, memberships, oauthClients, oauthGrants, organizations, sessions, users } from "../../src/db/tables";
import { newId, type OrganizationId, type UserId } from "../../src/ids";
import { tokensOf as tokensOfGrant } from "../../src/oauth/grants";
import { closeApp, openApp } from "../../src/open-app";
import { tokensOf } from "../../src/sessions/sessions";

export interface Seed {
  organization: string;
  keys: string[];
  accessTokens: string[];
  refreshTokens: string[];
  /** Access tokens of an app that people let act for them. */
  grantTokens: string[];
  /** One key of each of many organizations, which creates others. */
  creators: { organization: string; key: string }[];
  /** As many as a process always remembers, in an order that has nothing to do with that of their rows. */
  manyKeys: string[];
  limitedKey: string;
  people: { email: string; password: string }[];
}

/** Limits are counted as always, and never reached. */
const boundless = { activeKeys: 1e9, perKey: { minute: 1e9, hour: 1e9, day: 1e9 } };
/** Keys and access tokens that a run works with ... */
const workingSet = 1_000;
/** Organizations in which keys are created: each then has some hundreds, as many as the largest plan allows. */
const creatingOrganizations = 200;
/** Places where a person is signed in. */
const sessionsEach = 5;
/** ... as many keys as are remembered for sure ... */
const remembered = 150_000;
/** ... and sessions it refreshes: many, because a person refreshes once in a quarter of an hour. */
const refreshed = 20_000;

/** @param size rows of keys and sessions there are to be, and people and members a fifth of that */
export async function seed(config: Config, size: number): Promise<Seed> {
  const app = await openApp({ ...config, logLevel: "error" });
  const password = "a long enough password";
  const passwordHash = await app.passwords.hash(password, "registration");
  const now = app.clock.now();
  const createdAt = app.clock.date();
  const person = (i: number) => ({
    id: newId("usr", now),
    email: `person${i}@example.com`,
    fullName: `Person ${i}`,
    fullNameFolded: `person ${i}`,
    passwordHash,
    createdAt,
    emailVerifiedAt: createdAt,
  });
  const sessionCount = Math.max(size, refreshed);
  const people = Array.from({ length: sessionCount / sessionsEach }, (_, i) => person(i));
  const organizationId = newId("org", now);
  const organizationRow = (id: OrganizationId, slug: string) => ({
    id,
    name: slug,
    nameFolded: slug,
    slug,
    plan: "enterprise" as const,
    planOverrides: boundless,
    createdAt,
  });
  const owner = people[0]!;
  await app.db.write(async (tx) => {
    await tx.insert(organizations).values(organizationRow(organizationId, "bench"));
  });
  await inBatches(people.length, async (count, made) => {
    const some = people.slice(made, made + count);
    await app.db.write(async (tx) => {
      await tx.insert(users).values(some);
      await tx.insert(memberships).values(
        some.map(({ id }) => ({
          id: newId("mem", now),
          organizationId,
          userId: id,
          role: id === owner.id ? ("owner" as const) : ("member" as const),
          createdAt,
        })),
      );
    });
  });

  const result: Seed = {
    organization: organizationId,
    keys: [],
    accessTokens: [],
    refreshTokens: [],
    grantTokens: [],
    creators: [],
    manyKeys: [],
    limitedKey: "",
    people: people.slice(0, 500).map(({ email }) => ({ email, password })),
  };
  let keysMade = 0;
  const keyRow = (key: string, rateLimit: number | null, organization = organizationId) => ({
    id: newId("key", now - size + keysMade++), // one a millisecond: ids are in the order of creation
    organizationId: organization,
    creatorId: owner.id,
    createdById: owner.id,
    name: "bench",
    nameFolded: "bench",
    environment: "live" as const,
    prefix: displayPrefix(key),
    hash: apiKeyHash(key),
    scopes: ["members:read" as const, "api-keys:verify" as const, "api-keys:create" as const],
    rateLimit,
    createdAt,
    usageCount: 0,
  });
  const sessionRow = (i: number) => ({
    id: newId("ses", now),
    userId: people[i % people.length]!.id,
    generation: 0,
    rotatedAt: createdAt,
    rotations: "",
    createdAt,
    lastUsedAt: createdAt,
    expiresAt: new Date(now + 7 * 86_400_000),
    endsAt: new Date(now + 30 * 86_400_000),
    twoFactor: false,
    ip: "127.0.0.1",
    userAgent: null,
  });
  const clientRow = {
    id: newId("cli", now),
    kind: "registered" as const,
    organizationId,
    name: "bench",
    redirectUris: [],
    grantTypes: [],
    createdAt,
  };
  const grantRow = (userId: UserId) => ({
    id: newId("grt", now),
    clientId: clientRow.id,
    userId,
    organizationId,
    scopes: ["members:read"],
    resource: config.publicUrl,
    method: "password",
    twoFactor: false,
    confirmedAt: createdAt,
    generation: 0,
    rotatedAt: createdAt,
    rotations: "",
    createdAt,
    lastUsedAt: createdAt,
    redeemedAt: createdAt,
    expiresAt: new Date(now + 7 * 86_400_000),
    endsAt: new Date(now + 30 * 86_400_000),
  });
  await inBatches(size, async (count) => {
    const keys = Array.from({ length: count }, () => newApiKey("live"));
    await app.db.write(async (tx) => void (await tx.insert(apiKeys).values(keys.map((key) => keyRow(key, null)))));
    if (result.keys.length < workingSet) result.keys.push(...keys);
    if (result.manyKeys.length < remembered) result.manyKeys.push(...keys);
  });
  await inBatches(sessionCount, async (count, made) => {
    const opened = Array.from({ length: count }, (_, i) => sessionRow(made + i));
    const rows = await app.db.write((tx) => tx.insert(sessions).values(opened).returning());
    if (result.refreshTokens.length >= refreshed) return;
    for (const row of rows) {
      const { accessToken, refreshToken } = tokensOf(app, row);
      if (result.accessTokens.length < workingSet) result.accessTokens.push(accessToken);
      if (result.refreshTokens.length < refreshed) result.refreshTokens.push(refreshToken);
    }
  });
  await app.db.write(async (tx) => {
    for (let i = 0; i < creatingOrganizations; i++) {
      const [id, key] = [newId("org", now), newApiKey("live")];
      await tx.insert(organizations).values(organizationRow(id, `creating-${i}`));
      await tx
        .insert(memberships)
        .values({ id: newId("mem", now), organizationId: id, userId: owner.id, role: "owner", createdAt });
      await tx.insert(apiKeys).values(keyRow(key, null, id));
      result.creators.push({ organization: id, key });
    }
  });
  const grants = await app.db.write(async (tx) => {
    const [client] = await tx.insert(oauthClients).values(clientRow).returning();
    const rows = await tx
      .insert(oauthGrants)
      .values(Array.from({ length: workingSet }, (_, i) => grantRow(people[i % people.length]!.id)))
      .returning();
    return rows.map((row) => tokensOfGrant(app, client!, row));
  });
  result.grantTokens = grants.map(({ access_token }) => access_token);
  result.limitedKey = newApiKey("live");
  await app.db.write(async (tx) => void (await tx.insert(apiKeys).values(keyRow(result.limitedKey, 1))));
  await closeApp(app);
  shuffle(result.manyKeys);
  return result;
}

/** Keys are used in an order that has nothing to do with that of their rows. */
function shuffle(keys: string[]) {
  for (let i = keys.length - 1; i > 0; i--) {
    const other = Math.floor(Math.random() * (i + 1));
    [keys[i], keys[other]] = [keys[other]!, keys[i]!];
  }
}

async function inBatches(total: number, insert: (count: number, made: number) => Promise<void>) {
  for (let made = 0; made < total; made += 500) await insert(Math.min(500, total - made), made);
}
