import { route } from "../http/route";
import { createApiKey, getApiKey, listOrganizationKeys } from "./api-keys";
import {
  ApiKey,
  ApiKeyFilter,
  ApiKeys,
  CreateApiKey,
  CreatedApiKey,
  HandOverApiKey,
  RevokeApiKey,
  RotateApiKey,
  UpdateApiKey,
} from "./api-keys.contract";
import { disableKey, enableKey, handOverKey, revokeKey, updateKey } from "./management";
import { rotateApiKey } from "./rotation";

export const apiKeyRoutes = [
  route("POST", "/organizations/:id/api-keys", {
    access: "actor",
    needs: "api-keys:create",
    summary: "Create an API key; the key itself is only in this response",
    body: CreateApiKey,
    response: CreatedApiKey,
    status: 201,
    run: ({ app, actor, params, body }) => createApiKey(app, actor, params.id, body),
  }),
  route("GET", "/organizations/:id/api-keys", {
    access: "actor",
    needs: "api-keys:read",
    summary: "List the API keys of an organization",
    query: ApiKeyFilter,
    response: ApiKeys,
    run: ({ app, actor, params, query }) => listOrganizationKeys(app, actor, params.id, query),
  }),
  route("GET", "/organizations/:id/api-keys/:keyId", {
    access: "actor",
    needs: "api-keys:read",
    summary: "Get an API key",
    response: ApiKey,
    run: ({ app, actor, params }) => getApiKey(app, actor, params.id, params.keyId),
  }),
  route("PATCH", "/organizations/:id/api-keys/:keyId", {
    access: "actor",
    needs: "api-keys:update",
    summary: "Update an API key",
    body: UpdateApiKey,
    response: ApiKey,
    run: ({ app, actor, params, body }) => updateKey(app, actor, params.id, params.keyId, body),
  }),
  route("POST", "/organizations/:id/api-keys/:keyId/disable", {
    access: "actor",
    needs: "api-keys:update",
    summary: "Disable an API key until it is enabled again",
    response: ApiKey,
    run: ({ app, actor, params }) => disableKey(app, actor, params.id, params.keyId),
  }),
  route("POST", "/organizations/:id/api-keys/:keyId/enable", {
    access: "actor",
    needs: "api-keys:update",
    summary: "Enable an API key",
    response: ApiKey,
    run: ({ app, actor, params }) => enableKey(app, actor, params.id, params.keyId),
  }),
  route("POST", "/organizations/:id/api-keys/:keyId/rotate", {
    access: "actor",
    needs: "api-keys:update",
    summary: "Rotate an API key; the old one still works during the overlap",
    body: RotateApiKey,
    response: CreatedApiKey,
    status: 201,
    run: ({ app, actor, params, body }) => rotateApiKey(app, actor, params.id, params.keyId, body),
  }),
  route("POST", "/organizations/:id/api-keys/:keyId/hand-over", {
    access: "user",
    needs: "api-keys:update",
    summary: "Make an API key another member's, whose role bounds it from then on",
    body: HandOverApiKey,
    response: ApiKey,
    run: ({ app, actor, params, body }) => handOverKey(app, actor, params.id, params.keyId, body),
  }),
  route("DELETE", "/organizations/:id/api-keys/:keyId", {
    access: "actor",
    needs: "api-keys:delete",
    summary: "Revoke an API key, for good and at once",
    query: RevokeApiKey,
    response: null,
    run: ({ app, actor, params, query }) =>
      revokeKey(app, actor, params.id, params.keyId, { descendants: query.descendants === "true" }),
  }),
];
