import { whoamiRoutes } from "../access/whoami.http";
import { apiKeyRoutes } from "../api-keys/api-keys.http";
import { verificationRoutes } from "../api-keys/verification.http";
import { auditRoutes } from "../audit/audit.http";
import { extensionGroups } from "../extensions/extensions.http";
import type { Route } from "../http/route";
import { invitationRoutes } from "../invitations/invitations.http";
import { limitRoutes } from "../limits/limits.http";
import { memberRoutes } from "../members/members.http";
import { operatorRoutes } from "../operators/operators.http";
import { organizationRoutes } from "../organizations/organizations.http";
import { ownershipRoutes } from "../ownership/ownership.http";
import { policyRoutes } from "../policies/policies.http";
import { roleRoutes } from "../roles/roles.http";
import { sessionRoutes } from "../sessions/sessions.http";
import { twoFactorRoutes } from "../two-factor/two-factor.http";
import { usageRoutes } from "../usage/usage.http";
import { userRoutes } from "../users/users.http";
import { trustRoutes } from "../workload-identity/trusts.http";

export interface RouteGroup {
  name: string;
  description: string;
  routes: readonly Route[];
}

/** Every route of the API, in the order a newcomer meets them. A new noun is one line here. */
export const routeGroups: readonly RouteGroup[] = [
  { name: "People", description: "Accounts and profiles.", routes: userRoutes },
  { name: "Sessions", description: "Logging in, refreshing, logging out.", routes: sessionRoutes },
  { name: "Two-factor", description: "Authenticator apps and backup codes.", routes: twoFactorRoutes },
  { name: "Organizations", description: "What people do things in together.", routes: organizationRoutes },
  { name: "Members", description: "Who belongs to an organization, as what.", routes: memberRoutes },
  { name: "Invitations", description: "Who is asked to join.", routes: invitationRoutes },
  { name: "Ownership", description: "Handing an organization over.", routes: ownershipRoutes },
  { name: "Policy", description: "What an organization asks of its members and keys.", routes: policyRoutes },
  { name: "Roles", description: "What members may do.", routes: roleRoutes },
  {
    name: "API keys",
    description: "Keys for machines.",
    routes: [...apiKeyRoutes, ...verificationRoutes, ...trustRoutes],
  },
  { name: "Audit log", description: "What happened, in a chain that shows every later change.", routes: auditRoutes },
  { name: "Usage", description: "What keys were used for.", routes: [...usageRoutes, ...limitRoutes] },
  { name: "Credentials", description: "What a credential is and may do.", routes: whoamiRoutes },
  ...extensionGroups,
  { name: "Operators", description: "Running the installation.", routes: operatorRoutes },
];

export const routes: readonly Route[] = routeGroups.flatMap((group) => group.routes);
