import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { dialect } from "../../src/db/dialect";
import type { ClientRow } from "../../src/oauth/clients.sql";
import { realTime } from "../support/clock";
import { storm } from "../support/expect";
import { freePort } from "../support/free-port";
import {
  agree,
  authorizeUrl,
  connect,
  pkce,
  post,
  redirectUri,
  refresh,
  registerApp,
  requestOf,
  withToken,
} from "../support/oauth";
import { startBask, temporaryFolder } from "../support/process";
import { openWorld, type Person, testSecret, type World } from "../support/world";

setDefaultTimeout(180_000);

/** Two that share a database: on PostgreSQL this process and another one of the system, on SQLite two apps in this one. */
let here: World;
let there: Pick<World, "fetch">;
let closeThere: () => Promise<void>;
let ada: Person;
let acme: string;
let app: ClientRow;
beforeAll(async () => {
  here = await openWorld({ time: realTime() });
  await openThere(here.app.config.database.url);
  ada = await here.person("Ada");
  acme = (await ada.bask.organizations.create({ name: "Acme" })).id;
  app = await registerApp(here);
});
afterAll(async () => {
  await closeThere();
  await here.close();
});

async function openThere(databaseUrl: string) {
  if (dialect !== "postgres") {
    const world = await openWorld({ databaseUrl, time: realTime() });
    there = world;
    closeThere = world.close;
    return;
  }
  const folder = temporaryFolder();
  const bask = await startBask(folder.path, {
    PORT: String(await freePort()),
    DATABASE_URL: databaseUrl,
    SECRET_KEY: testSecret.toString("base64url"),
    PUBLIC_URL: "https://bask.test",
    AUTH_RATE_LIMIT: "1000000",
  });
  expect(bask.url).toStartWith("http");
  there = { fetch: (path, init) => fetch(bask.url + path, init) };
  closeThere = async () => {
    bask.kill("SIGTERM");
    await bask.exited;
    folder[Symbol.dispose]();
  };
}

/** The two take turns. */
const at = (i: number) => (i % 2 === 0 ? here : there);
const accepted = (answers: { status: number }[]) => answers.filter(({ status }) => status === 200);

test("two processes exchange a code once", async () => {
  const { verifier, challenge } = pkce();
  const back = await agree(ada, acme, await requestOf(here, authorizeUrl(app.id, challenge)));
  const fields = {
    grant_type: "authorization_code",
    client_id: app.id,
    code: back.searchParams.get("code")!,
    code_verifier: verifier,
    redirect_uri: redirectUri,
  };
  const { won, lost } = await storm(50, (i) => post(at(i), "/oauth/token", fields));
  expect([accepted(won).length, lost]).toEqual([1, []]);
});

test("two processes exchange the code of a device once", async () => {
  const grantType = "urn:ietf:params:oauth:grant-type:device_code";
  const asked = await post(there, "/oauth/device_authorization", { client_id: "bask-cli", scope: "members:read" });
  const { device_code = "", user_code: userCode = "" } = asked.body;
  const { digest } = await ada.bask.apps.readDevice({ userCode });
  await ada.bask.apps.approveDevice({ userCode, organizationId: acme, digest });
  const { won, lost } = await storm(50, (i) =>
    post(at(i), "/oauth/token", { grant_type: grantType, client_id: "bask-cli", device_code }),
  );
  expect([accepted(won).length, lost]).toEqual([1, []]);
});

test("two processes give one successor of a refresh token, and hear within a second that an app was disconnected", async () => {
  const { refresh_token } = await connect(here, ada, acme, app);
  const { won, lost } = await storm(50, (i) => refresh(at(i), app.id, refresh_token!));
  expect([new Set(won.map(({ body }) => body.refresh_token)).size, accepted(won).length, lost]).toEqual([1, 50, []]);

  const accessToken = won[0]!.body.access_token;
  const whoami = async (from: Pick<World, "fetch">) => (await withToken(from, accessToken, "/whoami")).status;
  expect(await whoami(there)).toBe(200);
  const { data } = await ada.bask.connectedApps.list();
  for (const { id } of data) await ada.bask.connectedApps.disconnect(id);
  expect(await whoami(here)).toBe(401);
  const disconnectedAt = performance.now();
  for (let status = 200; status !== 401; ) {
    const startedAt = performance.now();
    status = await whoami(there); // 503 where the database is late
    if (status === 200) expect(startedAt - disconnectedAt).toBeLessThan(1_050);
  }
});
