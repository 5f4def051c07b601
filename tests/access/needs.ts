import { type Permission, rolePermissions, roles } from "../../src/access/permissions";
import type { Route } from "../../src/http/route";
import { routes } from "../../src/server/routes";

/**
 * Who may call a route.
 * - a permission: people whose role holds it in the organization, and its keys with that scope
 * - `nobody in particular`: no credential is asked for
 * - `a token`: an access token, or another proof in the body
 * - `a letter`: the token of one, and the account's password or session; no key takes part
 * - `a person`: whoever is signed in, for themselves
 * - `a credential`: people and keys, for themselves
 * - `a member`: people who belong to the organization
 * - `the owner`, `who is offered it`, `who deleted it`: that one person
 * - `an operator`
 * - `GitHub`: whoever signs with a key of GitHub's that the installation knows
 */
export type Need =
  | Permission
  | "nobody in particular"
  | "a token"
  | "a letter"
  | "a person"
  | "a credential"
  | "a member"
  | "the owner"
  | "who is offered it"
  | "who deleted it"
  | "an operator"
  | "GitHub";

/** The whole of it: a new route is a line here. */
const needs: Readonly<Record<string, Need>> = {
  "POST /auth/register": "nobody in particular",
  "POST /auth/verify-email": "a letter",
  "POST /auth/resend-verification": "nobody in particular",
  "POST /auth/forgot-password": "nobody in particular",
  "POST /auth/reset-password": "nobody in particular",
  "POST /auth/undo-email-change": "nobody in particular",
  "POST /auth/login": "nobody in particular",
  "POST /auth/refresh": "nobody in particular",
  "POST /auth/logout": "a token",
  "POST /auth/token-exchange": "nobody in particular",
  "POST /api-keys/revoke-leaked": "nobody in particular",
  "POST /api-keys/leaks/github": "GitHub",

  "GET /users/me": "a person",
  "PATCH /users/me": "a person",
  "DELETE /users/me": "a person",
  "PUT /users/me/password": "a person",
  "POST /users/me/email": "a person",
  "GET /users/me/sessions": "a person",
  "DELETE /users/me/sessions": "a person",
  "DELETE /users/me/sessions/:id": "a person",
  "GET /users/me/audit-logs": "a person",
  "GET /users/me/invitations": "a person",
  "GET /users/me/organizations": "a person",
  "GET /auth/two-factor": "a person",
  "GET /auth/two-factor/devices": "a person",
  "DELETE /auth/two-factor/devices/:id": "a person",
  "POST /auth/two-factor/setup": "a person",
  "POST /auth/two-factor/verify": "a person",
  "POST /auth/two-factor/disable": "a person",
  "POST /auth/two-factor/backup-codes": "a person",
  "POST /invitations/accept": "a person",
  "POST /invitations/decline": "a person",
  "POST /organizations": "a person",
  "GET /organizations": "a person",
  "GET /whoami": "a credential",

  "GET /organizations/:id": "organization:read",
  "PATCH /organizations/:id": "organization:update",
  "DELETE /organizations/:id": "organization:delete",
  "POST /organizations/:id/restore": "who deleted it",
  "GET /organizations/:id/plan": "organization:read",
  "GET /organizations/:id/policy": "organization:update",
  "PATCH /organizations/:id/policy": "organization:update",
  "GET /organizations/:id/audit-logs": "audit-logs:read",
  "GET /organizations/:id/audit-logs.csv": "audit-logs:read",
  "GET /organizations/:id/usage": "usage:read",

  "GET /organizations/:id/members": "members:read",
  "PATCH /organizations/:id/members/:memberId": "members:update",
  "DELETE /organizations/:id/members/:memberId": "members:remove",
  "POST /organizations/:id/leave": "a member",

  "GET /organizations/:id/invitations": "invitations:read",
  "POST /organizations/:id/invitations": "invitations:create",
  "POST /organizations/:id/invitations/:invitationId/resend": "invitations:create",
  "DELETE /organizations/:id/invitations/:invitationId": "invitations:delete",

  "GET /organizations/:id/ownership-transfer": "members:read",
  "POST /organizations/:id/ownership-transfer": "organization:delete",
  "DELETE /organizations/:id/ownership-transfer": "the owner",
  "POST /organizations/:id/ownership-transfer/accept": "who is offered it",
  "POST /organizations/:id/ownership-transfer/decline": "who is offered it",

  "GET /organizations/:id/roles": "roles:read",
  "POST /organizations/:id/roles": "roles:create",
  "PATCH /organizations/:id/roles/:role": "roles:update",
  "DELETE /organizations/:id/roles/:role": "roles:delete",

  "GET /organizations/:id/api-keys": "api-keys:read",
  "POST /organizations/:id/api-keys": "api-keys:create",
  "GET /organizations/:id/api-keys/:keyId": "api-keys:read",
  "PATCH /organizations/:id/api-keys/:keyId": "api-keys:update",
  "DELETE /organizations/:id/api-keys/:keyId": "api-keys:delete",
  "POST /organizations/:id/api-keys/:keyId/disable": "api-keys:update",
  "POST /organizations/:id/api-keys/:keyId/enable": "api-keys:update",
  "POST /organizations/:id/api-keys/:keyId/rotate": "api-keys:update",
  "GET /organizations/:id/api-keys/:keyId/usage": "usage:read",
  "POST /organizations/:id/api-keys/:keyId/trusts": "api-keys:update",
  "GET /organizations/:id/api-keys/:keyId/trusts": "api-keys:read",
  "DELETE /organizations/:id/api-keys/:keyId/trusts/:trustId": "api-keys:update",
  "POST /api-keys/verify": "api-keys:verify",
  "POST /api-keys/verify/batch": "api-keys:verify",

  "GET /admin/users": "an operator",
  "GET /admin/users/:id": "an operator",
  "POST /admin/users/:id/suspend": "an operator",
  "POST /admin/users/:id/restore": "an operator",
  "POST /admin/users/:id/end-sessions": "an operator",
  "POST /admin/users/:id/reset-two-factor": "an operator",
  "GET /admin/organizations": "an operator",
  "GET /admin/organizations/:id": "an operator",
  "POST /admin/organizations/:id/suspend": "an operator",
  "POST /admin/organizations/:id/restore": "an operator",
  "PUT /admin/organizations/:id/plan": "an operator",
  "GET /admin/organizations/:id/audit-logs": "an operator",
};

