import { common } from "./de/common";
import { keys, trusts, usage } from "./de/keys";
import { organizationApps } from "./de/organization-apps";
import { organization, setUp, signIn } from "./de/start";
import { team } from "./de/team";
import type { english } from "./en";
import type { Part } from "./languages";

/** German. Parts that are not here yet are shown in English. */
export const german: Part<typeof english> = {
  common,
  keys,
  trusts,
  usage,
  organization,
  organizationApps,
  setUp,
  signIn,
  team,
};
