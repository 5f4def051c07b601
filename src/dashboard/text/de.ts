import { account } from "./de/account";
import { admin } from "./de/admin";
import { apps } from "./de/apps";
import { common } from "./de/common";
import { emailed } from "./de/emailed";
import { keys, trusts, usage } from "./de/keys";
import { mcp } from "./de/mcp";
import { organizationApps } from "./de/organization-apps";
import { settings } from "./de/organization-settings";
import { security } from "./de/security";
import { organization, setUp, signIn } from "./de/start";
import { team } from "./de/team";
import { tokens } from "./de/tokens";
import { webhooks } from "./de/webhooks";
import type { Text } from "./text";

export { translate } from "./de/translate";

/** German. */
export const german: Text = {
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
