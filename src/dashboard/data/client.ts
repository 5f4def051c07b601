import { createClient } from "../../sdk/client";
import { asLooking } from "./impersonation";

const meta = (name: string) => document.querySelector<HTMLMetaElement>(`meta[name="bask-${name}"]`)?.content ?? "";

/** The name of the product. */
export const product = meta("product");
/** The path below which the server is, mostly none; and the path of the dashboard. */
export const base = meta("base");
export const home = `${base}/dashboard`;
/** The API as machines outside reach it. */
export const apiUrl = meta("api");

/** What is called when the session has ended. */
let onEnd = () => {};
export const whenSessionEnds = (listener: () => void) => {
  onEnd = listener;
};

/** Every request of the dashboard. The refresh token is in a cookie that no script can read; the access token in memory only. */
export const bask = createClient({ url: location.origin + base, cookie: true, fetch: asLooking });
bask.onAuthChange(({ type }) => {
  if (type === "signed-out") onEnd();
});
