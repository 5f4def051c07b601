import { lazy } from "../lazy";
import type { GuardedFetch, GuardedFetchOptions } from "./guarded-fetch";
import { type IssuerFetch, openIssuerFetch } from "./issuer-fetch";
import { findTarget, systemResolve, type TargetRules } from "./target";
import { orTimeout } from "./timeout";

/** How Bask reaches URLs that tenants or strangers chose. */
export interface Outbound {
  readonly fetch: GuardedFetch;
  /** Judges a URL as `fetch` does, without requesting it. @throws OutboundRefused, OutboundFailed when its name is not resolved in time */
  requireAllowed(url: string): Promise<void>;
  /** How libraries reach an issuer that an operator configured. */
  fetchOf(issuer: string): IssuerFetch;
}

export interface OutboundOptions extends Pick<TargetRules, "isOpened"> {
  resolve?: TargetRules["resolve"] | undefined;
  /** Certificates in PEM that count beside those the runtime trusts. */
  ca?: string | undefined;
}

/** Milliseconds to resolve a name that is only judged. */
const resolveTimeout = 5_000;

/** Requests under way at a host of an issuer: as many sign-ins as arrive at once, within reason. */
const atIssuers = { total: 100, perCaller: 100 };

export function openOutbound({ isOpened, resolve = systemResolve, ca }: OutboundOptions): Outbound {
  const rules = { isOpened, resolve };
  const trusted = ca === undefined ? {} : { ca };
  const issuers = guarded({ ...rules, ...trusted, perHost: atIssuers });
  return {
    fetch: guarded({ ...rules, ...trusted }),
    fetchOf: (issuer) => openIssuerFetch(issuers, issuer),
    async requireAllowed(url) {
      await orTimeout(AbortSignal.timeout(resolveTimeout), findTarget(url, rules));
    },
  };
}

/** A fetch that loads what requests are made with, node:http, node:https and node:zlib, when the first one is made. */
function guarded(options: GuardedFetchOptions): GuardedFetch {
  const fetch = lazy(() => (require("./guarded-fetch") as typeof import("./guarded-fetch")).openGuardedFetch(options));
  return async (request) => fetch()(request);
}
