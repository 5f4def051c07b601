import { withAdmin } from "../../sdk/admin";
import { createClient, type Fetch } from "../../sdk/client";
import { noteAct } from "./changes";
import { asLooking } from "./impersonation";

const meta = (name: string) => document.querySelector<HTMLMetaElement>(`meta[name="bask-${name}"]`)?.content ?? "";

/** The name of the product. */
export const product = meta("product");
/** The page of an email that is shown, by its path; empty in the dashboard. */
export const emailPath = meta("path");
/** The path below which the server is, mostly none: the pages of emails find it by their own. Then the path of the dashboard. */
export const base = emailPath ? location.pathname.slice(0, location.pathname.lastIndexOf(emailPath)) : meta("base");
export const home = `${base}/dashboard`;
/** Where people go on after an email: the dashboard, or the product's own pages. */
export const start = meta("home") || home;
/** The API as machines outside reach it. */
export const apiUrl = meta("api");
/** Pages of the product beside the dashboard, as its extension declares them. */
export const productLinks: readonly { label: string; to: string; needs: string }[] = JSON.parse(meta("links") || "[]");
/** Where agents connect to; empty where they cannot. */
export const mcpUrl = meta("mcp");

/** How the ids of resources begin that keys can be bound to, such as `prj_`; none where the product declares none. */
export const resourcePrefixes = meta("resources").split(" ").filter(Boolean);

/** What is called when the session ends, by the server or by the user, or begins in another tab. */
let onChange = (_change: "signed-in" | "signed-out" | "ended") => {};
export const whenSessionChanges = (listener: typeof onChange) => {
  onChange = listener;
};

/** Refusals that say that something is not as the page shows it, or leave open whether the act was done. */
const surprising = [404, 409, 503];

/** Sends a request; what an act changed is asked for again. */
const send: Fetch = async (url, init) => {
  const response = await asLooking(url, init);
  const isDone = response.ok || surprising.includes(response.status);
  if (init.method !== "GET" && isDone) noteAct(init.method, new URL(url).pathname.slice(`${base}/api/v1`.length));
  return response;
};

/** Every request of the dashboard. The refresh token is in a cookie that no script can read; the access token in memory only. */
export const bask = withAdmin(createClient({ url: location.origin + base, cookie: true, fetch: send }));
bask.onAuthChange(({ type, error }) => {
  if (type === "signed-out") onChange(error ? "ended" : "signed-out");
  // Of another tab: this one has no token of it yet.
  else if (type === "signed-in" && !bask.tokens()) onChange("signed-in");
});
