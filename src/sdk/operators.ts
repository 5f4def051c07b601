import type { AuditEvents, AuditQuery } from "../audit/audit.contract";
import type {
  AdminOrganizationDetails,
  AdminOrganizations,
  AdminUserDetails,
  AdminUsers,
  OperatorAction,
  Search,
  SetPlan,
} from "../operators/operators.contract";
import type { Connection } from "./connection";
import { type Input, type Output, type Query, query, segment } from "./wire";

/** Operating the installation. */
export const operatorCalls = ({ call }: Connection) => ({
  /** For operators of the installation. */
  admin: {
    users: (input?: Query<typeof Search>) => call<Output<typeof AdminUsers>>("GET", `/admin/users${query(input)}`),
    user: (id: string) => call<Output<typeof AdminUserDetails>>("GET", `/admin/users/${segment(id)}`),
    suspendUser: (id: string, input: Input<typeof OperatorAction>) =>
      call<Output<typeof AdminUserDetails>>("POST", `/admin/users/${segment(id)}/suspend`, input),
    restoreUser: (id: string, input: Input<typeof OperatorAction>) =>
      call<Output<typeof AdminUserDetails>>("POST", `/admin/users/${segment(id)}/restore`, input),
    endSessions: (id: string, input: Input<typeof OperatorAction>) =>
      call<Output<typeof AdminUserDetails>>("POST", `/admin/users/${segment(id)}/end-sessions`, input),
    resetTwoFactor: (id: string, input: Input<typeof OperatorAction>) =>
      call<Output<typeof AdminUserDetails>>("POST", `/admin/users/${segment(id)}/reset-two-factor`, input),
    organizations: (input?: Query<typeof Search>) =>
      call<Output<typeof AdminOrganizations>>("GET", `/admin/organizations${query(input)}`),
    organization: (id: string) =>
      call<Output<typeof AdminOrganizationDetails>>("GET", `/admin/organizations/${segment(id)}`),
    suspendOrganization: (id: string, input: Input<typeof OperatorAction>) =>
      call<Output<typeof AdminOrganizationDetails>>("POST", `/admin/organizations/${segment(id)}/suspend`, input),
    restoreOrganization: (id: string, input: Input<typeof OperatorAction>) =>
      call<Output<typeof AdminOrganizationDetails>>("POST", `/admin/organizations/${segment(id)}/restore`, input),
    setPlan: (id: string, input: Input<typeof SetPlan>) =>
      call<Output<typeof AdminOrganizationDetails>>("PUT", `/admin/organizations/${segment(id)}/plan`, input),
    auditLogs: (id: string, input?: Query<typeof AuditQuery>) =>
      call<Output<typeof AuditEvents>>("GET", `/admin/organizations/${segment(id)}/audit-logs${query(input)}`),
  },
});
