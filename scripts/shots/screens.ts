import type { english } from "../../src/dashboard/text/en";
import type { DashboardTab } from "../../tests/support/dashboard";
import type { Example } from "./example";

/** What is done on a page before its picture is taken. */
type Act = (tab: DashboardTab) => Promise<void>;
export type Screens = Record<string, string | { path: string; act: Act }>;

/** The screens that are worth a picture. What is done on them goes by the texts of the language. */
export function screensOf({ setUp, keys, webhook, organization, grace }: Example, text: typeof english) {
  const at = (path: string, ...acts: Act[]) => ({
    path,
    async act(tab: DashboardTab) {
      for (const act of acts) await act(tab);
    },
  });
  const press =
    (name: string): Act =>
    ({ page }) =>
      page.getByRole("button", { name, exact: true }).first().click();
  const open =
    (name: string): Act =>
    async (tab) => {
      await press(name)(tab);
      await tab.page.getByRole("dialog").waitFor();
    };
  const menu =
    (actions: string, item: string): Act =>
    async (tab) => {
      await press(actions)(tab);
      await tab.page.getByRole("menuitem", { name: item, exact: true }).click();
      await tab.page.getByRole("dialog").waitFor();
    };
  const fillName: Act = ({ page }) =>
    page.getByRole("dialog").getByLabel(text.keys.name, { exact: true }).fill("Reports");
  /** The button of the dialog, and what it leads to. */
  const confirm: Act = async ({ page }) => {
    await page.getByRole("dialog").locator(".form-actions :last-child").click();
    await page.getByRole("dialog").locator("pre").first().waitFor();
  };
  const copyAs: Act = async ({ page }) => {
    await page.getByRole("dialog").getByText(text.common.copyAs).click();
    await page.getByRole("dialog").locator("pre").first().waitFor();
  };
  const { keys: key, team, organizationApps: apps, admin, webhooks, account, security, settings, tokens } = text;
  const path = "/o/engines";
  return {
    signedOut: { "sign-in": "/sign-in", "sign-up": "/sign-up", "forgot-password": "/forgot-password", setup: setUp },
    ofOwner: {
      keys: `${path}/keys`,
      "keys-create": at(`${path}/keys`, open(key.create)),
      "keys-create-copy": at(`${path}/keys`, open(key.create), copyAs),
      "keys-menu": at(`${path}/keys`, press(key.actionsOf("Website"))),
      "keys-rotate": at(`${path}/keys`, menu(key.actionsOf("Website"), key.rotate)),
      "keys-revoke": at(`${path}/keys`, menu(key.actionsOf("Website"), key.revoke)),
      key: `${path}/keys/${keys.Website}`,
      webhooks: `${path}/webhooks`,
      "webhooks-create": at(`${path}/webhooks`, open(webhooks.create)),
      webhook: `${path}/webhooks/${webhook}`,
      apps: `${path}/apps`,
      "apps-register": at(`${path}/apps`, open(apps.register)),
      "apps-secret": at(`${path}/apps`, menu(apps.actionsOf("Reports"), apps.rotate), confirm),
      "connected-apps": "/account/connected-apps",
      mcp: `${path}/mcp`,
      members: `${path}/members`,
      "members-invite": at(`${path}/members`, open(team.invite)),
      "members-remove": at(`${path}/members`, menu(team.actionsOf("Grace Hopper"), team.remove)),
      roles: `${path}/roles`,
      "roles-create": at(`${path}/roles`, open(team.createRole)),
      plan: `${path}/plan?range=month`,
      "audit-log": `${path}/audit-log`,
      policy: `${path}/policy`,
      settings: `${path}/settings`,
      "settings-offer": at(`${path}/settings`, open(settings.offer)),
      account: "/account",
      "account-email": at("/account", open(account.changeEmail)),
      "account-security": "/account/security",
      "account-two-factor": at("/account/security", open(account.turnOn)),
      "account-passkey": at("/account/security", open(security.addPasskey)),
      "account-sessions": "/account/sessions",
      "account-tokens": "/account/tokens",
      "account-tokens-create": at("/account/tokens", open(tokens.create)),
      "account-activity": "/account/activity",
      shortcuts: at(`${path}/keys`, ({ page }) => page.keyboard.press("?")),
      "keys-reveal": at(`${path}/keys`, open(key.create), fillName, confirm),
    },
    ofOperator: {
      "admin-users": "/admin/users",
      "admin-user": `/admin/users/${grace}`,
      "admin-impersonate": at(`/admin/users/${grace}`, menu(admin.actionsOf("Grace Hopper"), admin.impersonate)),
      "admin-suspend": at(`/admin/users/${grace}`, menu(admin.actionsOf("Grace Hopper"), admin.suspend)),
      "admin-organizations": "/admin/organizations",
      "admin-organization": `/admin/organizations/${organization}`,
      "admin-plan": at(`/admin/organizations/${organization}`, open(admin.setPlan)),
      "admin-system": "/admin/system",
      "admin-system-backup": at("/admin/system", press(admin.backUp), ({ page }) =>
        page.getByRole("status").getByText(admin.backedUp).waitFor(),
      ),
      "admin-emails": "/admin/emails",
      "admin-webhooks": "/admin/webhooks",
      "admin-apps": "/admin/apps",
      "admin-configuration": "/admin/configuration",
      "admin-audit-log": "/admin/audit-log",
    },
  } satisfies Record<string, Screens>;
}
