import type { AuditEvents, AuditFile, AuditQuery } from "../audit/audit.contract";
import type {
  Accepted,
  AnswerInvitation,
  Invitation,
  Invitations,
  InvitationsQuery,
  Invite,
  MyInvitations,
} from "../invitations/invitations.contract";
import type { PlanOverview } from "../limits/limits.contract";
import type {
  Member,
  MemberAccess,
  Members,
  MembersQuery,
  RemoveMember,
  UpdateMember,
} from "../members/members.contract";
import type {
  CreateOrganization,
  MyOrganization,
  MyOrganizations,
  Organization,
  OrganizationsQuery,
  UpdateOrganization,
} from "../organizations/organizations.contract";
import type { OfferOwnership, OwnershipTransfer } from "../ownership/ownership.contract";
import type { Policy, UpdatePolicy } from "../policies/policies.contract";
import type { CreateRole, Role, Roles, UpdateRole } from "../roles/roles.contract";
import type {
  CreateWebhook,
  Deliveries,
  DeliveriesQuery,
  Delivery,
  UpdateWebhook,
  Webhook,
  Webhooks,
  WebhookWithSecret,
} from "../webhooks/webhooks.contract";
import type { Connection } from "./connection";
import { type Input, type Output, type PageInput, type Query, query, segment, webhookPath } from "./wire";

