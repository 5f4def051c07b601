import { beforeAll, expect, test } from "bun:test";
import fc from "fast-check";
import { keyBlocks, keyStatuses, lifeOf, statusAt, worksUntil } from "../../src/access/key-life";
import { hasStatus, type KeyWithFacts, selectKeys } from "../../src/access/key-life.sql";
import { openPolicy } from "../../src/access/policy";
import { presentApiKey } from "../../src/api-keys/api-keys";
import { countKeys } from "../../src/api-keys/api-keys.sql";
import { apiKeyHash, displayPrefix, newApiKey } from "../../src/crypto/api-key-secrets";
import type { Writer } from "../../src/db/database";
import { apiKeys, memberships, organizations, passkeys, twoFactors, users } from "../../src/db/tables";
import { type ApiKeyId, newId, type UserId } from "../../src/ids";
import { openWorld, type World } from "../support/world";

const day = 86_400_000;
const environments = ["live"] as const;

let world: World;
let now: number;
beforeAll(async () => {
  world = await openWorld({ config: { keyEnvironments: environments } });
  now = world.time.now();
});

/** A time around now, or none; one in three is now itself or a millisecond beside it. */
const time = fc.option(fc.oneof(fc.constantFrom(-1, 0, 1), fc.integer({ min: -40 * day, max: 40 * day })));
const rarely = fc.integer({ min: 1, max: 5 }).map((n) => n === 1);

/** Everything that decides whether a key works. */
const circumstances = fc.record({
  environment: fc.constantFrom("live" as const, "live" as const, "test" as const),
  age: fc.integer({ min: 0, max: 40 * day }),
  ownEnd: time,
  maxKeyLifetimeDays: fc.option(fc.integer({ min: 1, max: 40 })),
  require2fa: time,
  isDisabled: rarely,
  isRevoked: rarely,
  isReplaced: rarely,
  isMember: rarely.map((no) => !no),
  isCreatorSuspended: rarely,
  twoFactor: fc.constantFrom("none", "enrolling", "on", "passkey"),
  isOrganizationSuspended: rarely,
  isOrganizationDeleted: rarely,
});
type Circumstances = typeof circumstances extends fc.Arbitrary<infer T> ? T : never;

const working: Circumstances = {
  environment: "live",
  age: 0,
  ownEnd: null,
  maxKeyLifetimeDays: null,
  require2fa: null,
  isDisabled: false,
  isRevoked: false,
  isReplaced: false,
  isMember: true,
  isCreatorSuspended: false,
  twoFactor: "none",
  isOrganizationSuspended: false,
  isOrganizationDeleted: false,
};
/** What alone keeps a key from working: chance would seldom, but not never, leave one of them out. */
const alone: Partial<Circumstances>[] = [
  {},
  { environment: "test" },
  { ownEnd: -1 },
  { require2fa: 0 },
  { isDisabled: true },
  { isRevoked: true },
  { isMember: false },
  { isCreatorSuspended: true },
  { isOrganizationSuspended: true },
  { isOrganizationDeleted: true },
];

const passkeyOf = (userId: UserId, createdAt: Date) => ({
  id: newId("pky", now),
  userId,
  credentialId: userId,
  publicKey: "",
  counter: 0,
  transports: [],
  backupEligible: false,
  backedUp: false,
  aaguid: "",
  name: "",
  createdAt,
});

