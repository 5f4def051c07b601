import { route } from "../http/route";
import { PlanOverview } from "./limits.contract";
import { planOverview } from "./overview";

export const limitRoutes = [
  route("GET", "/organizations/:id/plan", {
    access: "actor",
    needs: "organization:read",
    summary: "What the plan of an organization allows, and how much of it is in use",
    response: PlanOverview,
    run: ({ app, actor, params }) => planOverview(app, actor, params.id),
  }),
];
