import { route } from "../http/route";
import { createApiKey, getApiKey, listOrganizationKeys } from "./api-keys";
import {
  ApiKey,
  ApiKeyFilter,
  ApiKeys,
  CreateApiKey,
  CreatedApiKey,
  RotateApiKey,
  UpdateApiKey,
} from "./api-keys.contract";
import { disableKey, enableKey, revokeKey, updateKey } from "./management";
import { rotateApiKey } from "./rotation";

export const apiKeyRoutes = [
  route("POST", "/organizations/:id/api-keys", {
    access: "actor",
    needs: "api-keys:create",
    summary: "Make an API key; the key itself is only in this answer",
    body: CreateApiKey,
    response: CreatedApiKey,
    status: 201,
    run: ({ app, actor, params, body }) => createApiKey(app, actor, params.id, body),
  }),
  route("GET", "/organizations/:id/api-keys", {
    access: "actor",
    needs: "api-keys:read",
    summary: "The API keys of an organization",
    query: ApiKeyFilter,
    response: ApiKeys,
    run: ({ app, actor, params, query }) => listOrganizationKeys(app, actor, params.id, query),
  }),
  route("GET", "/organizations/:id/api-keys/:keyId", {
    access: "actor",
    needs: "api-keys:read",
    summary: "One API key",
    response: ApiKey,
    run: ({ app, actor, params }) => getApiKey(app, actor, params.id, params.keyId),
  }),
  route("PATCH", "/organizations/:id/api-keys/:keyId", {
    access: "actor",
    needs: "api-keys:update",
    summary: "Change what an API key is called, may do and is bound by",
    body: UpdateApiKey,
    response: ApiKey,
    run: ({ app, actor, params, body }) => updateKey(app, actor, params.id, params.keyId, body),
  }),
  route("POST", "/organizations/:id/api-keys/:keyId/disable", {
    access: "actor",
    needs: "api-keys:update",
    summary: "Switch an API key off, until it is switched on again",
    response: ApiKey,
    run: ({ app, actor, params }) => disableKey(app, actor, params.id, params.keyId),
  }),
  route("POST", "/organizations/:id/api-keys/:keyId/enable", {
    access: "actor",
    needs: "api-keys:update",
    summary: "Switch an API key on again",
    response: ApiKey,
    run: ({ app, actor, params }) => enableKey(app, actor, params.id, params.keyId),
  }),
  route("POST", "/organizations/:id/api-keys/:keyId/rotate", {
    access: "actor",
    needs: "api-keys:update",
    summary: "Give an API key a successor; the old one works on for the overlap",
    body: RotateApiKey,
    response: CreatedApiKey,
    status: 201,
    run: ({ app, actor, params, body }) => rotateApiKey(app, actor, params.id, params.keyId, body),
  }),
  route("DELETE", "/organizations/:id/api-keys/:keyId", {
    access: "actor",
    needs: "api-keys:delete",
    summary: "Revoke an API key, for good and at once",
    response: null,
    run: ({ app, actor, params }) => revokeKey(app, actor, params.id, params.keyId),
  }),
];
