import { common } from "./en/common";
import { keys } from "./en/keys";
import { organization } from "./en/organization";
import { signIn } from "./en/sign-in";
import { usage } from "./en/usage";

/** English. Each part belongs to one part of the dashboard. */
export const english = { common, signIn, organization, keys, usage };
