import { route } from "../http/route";
import { OperatorAction } from "../operators/operators.contract";
import { endImpersonation, startImpersonation } from "./impersonation";
import { Impersonation } from "./impersonation.contract";

export const impersonationRoutes = [
  route("POST", "/admin/users/:id/impersonate", {
    operationId: "adminImpersonateUser",
    access: "operator",
    summary: "Look as a user for 30 minutes, read-only",
    description:
      "Returns a token that reads what the user reads. Every request that would change something, and every export, is refused with IMPERSONATION_READ_ONLY. The user gets an email, and the reason is in both audit logs. It ends with your session too.",
    errors: ["CONFLICT"],
    body: OperatorAction,
    response: Impersonation,
    run: ({ app, actor, params, body }) => startImpersonation(app, actor, params.id, body),
  }),
  route("DELETE", "/admin/impersonations/:id", {
    operationId: "adminEndImpersonation",
    access: "operator",
    summary: "Stop looking as a user",
    description: "Ends one of your impersonations before its time. Its token is refused from then on.",
    response: null,
    run: ({ app, actor, params }) => endImpersonation(app, actor, params.id),
  }),
];
