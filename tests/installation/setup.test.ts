import { beforeEach, describe, expect, test } from "bun:test";
import { setUpLink } from "../../src/installation/setup";
import { grantOperator } from "../../src/operators/operators";
import { codeOf } from "../support/authenticator";
import { createClient } from "../support/client";
import { expectRefusal, storm } from "../support/expect";
import { openWorld, type World } from "../support/world";

const ada = { email: "ada@example.com", password: "correct horse battery", fullName: "Ada Lovelace" };

let world: World;
let token: string;
const tokenOf = async (world: World) =>
  (await setUpLink(world.app, "https://bask.test"))?.split("/dashboard/setup#token=")[1];

beforeEach(async () => {
  world = await openWorld({ config: { emailVerification: "required" } });
  token = (await tokenOf(world))!;
});

describe("the link that a start prints", () => {
  test("makes its first user an operator with a verified email, signed in", async () => {
    const bask = createClient({ url: world.url, retries: 0 });
    const { user } = await bask.auth.setUp({ token, ...ada });
    expect(user).toMatchObject({ email: ada.email, emailVerified: true });
    expect(await bask.me.get()).toMatchObject({ id: user.id });
    await expectRefusal(bask.admin.users.list(), "TWO_FACTOR_SETUP_REQUIRED");
    const { secret } = await bask.twoFactor.setup({ password: ada.password });
    await bask.twoFactor.verify({ code: codeOf(secret, world.time) });
    expect((await bask.admin.users.list()).data).toHaveLength(1);
    const { data } = await bask.me.listAuditLogs();
    expect(data.map(({ action }) => action)).toContain("operator.granted");
    const { id } = await bask.organizations.create({ name: "Analytical Engines" });
    expect((await bask.apiKeys.create(id, { name: "First" })).key).toStartWith("bsk_live_");
  });

  test("works once, in one process of two, whatever fifty people try", async () => {
    const other = await openWorld({
      databaseUrl: world.app.config.database.url,
      time: world.time,
      config: { emailVerification: "required" },
    });
    const there = (await tokenOf(other))!;
    const { won, lost } = await storm(50, (i) =>
      (i % 2 ? world : other).visitor.auth.setUp({
        ...ada,
        email: `person${i}@example.com`,
        token: i % 2 ? token : there,
      }),
    );
    expect(won).toHaveLength(1);
    expect(new Set(lost)).toEqual(new Set(["INVALID_TOKEN"]));
    const { users } = await import("../../src/db/tables");
    expect(await world.app.db.reader.$count(users)).toBe(1);
    await other.close();
  });

  test("dies with the first user, however that came, and a start prints none then", async () => {
    await world.person("Grace");
    await expectRefusal(world.visitor.auth.setUp({ token, ...ada }), "INVALID_TOKEN");
    expect(await setUpLink(world.app, "https://bask.test")).toBeUndefined();
    expect(await grantOperator(world.app, "grace@example.com")).toBe("granted");
  });

  test("is of this installation, and survives a password that is too weak", async () => {
    const bytes = `${token.slice(0, -2)}${token.endsWith("AA") ? "BB" : "AA"}`;
    for (const forged of [bytes, world.app.mailedTokens.write("set_01jngc4e00000000000000000a"), "x"])
      await expectRefusal(world.visitor.auth.setUp({ token: forged, ...ada }), "INVALID_TOKEN");
    await expectRefusal(world.visitor.auth.setUp({ token, ...ada, password: "password" }), "VALIDATION_ERROR");
    await world.visitor.auth.setUp({ token, ...ada });
  });
});
