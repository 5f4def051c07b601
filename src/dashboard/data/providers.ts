import { useQuery } from "@tanstack/react-query";
import { text } from "../text";
import { base, bask } from "./client";

/** The providers that people can sign in with. */
export const useProviders = () =>
  useQuery({ queryKey: ["providers"], queryFn: () => bask.auth.listProviders(), staleTime: Number.POSITIVE_INFINITY });

/** The accounts at providers that sign in to the user's own. */
export const identitiesQuery = { queryKey: ["identities"], queryFn: () => bask.identities.list() };

/** What the browser went to a provider for. */
type Purpose = "sign-in" | "link" | "identity";
const purposeKey = "bask.provider-purpose";

/** Leaves for a provider, which sends the browser back. */
export function leaveFor(url: string, purpose: Purpose) {
  sessionStorage.setItem(purposeKey, purpose);
  location.assign(url);
}

/** This page, as the path that a provider sends the browser back to. */
export const thisPage = () => location.pathname.slice(base.length) + location.search;

/** What a provider sent back to this page: a ticket, or why there is none. It is taken out of the URL. */
function readReturn() {
  const hash = new URLSearchParams(location.hash.slice(1));
  const ticket = hash.get("oauth_ticket");
  const error = hash.get("oauth_error");
  if (ticket === null && error === null) return undefined;
  history.replaceState(history.state, "", location.pathname + location.search);
  const purpose = (sessionStorage.getItem(purposeKey) ?? "sign-in") as Purpose;
  sessionStorage.removeItem(purposeKey);
  return { path: location.pathname, purpose, ticket, error };
}

let back = readReturn();

/**
 * Gives what a provider sent back to the page that waits for it, once.
 * @throws Error that says why there is nothing to use
 */
export function takeTicket(): string {
  const taken = back;
  back = undefined;
  if (taken?.ticket) return taken.ticket;
  throw new ProviderError(taken?.error ?? "invalid_callback");
}

/** Whether a provider sent the browser back to this page, for this. */
export const cameBack = (purpose: Purpose): boolean => back?.path === location.pathname && back.purpose === purpose;

/** Why a sign-in with a provider led to nothing. */
export class ProviderError extends Error {
  constructor(code: string) {
    const { providerErrors } = text.signIn;
    super(providerErrors[code as keyof typeof providerErrors] ?? providerErrors.provider_failed);
  }
}
