import { whoamiRoutes } from "../access/whoami.http";
import { apiKeyRoutes } from "../api-keys/api-keys.http";
import { verificationRoutes } from "../api-keys/verification.http";
import { auditRoutes } from "../audit/audit.http";
import { auditStreamRoutes } from "../audit-streams/audit-streams.http";
import { emailLinkRoutes } from "../email-links/email-links.http";
import { extension } from "../extensions/extension";
import type { Route, RouteGroup } from "../http/route";
import { identityRoutes } from "../identities/identities.http";
import { impersonationRoutes } from "../impersonation/impersonation.http";
import { setUpRoutes } from "../installation/setup.http";
import { invitationRoutes } from "../invitations/invitations.http";
import { limitRoutes } from "../limits/limits.http";
import { emailTokenRoutes } from "../mail/email-token.http";
import { memberRoutes } from "../members/members.http";
import { adminAppRoutes, appRoutes } from "../oauth/apps.http";
import { authorizationRoutes } from "../oauth/authorization.http";
import { blockingRoutes } from "../oauth/blocking.http";
import { connectedAppRoutes } from "../oauth/connected-apps.http";
import { deviceRoutes } from "../oauth/devices.http";
import { tokenRoutes } from "../oauth/token.http";
import { operatorRoutes } from "../operators/operators.http";
import { organizationRoutes } from "../organizations/organizations.http";
import { ownershipRoutes } from "../ownership/ownership.http";
import { passkeyRoutes } from "../passkeys/passkeys.http";
import { personalTokenRoutes } from "../personal-tokens/personal-tokens.http";
import { policyRoutes } from "../policies/policies.http";
import { roleRoutes } from "../roles/roles.http";
import { deviceBindingRoutes } from "../sessions/device-binding.http";
import { sessionRoutes } from "../sessions/sessions.http";
import { systemRoutes } from "../system/system.http";
import { twoFactorRoutes } from "../two-factor/two-factor.http";
import { usageRoutes } from "../usage/usage.http";
import { userRoutes } from "../users/users.http";
import { installationWebhookRoutes } from "../webhooks/installation-webhooks.http";
import { webhookRoutes } from "../webhooks/webhooks.http";
import { trustRoutes } from "../workload-identity/trusts.http";

/** Every route of the API, in the order a newcomer needs them. A new feature is one line here. */
export const routeGroups: readonly RouteGroup[] = [
  {
    name: "People",
    description: "Accounts and profiles.",
    routes: [...userRoutes, ...emailTokenRoutes, ...setUpRoutes],
  },
  {
    name: "Sessions",
    description: "Signing in, refreshing, signing out.",
    routes: [...sessionRoutes, ...deviceBindingRoutes],
  },
  { name: "Passkeys", description: "Signing in without a password.", routes: passkeyRoutes },
  { name: "Emailed links", description: "Signing in with a link in an email.", routes: emailLinkRoutes },
  {
    name: "Identities",
    description: "Signing in with accounts at Google, GitHub and OpenID Connect providers.",
    routes: identityRoutes,
  },
  { name: "Two-factor", description: "Authenticator apps and backup codes.", routes: twoFactorRoutes },
  {
    name: "Organizations",
    description: "Groups of users who share API keys, roles and an audit log.",
    routes: organizationRoutes,
  },
  { name: "Members", description: "The users of an organization and their roles.", routes: memberRoutes },
  { name: "Invitations", description: "Inviting users to an organization.", routes: invitationRoutes },
  { name: "Ownership", description: "Transferring an organization to another member.", routes: ownershipRoutes },
  { name: "Policy", description: "What an organization requires of its members and keys.", routes: policyRoutes },
  { name: "Roles", description: "What members are allowed to do.", routes: roleRoutes },
  {
    name: "API keys",
    description: "Keys for machines.",
    routes: [...apiKeyRoutes, ...verificationRoutes, ...trustRoutes],
  },
  {
    name: "Personal access tokens",
    description: "What a user's own programs act with, and what organizations decide about it.",
    routes: personalTokenRoutes,
  },
  {
    name: "Audit log",
    description: "What happened, in a hash chain that reveals later changes.",
    routes: [...auditRoutes, ...auditStreamRoutes],
  },
  {
    name: "Usage",
    description: "How much API keys are used, and the limits of the plan.",
    routes: [...usageRoutes, ...limitRoutes],
  },
  {
    name: "Webhooks",
    description: "Sending an organization's events to URLs of its own.",
    routes: webhookRoutes,
  },
  {
    name: "Apps",
    description: "Letting apps and agents act for a user (OAuth 2.1).",
    routes: [...connectedAppRoutes, ...appRoutes, ...authorizationRoutes, ...deviceRoutes, ...tokenRoutes],
  },
  { name: "Credentials", description: "What a credential is and is allowed to do.", routes: whoamiRoutes },
  ...extension.routes,
  {
    name: "Operators",
    description: "Running the installation.",
    routes: [
      ...operatorRoutes,
      ...impersonationRoutes,
      ...systemRoutes,
      ...installationWebhookRoutes,
      ...adminAppRoutes,
      ...blockingRoutes,
    ],
  },
];

export const routes: readonly Route[] = routeGroups.flatMap((group) => group.routes);
