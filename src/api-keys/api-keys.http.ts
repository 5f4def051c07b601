import { route } from "../http/route";
import { Page } from "../shapes.contract";
import { createApiKey, getApiKey, listOrganizationKeys, removeApiKey } from "./api-keys";
import { ApiKey, ApiKeys, CreateApiKey, CreatedApiKey } from "./api-keys.contract";

export const apiKeyRoutes = [
  route("POST", "/organizations/:id/api-keys", {
    access: "actor",
    summary: "Make an API key; the key itself is only in this answer",
    body: CreateApiKey,
    answer: CreatedApiKey,
    status: 201,
    run: ({ app, actor, params, body }) => createApiKey(app, actor, params.id, body),
  }),
  route("GET", "/organizations/:id/api-keys", {
    access: "actor",
    summary: "The API keys of an organization",
    query: Page,
    answer: ApiKeys,
    run: ({ app, actor, params, query }) => listOrganizationKeys(app, actor, params.id, query),
  }),
  route("GET", "/organizations/:id/api-keys/:keyId", {
    access: "actor",
    summary: "One API key",
    answer: ApiKey,
    run: ({ app, actor, params }) => getApiKey(app, actor, params.id, params.keyId),
  }),
  route("DELETE", "/organizations/:id/api-keys/:keyId", {
    access: "actor",
    summary: "Revoke an API key, for good and at once",
    answer: null,
    run: ({ app, actor, params }) => removeApiKey(app, actor, params.id, params.keyId),
  }),
];
