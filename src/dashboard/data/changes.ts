import type { QueryKey } from "@tanstack/react-query";
import { BaskError } from "../../sdk/client";
import { queries } from "./queries";

/** What an act changes of what is shown, as keys of queries. It is given the ids of its path, and whether it deletes. */
type Change = (id: string, part: string, isDeleted: boolean) => QueryKey[];

/** Nothing that is shown, or the page itself goes on: signing in and out, checks, what an app or another machine asks. */
const nothing: Change = () => [];
const me: Change = () => [["me"], ["activity"]];
const key: Change = (id, key) => [
  ["keys", id, "list"],
  ["keys", id, "one", key],
  ["plan", id],
];
const members: Change = (id) => [
  ["organizations"],
  ["members", id],
  ["plan", id],
  ["transfer", id],
  // What a member could use goes to another one, or ends.
  ["keys", id, "list"],
  ["keys", id, "one"],
  ["trusts", id],
  ["tokens", id],
  ["apps", id, "connected"],
  ["webhooks", id],
];
const invitations: Change = (id) => [
  ["members", id, "invitations"],
  ["plan", id],
];
/** What a role or the policy allows bounds keys, tokens and apps too. */
const rules: Change = (id) => [
  ["organizations"],
  ["policy", id],
  ["roles", id],
  ["members", id],
  ["keys", id, "list"],
  ["keys", id, "one"],
  ["tokens", id],
  ["apps", id, "connected"],
];
/** The page of one that was deleted is left: asking for it again would only be refused. */
const webhook = (owner: string, webhook: string, isDeleted: boolean): QueryKey[] => [
  ["webhooks", owner, "list"],
  ...(isDeleted ? [] : ["one", "deliveries"].map((part) => ["webhooks", owner, part, webhook])),
];
const adminUser: Change = (id) => [
  ["admin", "users", "list"],
  ["admin", "users", "one", id],
];
const adminOrganization: Change = (id) => [
  ["admin", "organizations", "list"],
  ["admin", "organizations", "one", id],
  ["admin", "organizations", "audit", id],
  ["plan", id],
];

/** By the beginning of the path of an act, below the base path; the first that fits counts. `*` is an id, `$` the end. */
const changes: readonly (readonly [path: string, Change])[] = [
  ["/auth/two-factor/devices", () => [["devices"], ["activity"]]],
  ["/auth/two-factor", () => [["two-factor"], ["devices"], ["me"], ["activity"]]],
  ["/auth/verify-email", me],
  ["/auth", nothing],
  ["/users/me/sessions", () => [["sessions"], ["activity"]]],
  ["/users/me/passkeys/options", nothing],
  ["/users/me/passkeys", () => [["passkeys"], ["activity"]]],
  ["/users/me/identities/start", nothing],
  ["/users/me/identities", () => [["identities"], ["activity"]]],
  ["/users/me/tokens", () => [["tokens"], ["activity"]]],
  ["/users/me/connected-apps", () => [["connected-apps"], ["activity"]]],
  ["/users/me/password", () => [["me"], ["sessions"], ["activity"]]],
  ["/users/me/email", me],
  ["/users/me$", () => [["me"], ["members"], ["activity"]]],
  ["/invitations", () => [["invitations"], ["organizations"]]],
  ["/organizations/*/members", members],
  ["/organizations/*/ownership-transfer", members],
  ["/organizations/*/invitations", invitations],
  ["/organizations/*/roles", rules],
  ["/organizations/*/policy", rules],
  ["/organizations/*/api-keys/*/trusts/check", nothing],
  ["/organizations/*/api-keys/*/trusts", (id, key) => [["trusts", id, key]]],
  ["/organizations/*/api-keys", key],
  ["/organizations/*/personal-tokens", (id) => [["tokens", id]]],
  ["/organizations/*/audit-stream", nothing],
  ["/organizations/*/webhooks", (id, ...hook) => [...webhook(id, ...hook), ["plan", id]]],
  ["/organizations/*/connected-apps", (id) => [["apps", id, "connected"]]],
  ["/organizations/*/apps", (id) => [["apps", id]]],
  ["/organizations/*/restore", () => [["organizations"]]],
  ["/organizations/*/leave", () => [["organizations"]]],
  ["/organizations/*$", () => [["organizations"]]],
  ["/organizations$", () => [["organizations"]]],
  ["/admin/users/*/impersonate", nothing],
  ["/admin/impersonations", nothing],
  ["/admin/users", adminUser],
  ["/admin/organizations", adminOrganization],
  // The checks say how old the latest backup is.
  [
    "/admin/backups",
    () => [
      ["admin", "system"],
      ["admin", "checks"],
    ],
  ],
  [
    "/admin/emails",
    () => [
      ["admin", "emails"],
      ["admin", "system"],
    ],
  ],
  ["/admin/webhooks", (hook, _, isDeleted) => webhook("installation", hook, isDeleted)],
  [
    "/admin/apps",
    () => [
      ["apps", "installation"],
      ["admin", "oauth-clients"],
    ],
  ],
  ["/admin/oauth-clients", () => [["admin", "oauth-clients"], ["apps"], ["connected-apps"]]],
  ["/api-keys", nothing],
  ["/oauth", () => [["connected-apps"], ["apps"]]],
];

/** What an act changes; undefined for a path that no line above is about. */
export function changesOf(method: string, path: string): QueryKey[] | undefined {
  const parts = path.split("/");
  for (const [beginning, change] of changes) {
    const names = beginning.replace("$", "").split("/");
    if (beginning.endsWith("$") && names.length !== parts.length) continue;
    if (!names.every((name, i) => name === "*" || name === parts[i])) continue;
    const stars = names.flatMap((name, i) => (name === "*" ? [parts[i]!] : []));
    const [id = "", part = ""] = [...stars, ...parts.slice(names.length)];
    const logs = [
      ...(path.startsWith("/organizations/") ? [["audit", id]] : []),
      ...(path.startsWith("/admin/") ? [["admin", "audit"]] : []),
    ];
    return [...change(id, part, method === "DELETE"), ...logs];
  }
  return undefined;
}

let latest: Promise<unknown> = Promise.resolve();

/** After an act was done: only what it changed is asked for again, as far as it is shown. */
export function noteAct(method: string, path: string) {
  const keys = changesOf(method, path) ?? [];
  latest = Promise.all(keys.map((queryKey) => queries.invalidateQueries({ queryKey: trimmed(queryKey) })));
}

/** An act that creates something has no id at the end of its path. */
const trimmed = (queryKey: QueryKey) => (queryKey.at(-1) === "" ? queryKey.slice(0, -1) : queryKey);

/** When what the latest act changed is there anew: for a page that needs it. */
export const refreshed = () => latest;

/** Waits, where an act met what someone else changed, until that is there: who then tries again at once does it with that. */
export async function afterConflict(error: unknown): Promise<void> {
  if (error instanceof BaskError && error.status === 409) await refreshed();
}
