import { route } from "../http/route";
import { getPolicy, updatePolicy } from "./policies";
import { Policy, UpdatePolicy } from "./policies.contract";

export const policyRoutes = [
  route("GET", "/organizations/:id/policy", {
    operationId: "getPolicy",
    access: "actor",
    needs: "organization:update",
    summary: "Get an organization's policy for members and API keys",
    description: "Returns what an organization requires of its members and API keys.",
    response: Policy,
    run: ({ app, actor, params }) => getPolicy(app, actor, params.id),
  }),
  route("PATCH", "/organizations/:id/policy", {
    operationId: "updatePolicy",
    access: "user",
    needs: "organization:update",
    summary: "Update an organization's policy; it applies from the next request on",
    description:
      "Changes what an organization requires of its members and API keys. It applies from the next request on, to existing members and keys too.",
    errors: ["CONFLICT"],
    body: UpdatePolicy,
    response: Policy,
    run: ({ app, actor, params, body }) => updatePolicy(app, actor, params.id, body),
  }),
];
