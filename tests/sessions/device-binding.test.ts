import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { eq } from "drizzle-orm";
import { sessions } from "../../src/db/tables";
import { systemClock } from "../../src/sdk/clock";
import { continueSession } from "../../src/sdk/server";
import { createClient } from "../support/client";
import { type Device, newDevice } from "../support/device";
import { expectRefusal } from "../support/expect";
import { openWorld, type Person, testSecret, type World } from "../support/world";

let world: World;
let ada: Person;
beforeAll(async () => {
  world = await openWorld();
  ada = await world.person("Ada");
});
afterAll(() => world.close());

const registration = "/api/v1/auth/device-binding";
const proof = `${registration}/proof`;
const refresh = "/auth/refresh";

/** A browser in cookie mode: what it keeps, and what it sends. */
interface Browser {
  jar: Map<string, string>;
  on: World;
  post(path: string, init?: { body?: object; headers?: object }): Promise<Response>;
  /** Sends a signature, as browsers do on their own. */
  signed(path: string, signature: string): Promise<Response>;
  readonly refreshToken: string;
  forgetProof(): void;
  /** What a thief has who copied the cookies. */
  copy(on?: World): Browser;
}

function openBrowser(on = world): Browser {
  const jar = new Map<string, string>();
  const browser: Browser = {
    jar,
    on,
    async post(path, { body = {}, headers = {} } = {}) {
      const response = await browser.on.fetch(path, {
        method: "POST",
        headers: {
          "Content-Type": "application/json",
          "Sec-Fetch-Site": "same-origin",
          Cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; "),
          ...headers,
        },
        body: JSON.stringify(body),
      });
      for (const cookie of response.headers.getSetCookie()) {
        const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie)!;
        if (value) jar.set(name!, value);
        else jar.delete(name!);
      }
      return response;
    },
    signed: (path, signature) => browser.post(path, { headers: { "Secure-Session-Response": `"${signature}"` } }),
    get refreshToken() {
      return jar.get("__Host-bask_refresh")!;
    },
    forgetProof: () => void jar.delete("__Host-bask_device"),
    copy(to = browser.on) {
      const thief = openBrowser(to);
      for (const [name, value] of jar) thief.jar.set(name, value);
      return thief;
    },
  };
  return browser;
}

const registrationOf = (response: Response) =>
  /^\(ES256 RS256\);path="\/api\/v1\/auth\/device-binding";challenge="([\w-]+)"$/.exec(
    response.headers.get("secure-session-registration")!,
  )![1]!;
const challengeOf = (response: Response) =>
  /^"([\w-]+)";id="https:\/\/bask\.test"$/.exec(response.headers.get("secure-session-challenge")!)![1]!;
const codeOf = async (response: Response) => ((await response.json()) as { error: { code: string } }).error.code;

/** Signs in and gives the challenge to register a device with. */
async function signIn(browser: Browser, { email, password }: Person = ada) {
  const response = await browser.post("/auth/login", { body: { email, password, session: "cookie" } });
  expect(response.status).toBe(200);
  return registrationOf(response);
}
async function bound(device: Device = newDevice(), person = ada) {
  const browser = openBrowser();
  const challenge = await signIn(browser, person);
  const response = await browser.signed(registration, device.sign(challenge, { withKey: true }));
  expect(response.status).toBe(200);
  return { browser, device };
}
/** Gets a proof as a browser does: asked, it signs. */
async function prove(browser: Browser, device: Device) {
  const asked = await browser.post(proof);
  expect(asked.status).toBe(403);
  return browser.signed(proof, device.sign(challengeOf(asked)));
}
const keyOf = async ({ refreshToken }: Browser) => {
  const { session } = world.app.refreshTokens.read(refreshToken)!;
  const [row] = await world.app.db.reader.select().from(sessions).where(eq(sessions.id, session));
  return row!.deviceKey;
};

