import { useQuery } from "@tanstack/react-query";
import { BaskError } from "../../sdk/client";
import { bask } from "./client";
import { organizationsQuery } from "./organization";
import { queries } from "./queries";

/** Whether this browser signed in and has not signed out: only then it is worth asking for the session of its cookie. */
const mark = "bask.session";

/** The signed-in user; null when no one is. The first call after a reload finds the session by its cookie. */
export async function loadUser() {
  if (!localStorage.getItem(mark)) return null;
  // Almost every page needs them next: one way to the server less until it is there.
  void queries.prefetchQuery(organizationsQuery);
  try {
    return await bask.me.get();
  } catch (error) {
    if (error instanceof BaskError && error.status === 401) return null;
    throw error;
  }
}

let hasEnded = false;
/** Whether the server ended the session while its user was at it, which the page for signing in says. */
export const sessionHasEnded = () => hasEnded;

/** The session ended, or another tab signed in, maybe as someone else. */
export function sessionChanged(change: "signed-in" | "signed-out" | "ended") {
  hasEnded = change === "ended" && queries.getQueryData(["me"]) != null;
  if (change !== "signed-in") return signedOut();
  localStorage.setItem(mark, "yes");
  void meChanged();
}

/** Who is signed in. */
export const meQuery = { queryKey: ["me"], queryFn: loadUser, staleTime: 60_000 };

export type User = NonNullable<Awaited<ReturnType<typeof loadUser>>>;

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
