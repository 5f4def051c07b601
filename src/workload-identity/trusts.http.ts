import { route } from "../http/route";
import { exchangeToken } from "./exchange";
import { checkTrusts, createTrust, listKeyTrusts, removeTrust } from "./trusts";
import { CheckTrusts, CreateTrust, ExchangedToken, TokenExchange, Trust, TrustChecks, Trusts } from "./trusts.contract";

export const trustRoutes = [
  route("POST", "/auth/token-exchange", {
    operationId: "exchangeToken",
    access: "anyone",
    throttle: "session",
    summary: "Exchange an OIDC token of GitHub or GitLab for one that stands for an API key (RFC 8693)",
    description:
      "Exchanges the OpenID Connect token of a pipeline, such as GitHub Actions or GitLab CI, for a token that stands for an API key for 15 minutes. The key must trust the pipeline.",
    errors: ["UNAUTHORIZED", "INVALID_API_KEY", "FORBIDDEN", "TOKEN_EXPIRED"],
    body: TokenExchange,
    form: true,
    response: ExchangedToken,
    run: ({ app, actor, body }) =>
      exchangeToken(app, actor, { subjectToken: body.subject_token, keyId: body.audience }),
  }),
  route("POST", "/organizations/:id/api-keys/:keyId/trusts", {
    operationId: "createTrust",
    access: "actor",
    needs: "api-keys:update",
    summary: "Trust workloads with an OIDC token of an issuer to use an API key",
    description: "Lets pipelines whose OpenID Connect token has these claims use an API key without holding it.",
    errors: ["CONFLICT"],
    body: CreateTrust,
    response: Trust,
    status: 201,
    run: ({ app, actor, params, body }) => createTrust(app, actor, params.id, params.keyId, body),
  }),
  route("GET", "/organizations/:id/api-keys/:keyId/trusts", {
    operationId: "listTrusts",
    access: "actor",
    needs: "api-keys:read",
    summary: "List the trusts of an API key",
    description: "Lists which pipelines may use an API key.",
    response: Trusts,
    run: ({ app, actor, params }) => listKeyTrusts(app, actor, params.id, params.keyId),
  }),
  route("POST", "/organizations/:id/api-keys/:keyId/trusts/check", {
    operationId: "checkTrusts",
    access: "actor",
    needs: "api-keys:read",
    summary: "Try the claims of a token against the trusts of an API key",
    description:
      "Says which trusts would accept a token with these claims, and why the others would not. Nothing is exchanged, and no signature is looked at.",
    body: CheckTrusts,
    response: TrustChecks,
    run: ({ app, actor, params, body }) => checkTrusts(app, actor, params.id, params.keyId, body.claims),
  }),
  route("DELETE", "/organizations/:id/api-keys/:keyId/trusts/:trustId", {
    operationId: "deleteTrust",
    access: "actor",
    needs: "api-keys:update",
    summary: "Delete a trust of an API key",
    description: "Ends the trust in a pipeline. Tokens it was given before stop working.",
    response: null,
    run: ({ app, actor, params }) => removeTrust(app, actor, params.id, params.keyId, params.trustId),
  }),
];