describe("binding a session to its device", () => {
  test.each(["ES256", "RS256"] as const)(
    "works once with a key of %s, and is told to the browser and its user",
    async (alg) => {
      const browser = openBrowser();
      const challenge = await signIn(browser);
      const device = newDevice(alg);
      const response = await browser.signed(registration, device.sign(challenge, { withKey: true }));
      expect(await response.json()).toEqual({
        session_identifier: "https://bask.test",
        refresh_url: proof,
        scope: {
          include_site: false,
          scope_specification: [
            { type: "exclude", domain: "*", path: "/" },
            ...["/auth/refresh", "/auth/logout", "/auth/login"].flatMap((path) => [
              { type: "include", domain: "*", path },
              { type: "include", domain: "*", path: `/api/v1${path}` },
            ]),
          ],
        },
        credentials: [
          { type: "cookie", name: "__Host-bask_device", attributes: "Path=/; Secure; HttpOnly; SameSite=Lax" },
        ],
        allowed_refresh_initiators: [],
      });
      expect(response.headers.getSetCookie()[0]).toMatch(
        /^__Host-bask_device=[\w-]+; Path=\/; Secure; HttpOnly; SameSite=Lax; Max-Age=300$/,
      );
      const key = (await keyOf(browser))!;
      expect(Object.keys(key).sort()).toEqual(alg === "ES256" ? ["crv", "kty", "x", "y"] : ["e", "kty", "n"]);
      const refreshed = await browser.post(refresh);
      expect(refreshed.status).toBe(200);
      const { accessToken } = (await refreshed.json()) as { accessToken: string };
      const list = await world.fetch("/users/me/sessions", { headers: { Authorization: `Bearer ${accessToken}` } });
      const { data } = (await list.json()) as { data: { isCurrent: boolean; isBound: boolean }[] };
      expect(data.find(({ isCurrent }) => isCurrent)).toMatchObject({ isBound: true });
      expect(data.filter(({ isBound }) => !isBound)).not.toHaveLength(0);
      const { data: log } = await ada.bask.me.listAuditLogs({ action: "session.bound" });
      expect(log).not.toHaveLength(0);
    },
  );

  test("is offered in cookie mode over https only, and a browser that knows nothing of it goes on as before", async () => {
    const { email, password } = ada;
    const browser = openBrowser();
    const tokens = await browser.post("/auth/login", { body: { email, password } });
    expect(tokens.headers.get("secure-session-registration")).toBeNull();
    const plain = await openWorld({
      databaseUrl: world.app.config.database.url,
      time: world.time,
      config: { publicUrl: "http://localhost:3000" },
    });
    const local = openBrowser(plain);
    const response = await local.post("/auth/login", { body: { email, password, session: "cookie" } });
    expect(response.headers.get("secure-session-registration")).toBeNull();
    await plain.close();

    await signIn(browser);
    for (let i = 0; i < 3; i++) expect((await browser.post(refresh)).status).toBe(200);
    expect(await keyOf(browser)).toBeNull();
  });

  test("takes the challenge of this sign-in only, with a valid signature of ES256 or RS256", async () => {
    const [browser, other] = [openBrowser(), openBrowser()];
    const [challenge, others] = [await signIn(browser), await signIn(other)];
    const device = newDevice();
    const [header, payload] = device.sign(challenge, { withKey: true }).split(".");
    const asked = challengeOf(await (await bound()).browser.post(proof));
    const withKey = true;
    const d = "c2VjcmV0";
    for (const [name, signature] of Object.entries({
      others: device.sign(others, { withKey }),
      asked: device.sign(asked, { withKey }),
      "no key": device.sign(challenge),
      "no signature": `${header}.${payload}.`,
      "other key": newDevice().sign(challenge, {
        withKey,
        header: { jwk: { ...JSON.parse(Buffer.from(header!, "base64url").toString()).jwk, d } },
      }),
      "alg none": device.sign(challenge, { withKey, header: { alg: "none" } }),
      HS256: device.sign(challenge, { withKey, header: { alg: "HS256" } }),
      typ: device.sign(challenge, { withKey, header: { typ: "JWT" } }),
      "a critical header": device.sign(challenge, { withKey, header: { crit: ["x"], x: 1 } }),
      "a short key": newDevice("RS256", 1024).sign(challenge, { withKey }),
      junk: "junk",
      empty: "",
      long: "a".repeat(8_193),
    }))
      expect([name, (await browser.signed(registration, signature)).status]).toEqual([name, 401]);
    expect((await openBrowser().signed(registration, device.sign(challenge, { withKey }))).status).toBe(401);
    expect(await keyOf(browser)).toBeNull();
    expect((await browser.signed(registration, device.sign(challenge, { withKey }))).status).toBe(200);
  });

  test("is not possible with the cookie alone, later than five minutes, or twice", async () => {
    const browser = openBrowser();
    const challenge = await signIn(browser);
    world.time.pass({ minutes: 5 });
    expect((await browser.signed(registration, newDevice().sign(challenge, { withKey: true }))).status).toBe(401);
    const refreshed = await browser.post(refresh);
    expect(refreshed.headers.get("secure-session-registration")).toBeNull();

    const fresh = await signIn(browser);
    const device = newDevice();
    const signature = device.sign(fresh, { withKey: true });
    expect((await browser.signed(registration, signature)).status).toBe(200);
    for (const again of [signature, newDevice().sign(fresh, { withKey: true })])
      expect((await browser.signed(registration, again)).status).toBe(401);
    browser.forgetProof();
    expect((await prove(browser, device)).status).toBe(200);
  });

  test("gives a session to one of fifty devices at once, in two processes", async () => {
    const second = await openWorld({ databaseUrl: world.app.config.database.url, time: world.time });
    const browser = openBrowser();
    const challenge = await signIn(browser);
    const devices = Array.from({ length: 50 }, () => newDevice());
    const answers = await Promise.all(
      devices.map((device, i) =>
        browser.copy(i % 2 ? world : second).signed(registration, device.sign(challenge, { withKey: true })),
      ),
    );
    const won = answers.flatMap(({ status }, i) => (status === 200 ? [i] : []));
    expect(won).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(49);
    for (const [i, device] of devices.entries()) {
      if (i % 10 !== 0 && i !== won[0]) continue;
      const { status } = await prove(browser, device);
      expect([i, status]).toEqual([i, i === won[0] ? 200 : 401]);
    }
    await second.close();
  });
});

