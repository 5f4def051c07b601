import { expect, test } from "bun:test";
import { createClient } from "../support/client";
import { connect, refresh, registerApp, withToken } from "../support/oauth";
import { openWorld } from "../support/world";

test("a credential of each kind is accepted only where its own kind is asked for", async () => {
  const world = await openWorld();
  const ada = await world.person("Ada");
  const bea = await world.person("Bea");
  await world.verify(ada);
  const { id } = await ada.bask.organizations.create({ name: "Kinds" });
  const { key } = await ada.bask.apiKeys.create(id, { name: "Robot" });
  await ada.bask.invitations.create(id, { email: "guest@example.com" });
  await world.visitor.auth.forgotPassword({ email: ada.email });
  const app = await registerApp(world);
  const tokens = await connect(world, ada, id, app, { scope: "openid" });
  const { accessToken, refreshToken } = ada.bask.tokens()!;
  const credentials = {
    access: accessToken,
    refresh: refreshToken,
    verification: await world.tokenTo(bea.email, "verify-email"),
    reset: await world.tokenTo(ada.email, "reset-password"),
    invitation: await world.tokenTo("guest@example.com", "invitation"),
    key,
    appAccess: tokens.access_token!,
    appRefresh: tokens.refresh_token!,
  };
  type Kind = keyof typeof credentials;
  const doors: Record<Kind, (text: string) => Promise<unknown>> = {
    access: (text) => createClient({ url: world.url, tokens: { accessToken: text, refreshToken: "" } }).me.get(),
    refresh: (text) => createClient({ url: world.url, tokens: { accessToken: "", refreshToken: text } }).auth.refresh(),
    verification: (token) => bea.bask.auth.verifyEmail({ token }),
    reset: (token) => world.visitor.auth.resetPassword({ token, password: "another long password" }),
    invitation: (token) => bea.bask.invitations.accept({ token }),
    key: (text) => world.machine(text).whoami(),
    appAccess: async (text) => accepted((await withToken(world, text, "/oauth/userinfo")).status),
    appRefresh: async (text) => accepted((await refresh(world, app.id, text)).status),
  };

  for (const [door, enter] of Object.entries(doors))
    for (const [kind, text] of Object.entries(credentials)) {
      if (kind === door) continue;
      const status = await enter(text).then(
        () => 200,
        (error) => error.status,
      );
      expect([door, kind, status >= 400 && status < 500]).toEqual([door, kind, true]);
    }
  for (const own of ["access", "key", "verification", "appAccess", "appRefresh", "refresh", "reset"] as const)
    await doors[own](credentials[own]);
});

/** As the SDK fails. */
function accepted(status: number) {
  if (status !== 200) throw Object.assign(new Error("refused"), { status });
}
