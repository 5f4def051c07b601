import { route } from "../http/route";
import { usageHistory } from "./usage";
import { UsageHistory, UsageRange } from "./usage.contract";

const usage = { access: "actor", query: UsageRange, response: UsageHistory } as const;

export const usageRoutes = [
  route("GET", "/organizations/:id/usage", {
    operationId: "getUsage",
    ...usage,
    needs: "usage:read",
    summary: "Get the usage of all API keys of an organization, by minute, hour or day",
    description: "Returns how many requests all API keys of an organization made, by minute, hour or day.",
    run: ({ app, actor, params, query }) => usageHistory(app, actor, params.id, undefined, query),
  }),
  route("GET", "/organizations/:id/api-keys/:keyId/usage", {
    operationId: "getApiKeyUsage",
    ...usage,
    needs: "usage:read",
    summary: "Get the usage of an API key, by minute, hour or day",
    description: "Returns how many requests an API key made, by minute, hour or day.",
    run: ({ app, actor, params, query }) => usageHistory(app, actor, params.id, params.keyId, query),
  }),
];
