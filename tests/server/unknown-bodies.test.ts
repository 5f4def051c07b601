import { expect, test } from "bun:test";
import { takesBody } from "../../src/http/route";
import { routes } from "../../src/server/routes";
import { admit } from "../support/organizations";
import { openWorld } from "../support/world";

const withoutContract = routes.filter((route) => takesBody(route) && !route.body);

test("a body that a route has no use for is refused, and nothing happens", async () => {
  const world = await openWorld();
  const [olga, mary] = await Promise.all([world.person("Olga"), world.person("Mary")]);
  const { id } = await olga.bask.organizations.create({ name: "Acme" });
  const member = await admit(world, id, mary, "member");
  const remove = (body: string, type = "application/json") =>
    world.fetch(`/organizations/${id}/members/${member}`, {
      method: "DELETE",
      headers: { Authorization: `Bearer ${olga.bask.tokens()!.accessToken}`, "Content-Type": type },
      body,
    });
  const refused = await remove(JSON.stringify({ handKeysTo: member }));
  expect(refused.status).toBe(422);
  expect((await refused.json()).error.details).toEqual([{ path: "handKeysTo", message: "is not a known field" }]);
  expect((await remove("handKeysTo=x", "application/x-www-form-urlencoded")).status).toBe(415);
  expect((await remove("{")).status).toBe(400);
  expect((await remove("[]")).status).toBe(422);
  expect((await olga.bask.members.list(id)).data).toHaveLength(2);
  expect((await remove("{}")).status).toBe(204);
  await world.close();
});

test("every route without a contract for its body refuses one", async () => {
  const world = await openWorld();
  const { bask } = await world.person("Olga");
  const headers = { Authorization: `Bearer ${bask.tokens()!.accessToken}`, "Content-Type": "application/json" };
  const accepting: string[] = [];
  for (const { method, path, access, oauth } of withoutContract) {
    if (access === "operator") continue;
    const url = path.replace(/:\w+/g, "org_unknown");
    const { status } = await world.fetch(url, { method, headers, body: JSON.stringify({ surprise: true }) });
    if (status !== (oauth ? 400 : 422)) accepting.push(`${method} ${path}: ${status}`);
  }
  expect(withoutContract.length).toBeGreaterThan(10);
  expect(accepting).toEqual([]);
  await world.close();
});