describe("a bound session", () => {
  test("is refreshed with a signature of its device, which is asked for where it is missing", async () => {
    const { browser, device } = await bound();
    expect((await browser.post(refresh)).status).toBe(200);
    browser.forgetProof();
    const refused = await browser.post(refresh);
    expect(refused.status).toBe(403);
    expect(await codeOf(refused)).toBe("DEVICE_SIGNATURE_REQUIRED");
    expect((await browser.signed(proof, device.sign(challengeOf(refused)))).status).toBe(200);
    expect((await browser.post(refresh)).status).toBe(200);
  });

  test("is worth nothing to who copied its cookies, elsewhere at once and in its own network after five minutes", async () => {
    const elsewhere = await openWorld({
      databaseUrl: world.app.config.database.url,
      time: world.time,
      config: { trustedProxies: ["127.0.0.1/32"] },
    });
    const { browser, device } = await bound();
    const thief = browser.copy(elsewhere);
    const headers = { "X-Forwarded-For": "203.0.113.7" };
    for (const path of [refresh, "/api/v1/auth/refresh", proof])
      expect([path, (await thief.post(path, { headers })).status]).toEqual([path, 403]);
    await elsewhere.close();

    const neighbor = browser.copy();
    world.time.pass({ minutes: 5 });
    expect((await neighbor.post(refresh)).status).toBe(403);
    expect((await neighbor.signed(proof, newDevice().sign(challengeOf(await neighbor.post(proof))))).status).toBe(401);
    expect((await prove(browser, device)).status).toBe(200);
    expect((await browser.post(refresh)).status).toBe(200);
  });

  test("signs once for each network that it comes from in turn, and no network counts for longer than its own signature", async () => {
    const behindProxy = await openWorld({
      databaseUrl: world.app.config.database.url,
      time: world.time,
      config: { trustedProxies: ["127.0.0.1/32"] },
    });
    const { browser, device } = await bound();
    browser.on = behindProxy;
    const from = (ip: string) => ({ headers: { "X-Forwarded-For": ip } });
    const [home, mobile] = ["203.0.113.7", "2001:db8::7"];
    const signFor = async (ip: string) => {
      const refused = await browser.post(refresh, from(ip));
      expect([ip, refused.status]).toEqual([ip, 403]);
      const headers = { ...from(ip).headers, "Secure-Session-Response": device.sign(challengeOf(refused)) };
      expect((await browser.post(proof, { headers })).status).toBe(200);
    };
    await signFor(home);
    world.time.pass({ minutes: 3 });
    await signFor(mobile);
    for (const ip of [home, mobile, home, mobile])
      expect([ip, (await browser.post(refresh, from(ip))).status]).toEqual([ip, 200]);
    expect((await browser.copy().post(refresh, from("198.51.100.1"))).status).toBe(403);
    world.time.pass({ minutes: 2 });
    expect((await browser.copy().post(refresh, from(home))).status).toBe(403);
    expect((await browser.post(refresh, from(mobile))).status).toBe(200);
    await behindProxy.close();
  });

  test("has no other door: not as a token in the body, not to sign out everywhere, not as a known browser", async () => {
    const cleo = await world.person("Cleo");
    const { browser, device } = await bound(newDevice(), cleo);
    const thief = browser.copy();
    thief.forgetProof();
    for (const carrier of [browser, thief]) {
      const body = { refreshToken: browser.refreshToken };
      expect((await carrier.post(refresh, { body })).status).toBe(403);
      expect((await carrier.post("/auth/logout", { body: { ...body, allSessions: true } })).status).toBe(403);
    }
    const everywhere = await thief.post("/auth/logout", { body: { allSessions: true } });
    expect(everywhere.status).toBe(403);
    expect(challengeOf(everywhere)).toBeString();
    await cleo.bask.me.get();

    const bea = await world.person("Bea");
    const known = openBrowser();
    const challenge = await signIn(known, bea);
    await known.signed(registration, newDevice().sign(challenge, { withKey: true }));
    const guesser = known.copy();
    guesser.forgetProof();
    const guess = (by: Browser, password: string) => by.post("/auth/login", { body: { email: bea.email, password } });
    let status = 401;
    while (status === 401) ({ status } = await guess(guesser, "a wrong password"));
    expect(status).toBe(429);
    expect((await guess(guesser, bea.password)).status).toBe(429);
    expect((await guess(known, bea.password)).status).toBe(200);

    expect((await prove(browser, device)).status).toBe(200);
    const all = await browser.post("/auth/logout", { body: { allSessions: true } });
    expect(all.status).toBe(204);
    await expectRefusal(cleo.bask.me.get(), "UNAUTHORIZED");
  });

  test("takes each signature once, also fifty at once, in two processes", async () => {
    const second = await openWorld({ databaseUrl: world.app.config.database.url, time: world.time });
    const { browser, device } = await bound();
    const signature = device.sign(challengeOf(await browser.post(proof)));
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) => browser.copy(i % 2 ? world : second).signed(proof, signature)),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 403)).toHaveLength(49);
    await second.close();
  });

  test("takes a challenge of its own, for a minute, signed by its own key", async () => {
    const [{ browser, device }, other] = [await bound(), await bound()];
    const others = challengeOf(await other.browser.post(proof));
    const [ours, late] = [challengeOf(await browser.post(proof)), challengeOf(await browser.post(proof))];
    expect((await browser.signed(proof, device.sign(others))).status).toBe(403);
    expect((await browser.signed(proof, other.device.sign(ours))).status).toBe(401);
    expect((await browser.signed(proof, other.device.sign(ours, { withKey: true }))).status).toBe(401);
    expect((await browser.signed(proof, device.sign(ours))).status).toBe(200);
    world.time.pass({ minutes: 1 });
    expect((await browser.signed(proof, device.sign(late))).status).toBe(403);
    const mixed = browser.copy();
    mixed.jar.set("__Host-bask_device", other.browser.jar.get("__Host-bask_device")!);
    expect((await mixed.post(refresh)).status).toBe(403);
  });

  test("gets the same successor again within the grace, with a proof, and ends by reuse as before", async () => {
    const { browser } = await bound();
    const [before, thief] = [browser.copy(), browser.copy()];
    thief.forgetProof();
    expect((await browser.post(refresh)).status).toBe(200);
    expect((await before.post(refresh)).status).toBe(200);
    expect(before.refreshToken).toBe(browser.refreshToken);
    const unsigned = browser.copy();
    unsigned.forgetProof();
    expect((await thief.post(refresh)).status).toBe(403);
    expect((await unsigned.post(refresh)).status).toBe(403);
    world.time.pass({ minutes: 1 });
    expect((await thief.post(refresh)).status).toBe(401);
    expect((await browser.post(refresh)).status).toBe(401);
    expect((await browser.post(proof)).status).toBe(401);
  });

  test("ends without its device, and its browser hears that it is over", async () => {
    const { browser, device } = await bound();
    browser.forgetProof();
    const copy = browser.copy();
    expect((await browser.post("/auth/logout")).status).toBe(204);
    expect((await copy.post(refresh)).status).toBe(401);
    const asked = await copy.post(proof);
    expect([asked.status, asked.headers.get("secure-session-challenge")]).toEqual([401, null]);
    const plain = openBrowser();
    await signIn(plain);
    expect((await plain.signed(proof, device.sign("x"))).status).toBe(401);
    expect((await openBrowser().post(proof)).status).toBe(401);
  });

  test("is refreshed by the SDK, which is signed out when the device is gone", async () => {
    const { browser, device } = await bound();
    let isGone = false;
    const page = createClient({
      url: world.url,
      cookie: true,
      async fetch(url, { body }) {
        const path = new URL(url).pathname;
        // As browsers do: what is in the scope waits for a signature when the cookie is gone.
        if (!browser.jar.has("__Host-bask_device") && !isGone) await prove(browser, device);
        return path.endsWith("/refresh")
          ? browser.post(path, { body: JSON.parse((body as string) ?? "{}") })
          : world.fetch(path);
      },
    });
    world.time.pass({ minutes: 6 });
    await page.auth.refresh();
    expect(page.authStatus()).toBe("signed-in");
    isGone = true;
    world.time.pass({ minutes: 6 });
    await expectRefusal(page.auth.refresh(), "DEVICE_SIGNATURE_REQUIRED");
    expect(page.authStatus()).toBe("signed-out");
  });

  test("is known to a server that renders pages while a signature counts, and again when the browser has signed", async () => {
    const { browser, device } = await bound();
    const render = async () => {
      const cookie = [...browser.jar].map(([name, value]) => `${name}=${value}`).join("; ");
      const clock = { ...systemClock, now: world.time.now };
      const { accessToken, cookies, error } = await continueSession(new Headers({ cookie }), { url: world.url, clock });
      for (const one of cookies) browser.jar.set(...(/^([^=]+)=([^;]*)/.exec(one)!.slice(1) as [string, string]));
      return accessToken ? "signed in" : error?.code;
    };
    expect(await render()).toBe("signed in");
    world.time.pass({ minutes: 20 });
    expect([await render(), await render()]).toEqual(["DEVICE_SIGNATURE_REQUIRED", "DEVICE_SIGNATURE_REQUIRED"]);
    expect((await prove(browser, device)).status).toBe(200);
    expect(await render()).toBe("signed in");
  });

  test("goes on when the secret of the installation is rotated", async () => {
    const { browser, device } = await bound();
    const asked = challengeOf(await browser.post(proof));
    const next = Buffer.alloc(32, 7);
    const rotated = await openWorld({
      databaseUrl: world.app.config.database.url,
      time: world.time,
      config: { secretKeys: [next, testSecret] },
    });
    browser.on = rotated;
    expect((await browser.post(refresh)).status).toBe(200);
    expect((await browser.signed(proof, device.sign(asked))).status).toBe(200);
    browser.forgetProof();
    expect((await prove(browser, device)).status).toBe(200);
    expect((await browser.post(refresh)).status).toBe(200);
    await rotated.close();
  });
});
