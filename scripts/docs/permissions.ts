import { type Permission, rolePermissions, roles } from "../../src/access/permissions";
import type { Access, Need, Route } from "../../src/http/route";
import { routes } from "../../src/server/routes";

/** What each kind of access asks for where the route names nothing more. */
const credentials = {
  anyone: "nothing",
  user: "a signed-in user",
  actor: "any credential",
  operator: "an operator",
  holder: "a token",
} as const satisfies Record<Access, string>;

/** What a route asks of its callers. */
export const needOf = ({ needs, access }: Pick<Route, "needs" | "access">): Need | (typeof credentials)[Access] =>
  needs ?? credentials[access];

export const isPermission = (need: string): need is Permission => need.includes(":");

/** `docs/permissions.md`: every route that asks for a credential, and who may call it. */
export function permissionsPage(): string {
  const asking = routes.filter((route) => needOf(route) !== "nothing");
  const rows = asking.map((route) => {
    const { method, path, access } = route;
    const need = needOf(route);
    const granted = isPermission(need)
      ? [...roles.map((role) => rolePermissions[role].has(need)), access === "actor"]
      : [
          ...roles.map(() => need === "membership" || need === "a signed-in user" || need === "any credential"),
          need === "any credential",
        ];
    const cells = granted.map((yes) => (yes ? "✓" : ""));
    return `| ${method} | \`${path}\` | ${isPermission(need) ? `\`${need}\`` : need} | ${cells.join(" | ")} |`;
  });
  return `# Permissions

Generated from the routes by \`bun run docs\`. \`tests/access/matrix.test.ts\` holds it against what happens: it calls every route without a
credential, as each role here and in another organization, with a live and a test key of each scope, and with credentials that are
revoked, expired or suspended.

A key may do what its scopes say, as far as its creator's role and the organization's policy allow it now. An organization's custom
roles may do what they name. Callers who do not belong to an organization get 404, members without the permission 403.

| | route | needs | ${roles.join(" | ")} | key |
|---|---|---|${"---|".repeat(roles.length + 1)}
${rows.join("\n")}
`;
}
