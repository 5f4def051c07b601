/** A page of a product that uses the hooks, as a bundler takes it: it shows who is signed in, and signs in and out. */
export const page = (url: string, email: string, password: string) => `
import { createElement as h } from "react";
import { createRoot } from "react-dom/client";
import { createClient } from "bask";
import { BaskProvider, useOrganizations, useSession } from "bask/react";

const how = location.search === "?cookie" ? { cookie: true } : { storage: localStorage };
const bask = createClient({ url: ${JSON.stringify(url)}, ...how });
function Page() {
  const { status, user } = useSession();
  const { items } = useOrganizations();
  return h("main", null,
    h("p", { role: "status" }, status + " " + (user?.fullName ?? "no one") + " " + items.map(({ name }) => name).join()),
    h("button", { onClick: () => bask.auth.login(${JSON.stringify({ email, password })}) }, "Sign in"),
    h("button", { onClick: () => bask.auth.refresh() }, "Refresh"),
    h("button", { onClick: () => bask.auth.logout() }, "Sign out"));
}
createRoot(document.body.appendChild(document.createElement("div"))).render(h(BaskProvider, { client: bask }, h(Page)));
`;
