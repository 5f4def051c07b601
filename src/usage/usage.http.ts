import { route } from "../http/route";
import { tokenUsageHistory, usageHistory, usageOfKeys } from "./usage";
import { KeysUsage, KeysUsageQuery, UsageHistory, UsageRange } from "./usage.contract";

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
  route("GET", "/organizations/:id/usage/keys", {
    operationId: "getUsageOfKeys",
    access: "actor",
    needs: "usage:read",
    summary: "Get the usage of several API keys at once, by hour",
    description:
      "Returns how many requests each of up to 100 API keys made in each of the last hours, as a list of keys shows it.",
    query: KeysUsageQuery,
    response: KeysUsage,
    run: ({ app, actor, params, query }) => usageOfKeys(app, actor, params.id, query),
  }),
  route("GET", "/organizations/:id/api-keys/:keyId/usage", {
    operationId: "getApiKeyUsage",
    ...usage,
    needs: "usage:read",
    summary: "Get the usage of an API key, by minute, hour or day",
    description: "Returns how many requests an API key made, by minute, hour or day.",
    run: ({ app, actor, params, query }) => usageHistory(app, actor, params.id, params.keyId, query),
  }),
  route("GET", "/users/me/tokens/:tokenId/usage", {
    operationId: "getPersonalTokenUsage",
    access: "user",
    summary: "Get the usage of one of your personal access tokens, by minute, hour or day",
    description:
      "Returns how many requests a personal access token made, with those of the tokens derived from it. Minutes are kept for two hours, hours for three days, days for a month.",
    query: UsageRange,
    response: UsageHistory,
    run: ({ app, actor, params, query }) => tokenUsageHistory(app, actor, params.tokenId, query),
  }),
];
