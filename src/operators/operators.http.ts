import { AuditEvents, AuditQuery } from "../audit/audit.contract";
import { route } from "../http/route";
import {
  AdminOrganizationDetails,
  AdminOrganizations,
  AdminUserDetails,
  AdminUsers,
  OperatorAction,
  Search,
  SetPlan,
} from "./operators.contract";
import {
  getOrganizationDetails,
  listOrganizations,
  readAuditLogs,
  restoreSuspendedOrganization,
  suspendOrganization,
  updatePlan,
} from "./organizations";
import { endUserSessions, getUser, listUsers, resetTwoFactor, restoreUser, suspendUser } from "./users";

export const operatorRoutes = [
  route("GET", "/admin/users", {
    access: "operator",
    summary: "List users, or search them by name or email",
    query: Search,
    response: AdminUsers,
    run: ({ app, actor, query }) => listUsers(app, actor, query),
  }),
  route("GET", "/admin/users/:id", {
    access: "operator",
    summary: "Get a user and their organizations",
    response: AdminUserDetails,
    run: ({ app, actor, params }) => getUser(app, actor, params.id),
  }),
  route("POST", "/admin/users/:id/suspend", {
    access: "operator",
    summary: "Suspend a user; their sessions and API keys are refused at once",
    body: OperatorAction,
    response: AdminUserDetails,
    run: ({ app, actor, params, body }) => suspendUser(app, actor, params.id, body),
  }),
  route("POST", "/admin/users/:id/restore", {
    access: "operator",
    summary: "End the suspension of a user; their sessions and API keys work again",
    body: OperatorAction,
    response: AdminUserDetails,
    run: ({ app, actor, params, body }) => restoreUser(app, actor, params.id, body),
  }),
  route("POST", "/admin/users/:id/end-sessions", {
    access: "operator",
    summary: "End all sessions of a user",
    body: OperatorAction,
    response: AdminUserDetails,
    run: ({ app, actor, params, body }) => endUserSessions(app, actor, params.id, body),
  }),
  route("POST", "/admin/users/:id/reset-two-factor", {
    access: "operator",
    summary: "Turn off two-factor authentication for a user who lost it",
    body: OperatorAction,
    response: AdminUserDetails,
    run: ({ app, actor, params, body }) => resetTwoFactor(app, actor, params.id, body),
  }),
  route("GET", "/admin/organizations", {
    access: "operator",
    summary: "List organizations, or search them by name or slug",
    query: Search,
    response: AdminOrganizations,
    run: ({ app, actor, query }) => listOrganizations(app, actor, query),
  }),
  route("GET", "/admin/organizations/:id", {
    access: "operator",
    summary: "Get an organization and its size",
    response: AdminOrganizationDetails,
    run: ({ app, actor, params }) => getOrganizationDetails(app, actor, params.id),
  }),
  route("POST", "/admin/organizations/:id/suspend", {
    access: "operator",
    summary: "Suspend an organization; its members and API keys are refused at once",
    body: OperatorAction,
    response: AdminOrganizationDetails,
    run: ({ app, actor, params, body }) => suspendOrganization(app, actor, params.id, body),
  }),
  route("POST", "/admin/organizations/:id/restore", {
    access: "operator",
    summary: "End the suspension of an organization",
    body: OperatorAction,
    response: AdminOrganizationDetails,
    run: ({ app, actor, params, body }) => restoreSuspendedOrganization(app, actor, params.id, body),
  }),
  route("PUT", "/admin/organizations/:id/plan", {
    access: "operator",
    summary: "Set an organization's plan, and limits of its own in place of the plan's",
    body: SetPlan,
    response: AdminOrganizationDetails,
    run: ({ app, actor, params, body }) => updatePlan(app, actor, params.id, body),
  }),
  route("GET", "/admin/organizations/:id/audit-logs", {
    access: "operator",
    summary: "List the audit log of an organization",
    query: AuditQuery,
    response: AuditEvents,
    run: ({ app, actor, params, query }) => readAuditLogs(app, actor, params.id, query),
  }),
];
