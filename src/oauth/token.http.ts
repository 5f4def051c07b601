import { z } from "zod";
import type { App } from "../app";
import { route } from "../http/route";
import { Problem } from "../problems";
import { authenticateClient } from "./clients";
import { deviceGrant } from "./clients.contract";
import { exchangeDeviceCode } from "./devices";
import { exchangeCode, refreshGrant } from "./token";
import { Introspected, IssuedTokens, Token, TokenQuestion, UserInfo } from "./token.contract";
import { introspectToken, revokeToken, userInfo } from "./tokens";

export const tokenRoutes = [
  route("POST", "/oauth/token", {
    operationId: "issueTokens",
    access: "anyone",
    throttle: "session",
    oauth: true,
    summary: "Exchange a code or a refresh token of an app for tokens (OAuth 2.1)",
    description:
      "Exchanges an authorization code, a device code or a refresh token. A code works once, for a minute. A refresh token is replaced by its successor; if the response is lost, repeat the request: you get the same successor.",
    errors: [
      "INVALID_REQUEST",
      "INVALID_CLIENT",
      "INVALID_GRANT",
      "UNAUTHORIZED_CLIENT",
      "UNSUPPORTED_GRANT_TYPE",
      "INVALID_SCOPE",
      "INVALID_TARGET",
      "AUTHORIZATION_PENDING",
      "SLOW_DOWN",
      "ACCESS_DENIED",
      "EXPIRED_TOKEN",
    ],
    body: Token,
    form: true,
    response: IssuedTokens,
    async run({ app, actor, body, request }) {
      const client = await clientOf(app, body, request);
      const { code, code_verifier: codeVerifier, redirect_uri: redirectUri, refresh_token: refreshToken } = body;
      const { scope, resource } = body;
      switch (body.grant_type) {
        case "authorization_code":
          if (code === undefined || codeVerifier === undefined) throw incomplete();
          return exchangeCode(app, actor, client, { code, codeVerifier, redirectUri, resource });
        case "refresh_token":
          if (refreshToken === undefined) throw incomplete();
          return refreshGrant(app, actor, client, { refreshToken, scope, resource });
        case deviceGrant:
          if (body.device_code === undefined) throw incomplete();
          return exchangeDeviceCode(app, actor, client, body.device_code);
        default:
          throw new Problem("UNSUPPORTED_GRANT_TYPE");
      }
    },
  }),
  route("POST", "/oauth/revoke", {
    operationId: "revokeToken",
    access: "anyone",
    throttle: "session",
    oauth: true,
    summary: "End what an app may, by one of its tokens (RFC 7009)",
    description:
      "Ends the grant that an access token or a refresh token belongs to, with all of its tokens. A token that does not work any more is not an error.",
    errors: ["INVALID_REQUEST", "INVALID_CLIENT"],
    body: TokenQuestion,
    form: true,
    response: z.object({}).meta({ id: "OAuthRevoked", description: "Nothing: the token does not work." }),
    async run({ app, actor, body, request }) {
      await revokeToken(app, actor, await clientOf(app, body, request), body.token);
      return {};
    },
  }),
  route("POST", "/oauth/introspect", {
    operationId: "introspectToken",
    access: "anyone",
    throttle: "service",
    oauth: true,
    summary: "Say what an access token of an app is good for (RFC 7662)",
    description:
      "For services that do not verify access tokens themselves. Apps with a secret may ask: about their own tokens, those of an organization about the tokens for it, those of the installation about all.",
    errors: ["INVALID_REQUEST", "INVALID_CLIENT", "UNAUTHORIZED_CLIENT"],
    body: TokenQuestion,
    form: true,
    response: Introspected,
    run: async ({ app, body, request }) => introspectToken(app, await clientOf(app, body, request), body.token),
  }),
  ...(["GET", "POST"] as const).map((method) =>
    route(method, "/oauth/userinfo", {
      operationId: method === "GET" ? "getUserInfo" : "postUserInfo",
      access: "actor",
      needs: "openid",
      oauth: true,
      summary: "Say who the user of an app is (OpenID Connect)",
      description: "Returns what the scopes `openid`, `profile` and `email` allow the app to know about its user.",
      errors: ["INSUFFICIENT_SCOPE"],
      response: UserInfo,
      run({ app, actor }) {
        if (actor.kind !== "grant")
          throw new Problem("INSUFFICIENT_SCOPE", { reason: "app_scope", values: { scope: "openid" } });
        return userInfo(app, actor);
      },
    }),
  ),
];

const clientOf = (
  app: App,
  body: { client_id?: string | undefined; client_secret?: string | undefined },
  request: Request,
) =>
  authenticateClient(app, {
    authorization: request.headers.get("authorization"),
    clientId: body.client_id,
    clientSecret: body.client_secret,
  });

const incomplete = () => new Problem("INVALID_REQUEST", { reason: "incomplete" });
