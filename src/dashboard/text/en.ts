import { account } from "./en/account";
import { admin } from "./en/admin";
import { apps } from "./en/apps";
import { common } from "./en/common";
import { emailed } from "./en/emailed";
import { keys } from "./en/keys";
import { mcp } from "./en/mcp";
import { organization } from "./en/organization";
import { organizationApps } from "./en/organization-apps";
import { settings } from "./en/organization-settings";
import { security } from "./en/security";
import { setUp } from "./en/setup";
import { signIn } from "./en/sign-in";
import { team } from "./en/team";
import { tokens } from "./en/tokens";
import { trusts } from "./en/trusts";
import { usage } from "./en/usage";
import { webhooks } from "./en/webhooks";

/** English. Each part belongs to one part of the dashboard. */
export const english = {
  trusts,
  tokens,
  apps,
  admin,
  setUp,
  common,
  signIn,
  emailed,
  account,
  security,
  organization,
  organizationApps,
  settings,
  keys,
  mcp,
  team,
  usage,
  webhooks,
};