/** What a route asks of its callers. @throws Error for one that is not in the table */
export function needOf({ method, path }: Pick<Route, "method" | "path">): Need {
  const need = needs[`${method} ${path}`];
  if (!need) throw new Error(`Say in tests/access/needs.ts who may call ${method} ${path}, and run \`bun run docs\`.`);
  return need;
}

/** Lines of the table for which there is no route. */
export const needsWithoutRoute = () =>
  Object.keys(needs).filter((line) => !routes.some(({ method, path }) => line === `${method} ${path}`));

export const isPermission = (need: Need): need is Permission => need.includes(":");

/** `docs/permissions.md`: every route that asks for a credential, and who may call it. */
export function permissionsPage(): string {
  const asking = routes.filter((route) => needOf(route) !== "nobody in particular");
  const rows = asking.map(({ method, path, access }) => {
    const need = needOf({ method, path });
    const granted = isPermission(need)
      ? [...roles.map((role) => rolePermissions[role].has(need)), access === "actor"]
      : [
          ...roles.map(() => need === "a member" || need === "a person" || need === "a credential"),
          need === "a credential",
        ];
    const cells = granted.map((yes) => (yes ? "✓" : ""));
    return `| ${method} | \`${path}\` | ${isPermission(need) ? `\`${need}\`` : need} | ${cells.join(" | ")} |`;
  });
  return `# Permissions

Made from the routes and checked by \`tests/access/matrix.test.ts\`, which calls every route as everybody: nobody, each role here and
in another organization, a live and a test key of each scope, and credentials that are revoked, expired or suspended.
Write it anew with \`bun run docs\`.

A key may do what its scopes say, as far as the role of the person who made it, and the organization's policy, allow it now. An
organization's own roles may do what they name. Who does not belong to an organization gets 404, who belongs without the
permission 403.

| | route | needs | ${roles.join(" | ")} | key |
|---|---|---|${"---|".repeat(roles.length + 1)}
${rows.join("\n")}
`;
}
