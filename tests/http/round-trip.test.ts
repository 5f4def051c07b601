import { beforeAll, describe, expect, test } from "bun:test";
import type { z } from "zod";
import { CreateApiKey, UpdateApiKey } from "../../src/api-keys/api-keys.contract";
import { UpdateOrganization } from "../../src/organizations/organizations.contract";
import { UpdatePolicy } from "../../src/policies/policies.contract";
import { CreateRole, UpdateRole } from "../../src/roles/roles.contract";
import { UpdateUser } from "../../src/users/users.contract";
import { openWorld, type Person, type World } from "../support/world";

let world: World;
let ada: Person;
let organization: string;
beforeAll(async () => {
  world = await openWorld();
  ada = await world.person("Ada");
  organization = (await ada.bask.organizations.create({ name: "Analytical Engines" })).id;
});

type Fields = Record<string, unknown>;

/** The fields of a resource that a contract takes. */
const fieldsOf = (contract: z.ZodObject, resource: object): Fields =>
  Object.fromEntries(Object.entries(resource).filter(([name]) => name in contract.shape));

/** Sends back what GET gave, and expects that nothing changes. */
async function expectStable(path: string, contract: z.ZodObject) {
  const before = fieldsOf(contract, await ada.bask.request<object>("GET", path));
  expect(Object.keys(before).sort()).toEqual(Object.keys(contract.shape).sort());
  const after = await ada.bask.request<object>("PATCH", path, { body: before });
  expect(fieldsOf(contract, after)).toEqual(before);
}

describe("what GET returns is accepted by PATCH, and changes nothing", () => {
  const cases: [name: string, path: () => string, contract: z.ZodObject, set: Fields, unset: Fields][] = [
    [
      "a user",
      () => "/users/me",
      UpdateUser,
      {
        fullName: "Ada K.",
        avatarUrl: "https://a.example/a.png",
        preferences: { theme: "dark", language: "en-GB", timezone: "Europe/Berlin" },
      },
      { avatarUrl: null, preferences: { language: null, timezone: null } },
    ],
    [
      "an organization",
      () => `/organizations/${organization}`,
      UpdateOrganization,
      { name: "Difference Engines" },
      { name: null },
    ],
    [
      "a policy",
      () => `/organizations/${organization}/policy`,
      UpdatePolicy,
      {
        require2fa: "2030-01-01",
        maxKeyLifetimeDays: 30,
        allowedIps: ["127.0.0.1/8", "::1"],
        allowedScopes: ["members:read"],
        keyCreators: ["owner"],
      },
      { require2fa: null, maxKeyLifetimeDays: null, allowedIps: null, allowedScopes: null, keyCreators: null },
    ],
  ];
  for (const [name, path, contract, set, unset] of cases) {
    test(`of ${name}: new, with everything set, and with everything unset`, async () => {
      await expectStable(path(), contract);
      await ada.bask.request("PATCH", path(), { body: set });
      await expectStable(path(), contract);
      await ada.bask.request("PATCH", path(), { body: unset });
      await expectStable(path(), contract);
    });
  }

  test("of a role", async () => {
    const path = `/organizations/${organization}/roles/engineer`;
    const create = { name: "engineer", description: "Builds", permissions: ["members:read"] };
    await ada.bask.request("POST", `/organizations/${organization}/roles`, { body: create });
    const listed = async () => (await ada.bask.roles.list(organization)).data.find(({ name }) => name === "engineer")!;
    const before = await listed();
    await ada.bask.request("PATCH", path, { body: fieldsOf(UpdateRole, before) });
    await ada.bask.request("PATCH", path, { body: { description: null } });
    await ada.bask.request("PATCH", path, { body: fieldsOf(UpdateRole, await listed()) });
    expect(await listed()).toEqual({ ...before, description: null });
    await ada.bask.request("DELETE", path);
    await ada.bask.request("POST", `/organizations/${organization}/roles`, { body: fieldsOf(CreateRole, before) });
    expect(await listed()).toEqual(before);
  });

  test("of an API key, and by POST for another one like it", async () => {
    const keys = `/organizations/${organization}/api-keys`;
    const { id } = await ada.bask.apiKeys.create(organization, { name: "Robot" });
    await expectStable(`${keys}/${id}`, UpdateApiKey);
    const everything = {
      description: "Builds",
      metadata: { note: " \n" },
      rateLimit: 5,
      allowedIps: ["10.0.0.1/8"],
      expiresAt: "2030-01-01",
    };
    await ada.bask.request("PATCH", `${keys}/${id}`, { body: everything });
    await expectStable(`${keys}/${id}`, UpdateApiKey);
    const full = await ada.bask.apiKeys.get(organization, id);
    expect(full).toMatchObject({
      metadata: { note: " \n" },
      allowedIps: ["10.0.0.0/8"],
      expiresAt: "2030-01-01T00:00:00.000Z",
    });
    await ada.bask.request("PATCH", `${keys}/${id}`, {
      body: { description: null, rateLimit: null, allowedIps: [], expiresAt: null },
    });
    const empty = await ada.bask.apiKeys.get(organization, id);
    expect(empty).toMatchObject({ description: null, rateLimit: null, allowedIps: [], expiresAt: null });
    for (const like of [full, empty]) {
      const created = await ada.bask.request<object>("POST", keys, { body: fieldsOf(CreateApiKey, like) });
      expect(fieldsOf(CreateApiKey, created)).toEqual(fieldsOf(CreateApiKey, like));
    }
  });
});

describe("null for an optional field", () => {
  test("is what leaving it out is, also where people sign in", async () => {
    const { email, password } = ada;
    const login = {
      email: ` ${email}\n`,
      password,
      twoFactorCode: null,
      trustDevice: null,
      deviceToken: null,
      session: null,
    };
    expect(await world.visitor.request<object>("POST", "/auth/login", { body: login })).toHaveProperty("accessToken");
    const key = {
      name: "Null",
      description: null,
      metadata: null,
      environment: null,
      scopes: null,
      preset: null,
      expiresAt: null,
      expiresInDays: null,
      rateLimit: null,
      allowedIps: null,
    };
    const created = await ada.bask.request<object>("POST", `/organizations/${organization}/api-keys`, { body: key });
    expect(created).toMatchObject({ name: "Null", environment: "live", expiresAt: null, allowedIps: [] });
  });
});
