import type { Clock } from "../clock";
import type { Provider } from "../config/providers";
import type { Outbound } from "../outbound/outbound";
import { openGitHub } from "./github";
import { openOidc } from "./oidc";
import type { ProviderClient } from "./provider";

/** The providers of this installation by name. */
export const openProviders = (
  providers: readonly Provider[],
  clock: Clock,
  outbound: Outbound,
): ReadonlyMap<string, ProviderClient> =>
  new Map(
    providers.map((provider) => {
      const fetch = outbound.fetchOf(provider.issuer);
      return [
        provider.name,
        provider.kind === "github" ? openGitHub(provider, fetch) : openOidc(provider, clock, fetch),
      ];
    }),
  );
