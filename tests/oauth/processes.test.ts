import { expect, test } from "bun:test";
import { realTime } from "../support/clock";
import { storm } from "../support/expect";
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
import { openWorld } from "../support/world";

test("two processes exchange a code once, give one successor, and hear within a second that an app was disconnected", async () => {
  const here = await openWorld({ time: realTime() });
  const there = await openWorld({ databaseUrl: here.app.config.database.url, time: realTime() });
  const ada = await here.person("Ada");
  const { id: acme } = await ada.bask.organizations.create({ name: "Acme" });
  const app = await registerApp(here);
  const worldOf = (i: number) => (i % 2 === 0 ? here : there);

  const { verifier, challenge } = pkce();
  const back = await agree(ada, acme, await requestOf(here, authorizeUrl(app.id, challenge)));
  const fields = {
    grant_type: "authorization_code",
    client_id: app.id,
    code: back.searchParams.get("code")!,
    code_verifier: verifier,
    redirect_uri: redirectUri,
  };
  const codes = await storm(50, (i) => post(worldOf(i), "/oauth/token", fields));
  expect(codes.won.filter(({ status }) => status === 200)).toHaveLength(1);

  const { refresh_token } = await connect(here, ada, acme, app);
  const refreshed = await storm(50, (i) => refresh(worldOf(i), app.id, refresh_token!));
  expect(new Set(refreshed.won.map(({ body }) => body.refresh_token)).size).toBe(1);
  expect(refreshed.won.every(({ status }) => status === 200)).toBe(true);

  const accessToken = refreshed.won[0]!.body.access_token;
  expect((await withToken(there, accessToken, "/whoami")).status).toBe(200);
  const { data } = await ada.bask.connectedApps.list();
  for (const { id } of data) await ada.bask.connectedApps.disconnect(id);
  expect((await withToken(here, accessToken, "/whoami")).status).toBe(401);
  const deadline = Date.now() + 1_500;
  while ((await withToken(there, accessToken, "/whoami")).status === 200 && Date.now() < deadline) await Bun.sleep(20);
  expect((await withToken(there, accessToken, "/whoami")).status).toBe(401);
  await there.close();
  await here.close();
});
