import { beforeAll, describe, expect, test } from "bun:test";
import { openNetworks } from "../../src/access/networks";
import { refusalOf } from "../support/expect";
import { raw } from "../support/raw";
import { openWorld, type Person, type World } from "../support/world";

test("a list of networks contains an IP in every spelling of either", () => {
  const contains = (network: string, ip: string) => openNetworks([network])(ip);
  for (const network of ["10.0.0.1", "::ffff:10.0.0.1", "::FFFF:a00:1", "10.0.0.0/8", "::ffff:10.0.0.0/104"]) {
    expect(contains(network, "10.0.0.1")).toBe(true);
    expect(contains(network, "::ffff:10.0.0.1")).toBe(true);
    expect(contains(network, "11.0.0.1")).toBe(false);
    expect(contains(network, "2001:db8::1")).toBe(false);
  }
  expect(contains("2001:db8::/32", "2001:DB8:0::1")).toBe(true);
  expect(contains("2001:db8::1", "2001:db8::2")).toBe(false);
  expect(contains("::/0", "10.0.0.1")).toBe(false);
});

describe("a network that is none", () => {
  const none = ["2001:db8::1:", "::f:", "::1%eth0", "10.0.0.0/33", "::/129", "10.0.0.0/", "localhost", ""];
  let world: World;
  let ada: Person;
  let organization: string;
  beforeAll(async () => {
    world = await openWorld();
    ada = await world.person("Ada");
    organization = (await ada.bask.organizations.create({ name: "Analytical Engines" })).id;
  });

  test("is refused for keys, policies and verifications", async () => {
    const { id, key } = await ada.bask.apiKeys.create(organization, { name: "Robot" });
    for (const network of none) {
      const networks = { allowedIps: ["10.0.0.1", network] };
      const calls = [
        ada.bask.apiKeys.create(organization, { name: "Robot", ...networks }),
        ada.bask.apiKeys.update(organization, id, networks),
        ada.bask.policy.update(organization, networks),
      ];
      for (const { details } of await Promise.all(calls.map(refusalOf)))
        expect(details).toEqual([{ path: "allowedIps.1", message: "must be an IP address or a CIDR" }]);
      const verified = await refusalOf(ada.bask.apiKeys.verify({ key, organization, ip: network }));
      expect(verified.details).toEqual([{ path: "ip", message: "must be an IP address" }]);
    }
  });

  test("that was stored before refuses its own key and no other one", async () => {
    const bad = await ada.bask.apiKeys.create(organization, { name: "Bad", allowedIps: ["127.0.0.1"] });
    const good = await ada.bask.apiKeys.create(organization, { name: "Good" });
    const stored = JSON.stringify(none);
    await raw(world, `update api_keys set allowed_ips = '${stored}' where id = '${bad.id}'`);
    const { data } = await ada.bask.apiKeys.verifyBatch({
      organization,
      keys: [bad, good].map(({ key }) => ({ key, ip: "127.0.0.1" })),
    });
    expect(data.map(({ code }) => code)).toEqual(["IP_NOT_ALLOWED", "VALID"]);
    expect((await refusalOf(world.machine(bad.key).whoami())).status).toBe(403);
    expect(await world.machine(good.key).whoami()).toMatchObject({ keyId: good.id });
    await ada.bask.apiKeys.update(organization, bad.id, { allowedIps: ["127.0.0.1/32"] });
    expect(await world.machine(bad.key).whoami()).toMatchObject({ keyId: bad.id });
  });

  test("that was stored in a policy refuses what it is for, and its owner can change it", async () => {
    const { key } = await ada.bask.apiKeys.create(organization, { name: "Robot" });
    await raw(world, `update organizations set policy = '{"allowedIps":["::f:"]}' where id = '${organization}'`);
    expect((await refusalOf(world.machine(key).whoami())).status).toBe(403);
    expect(await ada.bask.policy.get(organization)).toMatchObject({ allowedIps: ["::f:"] });
    await ada.bask.policy.update(organization, { allowedIps: ["127.0.0.0/8"] });
    expect(await world.machine(key).whoami()).toMatchObject({ type: "api_key" });
  });
});
