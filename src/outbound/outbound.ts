import { type GuardedFetch, openGuardedFetch, orTimeout } from "./guarded-fetch";
import { findTarget, systemResolve, type TargetRules } from "./target";

/** How Bask reaches URLs that tenants or strangers chose. */
export interface Outbound {
  readonly fetch: GuardedFetch;
  /** Judges a URL as `fetch` does, without requesting it. @throws OutboundRefused, OutboundFailed when its name is not resolved in time */
  requireAllowed(url: string): Promise<void>;
}

export interface OutboundOptions extends Pick<TargetRules, "isOpened"> {
  resolve?: TargetRules["resolve"] | undefined;
  /** Certificates in PEM that count beside those the runtime trusts. */
  ca?: string | undefined;
}

/** Milliseconds to resolve a name that is only judged. */
const resolveTimeout = 5_000;

export function openOutbound({ isOpened, resolve = systemResolve, ca }: OutboundOptions): Outbound {
  const rules = { isOpened, resolve };
  return {
    fetch: openGuardedFetch({ ...rules, ...(ca !== undefined && { ca }) }),
    async requireAllowed(url) {
      await orTimeout(AbortSignal.timeout(resolveTimeout), findTarget(url, rules));
    },
  };
}
