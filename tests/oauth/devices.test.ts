import { beforeAll, describe, expect, test } from "bun:test";
import { expectRefusal, storm } from "../support/expect";
import { post, registerApp, withToken } from "../support/oauth";
import { openWorld, type Person, type World } from "../support/world";

const deviceGrant = "urn:ietf:params:oauth:grant-type:device_code";

let world: World;
let ada: Person;
let acme: string;
beforeAll(async () => {
  world = await openWorld();
  ada = await world.person("Ada");
  acme = (await ada.bask.organizations.create({ name: "Acme" })).id;
});

const start = async (clientId = "bask-cli", more: Record<string, string> = {}) => {
  // Devices of one network wait for each other.
  world.time.pass({ minutes: 1 });
  return (await post(world, "/oauth/device_authorization", { client_id: clientId, scope: "members:read", ...more }))
    .body;
};
const ask = (deviceCode: string, clientId = "bask-cli") =>
  post(world, "/oauth/token", { grant_type: deviceGrant, client_id: clientId, device_code: deviceCode });
const approve = async (userCode: string) => {
  const { digest } = await ada.bask.apps.readDevice({ userCode });
  await ada.bask.apps.approveDevice({ userCode, organizationId: acme, digest });
};

describe("the code of a device", () => {
  test("is typed by its user, who sees the app and the device, and is then worth tokens once", async () => {
    const { device_code, user_code, verification_uri, verification_uri_complete } = await start();
    expect([verification_uri, verification_uri_complete]).toEqual([
      "https://bask.test/dashboard/device",
      undefined as never,
    ]);
    expect(user_code).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/);
    expect((await ask(device_code!)).body.error).toBe("authorization_pending");
    const shown = await ada.bask.apps.readDevice({ userCode: ` ${user_code!.toLowerCase().replace("-", " ")}` });
    expect(shown).toMatchObject({ client: { name: "Command line" }, device: { ip: "127.0.0.1" }, redirectHost: null });
    await approve(user_code!);
    const { won } = await storm(50, () => ask(device_code!));
    const tokens = won.filter(({ status }) => status === 200);
    expect(tokens).toHaveLength(1);
    expect(new Set(won.filter(({ status }) => status !== 200).map(({ body }) => body.error))).toEqual(
      new Set(["invalid_grant"]),
    );
    const path = `/organizations/${acme}/members`;
    expect((await withToken(world, tokens[0]!.body.access_token, path)).status).toBe(200);
    await expectRefusal(ada.bask.apps.readDevice({ userCode: user_code! }), "NOT_FOUND");
  });

  test("is worth nothing to another client, though its user has agreed", async () => {
    const other = await registerApp(world, { grantTypes: [deviceGrant] });
    const { device_code, user_code } = await start();
    await approve(user_code!);
    expect((await ask(device_code!, other.id)).body.error).toBe("invalid_grant");
    expect((await ask(device_code!)).status).toBe(200);
  });

  test("makes a device that asks too often wait longer, and remembers it", async () => {
    const { device_code, interval } = await start();
    expect(interval as unknown).toBe(5);
    const answers: (string | undefined)[] = [];
    for (const seconds of [0, 4, 9, 15, 19]) {
      world.time.pass({ seconds });
      answers.push((await ask(device_code!)).body.error);
    }
    // 5 seconds, then 10, then 15: each that comes too early makes it longer.
    expect(answers).toEqual([
      "authorization_pending",
      "slow_down",
      "slow_down",
      "authorization_pending",
      "authorization_pending",
    ]);
  });

  test("that was refused or has expired says so", async () => {
    const refused = await start();
    await ada.bask.apps.denyDevice({ userCode: refused.user_code! });
    expect((await ask(refused.device_code!)).body.error).toBe("access_denied");
    const late = await start();
    world.time.pass({ minutes: 10 });
    expect((await ask(late.device_code!)).body.error).toBe("expired_token");
    await expectRefusal(ada.bask.apps.readDevice({ userCode: late.user_code! }), "NOT_FOUND");
  });

  test("is decided about once, however many decide at once", async () => {
    const { user_code: userCode } = await start();
    const { digest } = await ada.bask.apps.readDevice({ userCode: userCode! });
    const { won } = await storm(10, (i) =>
      i % 2 === 0
        ? ada.bask.apps.approveDevice({ userCode: userCode!, organizationId: acme, digest })
        : ada.bask.apps.denyDevice({ userCode: userCode! }),
    );
    expect(won).toHaveLength(1);
  });

  test("cannot be found by trying, and a network begins only so many at once", async () => {
    world.time.pass({ minutes: 11 });
    const mallory = await world.person("Mallory");
    const { lost } = await storm(30, (i) =>
      mallory.bask.apps.readDevice({ userCode: `BCDF-GH${"BCDFGHJKLM"[i % 10]}B` }),
    );
    expect(lost.filter((code) => code === "RATE_LIMITED")).toHaveLength(10);
    const { won } = await storm(50, () => post(world, "/oauth/device_authorization", { client_id: "bask-cli" }));
    expect(won.filter(({ status }) => status === 200)).toHaveLength(20);
    expect(won.find(({ status }) => status === 429)!.body.error).toBe("temporarily_unavailable");
  });

  test("is given only to clients that may use it", async () => {
    const web = await registerApp(world);
    expect((await start(web.id)).error).toBe("unauthorized_client");
    expect((await start("cli_unknown")).error).toBe("invalid_client");
  });
});
