import { expect, test } from "bun:test";
import { isPermission, needOf } from "../../scripts/docs/permissions";
import { newId } from "../../src/ids";
import { routes } from "../../src/server/routes";
import { openWorld } from "../support/world";

test("what belongs to another organization and what does not exist get the same response", async () => {
  const world = await openWorld();
  const [ada, eve] = [await world.person("Ada"), await world.person("Eve")];
  const { id: foreign } = await ada.bask.organizations.create({ name: "Analytical Engines" });
  const { id: own } = await eve.bask.organizations.create({ name: "Own" });
  const { id: keyId } = await ada.bask.apiKeys.create(foreign, { name: "Robot" });
  const { id: invitationId } = await ada.bask.invitations.create(foreign, { email: "guest@example.com" });
  const memberId = (await ada.bask.members.list(foreign)).data[0]!.id;
  const now = world.time.now();
  const theirs: Record<string, string> = { id: foreign, keyId, invitationId, memberId };
  const missing: Record<string, string> = {
    id: newId("org", now),
    keyId: newId("key", now),
    invitationId: newId("inv", now),
    memberId: newId("mem", now),
  };

  const ask = async (method: string, path: string, ids: Record<string, string>) => {
    const response = await world.fetch(
      path.replace(/:(\w+)/g, (_, name) => ids[name] ?? "viewer"),
      {
        method,
        headers: { Authorization: `Bearer ${eve.bask.tokens()!.accessToken}`, "Content-Type": "application/json" },
        ...(method !== "GET" && { body: "{}" }),
      },
    );
    const { error } = await response.json();
    return { status: response.status, error: { ...error, requestId: "" } };
  };
  const inOrganizations = routes.filter(
    (route) => isPermission(needOf(route)) && route.path.startsWith("/organizations/:id"),
  );
  expect(inOrganizations.length).toBeGreaterThan(20);
  for (const { method, path } of inOrganizations) {
    const response = await ask(method, path, theirs);
    expect([method, path, response]).toEqual([method, path, await ask(method, path, { ...theirs, id: missing.id! })]);
    if (!/:(keyId|invitationId|memberId)/.test(path)) continue;
    const [outside, absent] = [
      await ask(method, path, { ...theirs, id: own }),
      await ask(method, path, { ...missing, id: own }),
    ];
    expect([method, path, outside]).toEqual([method, path, absent]);
    expect([method, path, outside.status]).not.toEqual([method, path, 200]);
  }
});
