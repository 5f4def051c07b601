import { useSyncExternalStore } from "react";

/** An operator who looks as a user, in this tab only. */
export interface Looking {
  id: string;
  token: string;
  userId: string;
  fullName: string;
  endsAt: string;
}

const place = "bask.impersonation";

function read(): Looking | undefined {
  const text = sessionStorage.getItem(place);
  return text === null ? undefined : (JSON.parse(text) as Looking);
}

let looking = read();
const listeners = new Set<() => void>();

function set(next: Looking | undefined) {
  looking = next;
  if (next) sessionStorage.setItem(place, JSON.stringify(next));
  else sessionStorage.removeItem(place);
  for (const listener of listeners) listener();
}

export const beginLooking = (next: Looking) => set(next);
export const endLooking = () => set(undefined);

/** As whom the operator looks; undefined for everyone else. */
export const useLooking = () =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => looking,
  );

/** The operator's own session is used for these, also while they look as someone. Everything else is the user's, so nothing of the operator is changed. */
const own = /\/api\/v1\/(admin\/|auth\/(refresh|logout)$)/;

/** Sends what the user would see with the token of the impersonation, in place of the operator's. */
export const asLooking: typeof fetch = Object.assign(
  async (input: Parameters<typeof fetch>[0], init?: RequestInit) => {
    const sent = looking;
    if (!sent || own.test(String(input))) return fetch(input, init);
    const headers = new Headers(init?.headers);
    headers.set("Authorization", `Bearer ${sent.token}`);
    const response = await fetch(input, { ...init, headers });
    if (response.status === 401 && looking === sent) set(undefined);
    return response;
  },
  { preconnect: fetch.preconnect },
);
