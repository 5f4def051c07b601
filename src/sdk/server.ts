/** For servers beside Bask: they verify what its users, machines and webhooks send them, and render pages for its users. Runs in Node, Bun, Deno and on edges. */
export { type AccessTokenClaims, type AccessTokenOptions, verifyAccessToken } from "./server/access-token";
export { type ApiKeyVerifier, type ApiKeyVerifierOptions, createApiKeyVerifier } from "./server/api-key";
export { type CookieSession, type CookieSessionOptions, continueSession } from "./server/cookie-session";
export { verifyWebhook, type WebhookOptions } from "./server/webhook";
