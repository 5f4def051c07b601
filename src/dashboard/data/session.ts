import { useQuery } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";
import { BaskError } from "../../sdk/client";
import { bask } from "./client";
import { organizationsQuery } from "./organization";
import { queries } from "./queries";

/** Whether this browser signed in and has not signed out: only then it is worth asking for the session of its cookie. */
const mark = "bask.session";

export type User = Awaited<ReturnType<typeof bask.me.get>>;

/** The signed-in user; null when no one is. The first call after a reload finds the session by its cookie. */
export async function loadUser(): Promise<User | null> {
  if (!localStorage.getItem(mark)) return noOne();
  // Almost every page needs them next: one way to the server less until it is there.
  void queries.prefetchQuery(organizationsQuery);
  try {
    return await bask.me.get();
  } catch (error) {
    if (error instanceof BaskError && error.status === 401) return noOne();
    throw error;
  }
}

/**
 * What became of a session that the server ended while its user was at it: they are led to the page for signing in, or stay where a form keeps
 * what they typed, until another tab has signed in again.
 */
type Ended = "left" | "stayed" | "resumed";
let ended: Ended | undefined;
const listeners = new Set<() => void>();
function setEnded(next: Ended | undefined) {
  ended = next;
  for (const listener of listeners) listener();
}
const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};
export const useEnded = () => useSyncExternalStore(subscribe, () => ended);

/** The session ended, or another tab signed in, maybe as someone else. */
export function sessionChanged(change: "signed-in" | "signed-out" | "ended") {
  if (change === "signed-in") {
    localStorage.setItem(mark, "yes");
    setEnded(ended === "stayed" ? "resumed" : undefined);
    // All that is shown: it was refused meanwhile, or is another user's.
    return void queries.invalidateQueries();
  }
  const wasAtIt = change === "ended" && queries.getQueryData(["me"]) != null;
  setEnded(wasAtIt ? (drafts.size > 0 ? "stayed" : "left") : undefined);
  if (ended !== "stayed") return signedOut();
  localStorage.removeItem(mark);
}

/** No one is signed in; on a page that keeps what they typed, it is still theirs. */
const noOne = () => (ended === "stayed" && queries.getQueryData<User>(["me"])) || null;

/** Forms in which something was typed and is not sent. */
const drafts = new Set<object>();

/** Keeps the page when the session ends while a form holds something typed, and leads on from there when that is given up. */
export function useDraft(isTyped: boolean) {
  useEffect(() => {
    if (!isTyped) return;
    const draft = {};
    drafts.add(draft);
    return () => void drafts.delete(draft);
  }, [isTyped]);
  // Not as soon as a field is empty: its form is still open.
  useEffect(
    () => () => {
      if (ended !== "stayed" || drafts.size > 0) return;
      setEnded("left");
      signedOut();
    },
    [],
  );
}

/** Who is signed in. */
export const meQuery = { queryKey: ["me"], queryFn: loadUser, staleTime: 60_000 };

/** What follows a sign-in. */
export function signedIn(user: User) {
  localStorage.setItem(mark, "yes");
  queries.setQueryData(["me"], user);
}

/** What follows the end of the session: all that was shown in it is forgotten. */
export function signedOut() {
  localStorage.removeItem(mark);
  queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== "me" });
  queries.setQueryData(["me"], null);
}

export async function signOut() {
  await bask.auth.logout();
  signedOut();
}

/** The signed-in user, on pages that only signed-in users see. */
export function useMe(): User {
  const { data } = useQuery(meQuery);
  if (!data) throw new Error("Used where no one is signed in.");
  return data;
}

/** After the profile or a factor was changed. */
export const meChanged = () => queries.invalidateQueries({ queryKey: ["me"] });