/** Organizations and everything inside them. */
export const organizationCalls = ({ call }: Connection) => ({
  organizations: {
    create: (input: Input<typeof CreateOrganization>) =>
      call<Output<typeof MyOrganization>>("POST", "/organizations", input),
    list: (input?: Query<typeof OrganizationsQuery>) =>
      call<Output<typeof MyOrganizations>>("GET", `/organizations${query(input)}`),
    get: (id: string) => call<Output<typeof Organization>>("GET", `/organizations/${segment(id)}`),
    update: (id: string, input: Input<typeof UpdateOrganization>) =>
      call<Output<typeof Organization>>("PATCH", `/organizations/${segment(id)}`, input),
    delete: (id: string) => call<void>("DELETE", `/organizations/${segment(id)}`),
    restore: (id: string) => call<Output<typeof Organization>>("POST", `/organizations/${segment(id)}/restore`),
    leave: (id: string) => call<void>("POST", `/organizations/${segment(id)}/leave`),
  },

  members: {
    list: (organization: string, input?: Query<typeof MembersQuery>) =>
      call<Output<typeof Members>>("GET", `/organizations/${segment(organization)}/members${query(input)}`),
    changeRole: (organization: string, id: string, input: Input<typeof UpdateMember>) =>
      call<Output<typeof Member>>("PATCH", `/organizations/${segment(organization)}/members/${segment(id)}`, input),
    /** What a member could still use after their removal. */
    access: (organization: string, id: string) =>
      call<Output<typeof MemberAccess>>("GET", `/organizations/${segment(organization)}/members/${segment(id)}/access`),
    remove: (organization: string, id: string, input?: Input<typeof RemoveMember>) =>
      call<void>("DELETE", `/organizations/${segment(organization)}/members/${segment(id)}${query(input)}`),
  },

  invitations: {
    create: (organization: string, input: Input<typeof Invite>) =>
      call<Output<typeof Invitation>>("POST", `/organizations/${segment(organization)}/invitations`, input),
    list: (organization: string, input?: Query<typeof InvitationsQuery>) =>
      call<Output<typeof Invitations>>("GET", `/organizations/${segment(organization)}/invitations${query(input)}`),
    cancel: (organization: string, id: string) =>
      call<void>("DELETE", `/organizations/${segment(organization)}/invitations/${segment(id)}`),
    resend: (organization: string, id: string) =>
      call<Output<typeof Invitation>>(
        "POST",
        `/organizations/${segment(organization)}/invitations/${segment(id)}/resend`,
      ),
    /** The pending ones you received. */
    mine: (page?: PageInput) => call<Output<typeof MyInvitations>>("GET", `/users/me/invitations${query(page)}`),
    accept: (input: Input<typeof AnswerInvitation>) =>
      call<Output<typeof Accepted>>("POST", "/invitations/accept", input),
    decline: (input: Input<typeof AnswerInvitation>) => call<void>("POST", "/invitations/decline", input),
  },

  ownership: {
    transfer: (organization: string) =>
      call<Output<typeof OwnershipTransfer>>("GET", `/organizations/${segment(organization)}/ownership-transfer`),
    offer: (organization: string, input: Input<typeof OfferOwnership>) =>
      call<Output<typeof OwnershipTransfer>>(
        "POST",
        `/organizations/${segment(organization)}/ownership-transfer`,
        input,
      ),
    accept: (organization: string) =>
      call<void>("POST", `/organizations/${segment(organization)}/ownership-transfer/accept`),
    decline: (organization: string) =>
      call<void>("POST", `/organizations/${segment(organization)}/ownership-transfer/decline`),
    cancel: (organization: string) =>
      call<void>("DELETE", `/organizations/${segment(organization)}/ownership-transfer`),
  },

  policy: {
    get: (organization: string) => call<Output<typeof Policy>>("GET", `/organizations/${segment(organization)}/policy`),
    update: (organization: string, input: Input<typeof UpdatePolicy>) =>
      call<Output<typeof Policy>>("PATCH", `/organizations/${segment(organization)}/policy`, input),
  },

  roles: {
    list: (organization: string) => call<Output<typeof Roles>>("GET", `/organizations/${segment(organization)}/roles`),
    create: (organization: string, input: Input<typeof CreateRole>) =>
      call<Output<typeof Role>>("POST", `/organizations/${segment(organization)}/roles`, input),
    update: (organization: string, name: string, input: Input<typeof UpdateRole>) =>
      call<Output<typeof Role>>("PATCH", `/organizations/${segment(organization)}/roles/${segment(name)}`, input),
    delete: (organization: string, name: string) =>
      call<void>("DELETE", `/organizations/${segment(organization)}/roles/${segment(name)}`),
  },

  auditLogs: {
    list: (organization: string, input?: Query<typeof AuditQuery>) =>
      call<Output<typeof AuditEvents>>("GET", `/organizations/${segment(organization)}/audit-logs${query(input)}`),
    /** A CSV file. */
    export: (organization: string, input?: Query<typeof AuditFile>) =>
      call<string>("GET", `/organizations/${segment(organization)}/audit-logs.csv${query(input)}`),
    mine: (input?: Query<typeof AuditQuery>) =>
      call<Output<typeof AuditEvents>>("GET", `/users/me/audit-logs${query(input)}`),
  },

  webhooks: {
    /** The secret that verifies signatures is only in this response. */
    create: (organization: string, input: Input<typeof CreateWebhook>) =>
      call<Output<typeof WebhookWithSecret>>("POST", `/organizations/${segment(organization)}/webhooks`, input),
    list: (organization: string, page?: PageInput) =>
      call<Output<typeof Webhooks>>("GET", `/organizations/${segment(organization)}/webhooks${query(page)}`),
    get: (organization: string, id: string) => call<Output<typeof Webhook>>("GET", webhookPath(organization, id)),
    update: (organization: string, id: string, input: Input<typeof UpdateWebhook>) =>
      call<Output<typeof Webhook>>("PATCH", webhookPath(organization, id), input),
    delete: (organization: string, id: string) => call<void>("DELETE", webhookPath(organization, id)),
    /** For 24 hours the secret before it signs too. */
    rotateSecret: (organization: string, id: string) =>
      call<Output<typeof WebhookWithSecret>>("POST", `${webhookPath(organization, id)}/rotate-secret`),
    test: (organization: string, id: string) =>
      call<Output<typeof Delivery>>("POST", `${webhookPath(organization, id)}/test`),
    deliveries: (organization: string, id: string, input?: Query<typeof DeliveriesQuery>) =>
      call<Output<typeof Deliveries>>("GET", `${webhookPath(organization, id)}/deliveries${query(input)}`),
    delivery: (organization: string, id: string, delivery: string) =>
      call<Output<typeof Delivery>>("GET", `${webhookPath(organization, id)}/deliveries/${segment(delivery)}`),
    redeliver: (organization: string, id: string, delivery: string) =>
      call<Output<typeof Delivery>>(
        "POST",
        `${webhookPath(organization, id)}/deliveries/${segment(delivery)}/redeliver`,
      ),
  },

  plans: {
    /** What an organization's plan allows, and how much of it is used. */
    of: (organization: string) =>
      call<Output<typeof PlanOverview>>("GET", `/organizations/${segment(organization)}/plan`),
  },
});
