import type { Clock } from "../clock";
import type { Provider } from "../config/providers";
import { openGitHub } from "./github";
import { openOidc } from "./oidc";
import type { ProviderClient } from "./provider";

/** The providers of this installation by name. */
export const openProviders = (providers: readonly Provider[], clock: Clock): ReadonlyMap<string, ProviderClient> =>
  new Map(
    providers.map((provider) => [
      provider.name,
      provider.kind === "github" ? openGitHub(provider) : openOidc(provider, clock),
    ]),
  );