/** A key under these circumstances, in an organization and of a user of its own. */
async function insert(tx: Writer, given: Circumstances) {
  const at = new Date(now);
  const [userId, organizationId, id] = [newId("usr", now), newId("org", now), newId("key", now)];
  const text = newApiKey(given.environment);
  await tx.insert(users).values({
    id: userId,
    email: `${userId}@example.com`,
    fullName: "Ada",
    fullNameFolded: "ada",
    passwordHash: "",
    createdAt: at,
    suspendedAt: given.isCreatorSuspended ? at : null,
  });
  await tx.insert(organizations).values({
    id: organizationId,
    name: "Acme",
    nameFolded: "acme",
    slug: organizationId.replace("_", "-"),
    plan: "free",
    createdAt: at,
    suspendedAt: given.isOrganizationSuspended ? at : null,
    deletedAt: given.isOrganizationDeleted ? at : null,
    policy: {
      ...openPolicy,
      maxKeyLifetimeDays: given.maxKeyLifetimeDays,
      require2fa: given.require2fa === null ? null : new Date(now + given.require2fa).toISOString(),
    },
  });
  const membership = { id: newId("mem", now), organizationId, userId, role: "owner", createdAt: at };
  if (given.isMember) await tx.insert(memberships).values(membership);
  const enabledAt = given.twoFactor === "on" ? at : null;
  const factor = { userId, sessionId: newId("ses", now), sealedSecret: "", enabledAt, lastStep: 0, createdAt: at };
  if (given.twoFactor === "passkey") await tx.insert(passkeys).values(passkeyOf(userId, at));
  else if (given.twoFactor !== "none") await tx.insert(twoFactors).values(factor);
  await tx.insert(apiKeys).values({
    id,
    organizationId,
    creatorId: userId,
    createdById: userId,
    name: "Robot",
    nameFolded: "robot",
    environment: given.environment,
    prefix: displayPrefix(text),
    hash: apiKeyHash(text),
    scopes: ["*"],
    createdAt: new Date(now - given.age),
    expiresAt: given.ownEnd === null ? null : new Date(now + given.ownEnd),
    disabledAt: given.isDisabled ? at : null,
    revokedAt: given.isRevoked ? at : null,
    replacedBy: given.isReplaced ? id : null,
    usageCount: 0,
  });
  return { id, organizationId, text, given };
}

test("a detail, a filter, a count, a request and a verification say the same about a key", async () => {
  const { app } = world;
  const made = await app.db.write(async (tx) => {
    const keys = [];
    const each = alone.map((given) => ({ ...working, ...given }));
    for (const given of [...each, ...fc.sample(circumstances, 400)]) keys.push(await insert(tx, given));
    return keys;
  });
  const context = { now: new Date(now), environments };
  const found = new Map((await selectKeys(app.db.reader)).map((row) => [row.key.id, row]));
  const byFilter = new Map<ApiKeyId, string>();
  for (const status of keyStatuses) {
    for (const { id } of await app.db.reader.select({ id: apiKeys.id }).from(apiKeys).where(hasStatus(status, context)))
      byFilter.set(id, [byFilter.get(id), status].filter(Boolean).join(" and "));
  }

  const seen = new Set<string>();
  for (const { id, organizationId, text, given } of made) {
    const row = found.get(id) as KeyWithFacts;
    const life = lifeOf(row, environments);
    const status = statusAt(life, now);
    const active = status === "active";
    const shown = presentApiKey(app, row);
    const counted = (await countKeys(app.db.reader, organizationId, context.now)).active;
    const activeAnywhere = statusAt(lifeOf(row, ["live", "test"]), now) === "active";
    const refusal = await reasonOf(await world.fetch("/whoami", { headers: { "X-API-Key": text } }));
    const why = status === "blocked" ? life.blockedBecause : status;
    seen.add(why!);
    expect({
      given,
      filter: byFilter.get(id),
      detail: [shown.status, shown.blockedBecause],
      works: now < worksUntil(life),
      counted,
      refusal,
    }).toEqual({
      given,
      filter: status,
      detail: [status, status === "blocked" ? life.blockedBecause : null],
      works: active,
      counted: activeAnywhere && !given.isReplaced ? 1 : 0,
      refusal: active ? undefined : why!,
    });
  }
  expect([...seen].sort()).toEqual([...keyStatuses.filter((status) => status !== "blocked"), ...keyBlocks].sort());
});

async function reasonOf(response: Response): Promise<string | undefined> {
  if (response.status === 200) return undefined;
  const { error } = (await response.json()) as { error: { code: string; reason: string } };
  expect(error.code).toBe("INVALID_API_KEY");
  return error.reason;
}
