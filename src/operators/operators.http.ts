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
  changePlan,
  getOrganizationDetails,
  listOrganizations,
  readAuditLogs,
  restoreSuspendedOrganization,
  suspendOrganization,
} from "./organizations";
import { endUserSessions, getUser, listUsers, resetTwoFactor, restoreUser, suspendUser } from "./users";

export const operatorRoutes = [
  route("GET", "/admin/users", {
    access: "operator",
    summary: "Everybody, or whose name or address holds a text",
    query: Search,
    response: AdminUsers,
    run: ({ app, actor, query }) => listUsers(app, actor, query),
  }),
  route("GET", "/admin/users/:id", {
    access: "operator",
    summary: "One person and where they belong",
    response: AdminUserDetails,
    run: ({ app, actor, params }) => getUser(app, actor, params.id),
  }),
  route("POST", "/admin/users/:id/suspend", {
    access: "operator",
    summary: "Refuse a person and their keys at once",
    body: OperatorAction,
    response: AdminUserDetails,
    run: ({ app, actor, params, body }) => suspendUser(app, actor, params.id, body),
  }),
  route("POST", "/admin/users/:id/restore", {
    access: "operator",
    summary: "Let a suspended person in again, with everything they had",
    body: OperatorAction,
    response: AdminUserDetails,
    run: ({ app, actor, params, body }) => restoreUser(app, actor, params.id, body),
  }),
  route("POST", "/admin/users/:id/end-sessions", {
    access: "operator",
    summary: "Sign a person out everywhere",
    body: OperatorAction,
    response: AdminUserDetails,
    run: ({ app, actor, params, body }) => endUserSessions(app, actor, params.id, body),
  }),
  route("POST", "/admin/users/:id/reset-two-factor", {
    access: "operator",
    summary: "Switch off the second factor of a person who lost it",
    body: OperatorAction,
    response: AdminUserDetails,
    run: ({ app, actor, params, body }) => resetTwoFactor(app, actor, params.id, body),
  }),
  route("GET", "/admin/organizations", {
    access: "operator",
    summary: "Every organization, or whose name or slug holds a text",
    query: Search,
    response: AdminOrganizations,
    run: ({ app, actor, query }) => listOrganizations(app, actor, query),
  }),
  route("GET", "/admin/organizations/:id", {
    access: "operator",
    summary: "One organization and its size",
    response: AdminOrganizationDetails,
    run: ({ app, actor, params }) => getOrganizationDetails(app, actor, params.id),
  }),
  route("POST", "/admin/organizations/:id/suspend", {
    access: "operator",
    summary: "Refuse an organization's people and keys at once",
    body: OperatorAction,
    response: AdminOrganizationDetails,
    run: ({ app, actor, params, body }) => suspendOrganization(app, actor, params.id, body),
  }),
  route("POST", "/admin/organizations/:id/restore", {
    access: "operator",
    summary: "Let a suspended organization's people and keys in again",
    body: OperatorAction,
    response: AdminOrganizationDetails,
    run: ({ app, actor, params, body }) => restoreSuspendedOrganization(app, actor, params.id, body),
  }),
  route("PUT", "/admin/organizations/:id/plan", {
    access: "operator",
    summary: "Put an organization on a plan, with numbers of its own on the enterprise one",
    body: SetPlan,
    response: AdminOrganizationDetails,
    run: ({ app, actor, params, body }) => changePlan(app, actor, params.id, body),
  }),
  route("GET", "/admin/organizations/:id/audit-logs", {
    access: "operator",
    summary: "What happened in an organization",
    query: AuditQuery,
    response: AuditEvents,
    run: ({ app, actor, params, query }) => readAuditLogs(app, actor, params.id, query),
  }),
];
