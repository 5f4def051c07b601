import { route } from "../http/route";
import { PlanOverview } from "./limits.contract";
import { planOverview } from "./overview";

export const limitRoutes = [
  route("GET", "/organizations/:id/plan", {
    operationId: "getPlan",
    access: "actor",
    needs: "organization:read",
    summary: "Get an organization's plan, its limits, and how much of them is in use",
    description: "Returns the plan of an organization, its limits, and how much of them is in use.",
    response: PlanOverview,
    run: ({ app, actor, params }) => planOverview(app, actor, params.id),
  }),
];
