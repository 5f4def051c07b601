import { route } from "../http/route";
import { changePolicy, getPolicy } from "./policies";
import { ChangePolicy, Policy } from "./policies.contract";

export const policyRoutes = [
  route("GET", "/organizations/:id/policy", {
    access: "actor",
    needs: "organization:update",
    summary: "What an organization asks of its members and keys",
    response: Policy,
    run: ({ app, actor, params }) => getPolicy(app, actor, params.id),
  }),
  route("PATCH", "/organizations/:id/policy", {
    access: "actor",
    needs: "organization:update",
    summary: "Change what an organization asks; it holds from the next request on",
    body: ChangePolicy,
    response: Policy,
    run: ({ app, actor, params, body }) => changePolicy(app, actor, params.id, body),
  }),
];
