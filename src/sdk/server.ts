/** For services beside Bask: they verify what its users, machines and webhooks send them. Runs in Node, Bun, Deno and on edges. */
export { type AccessTokenClaims, type AccessTokenOptions, verifyAccessToken } from "./server/access-token";
export { type ApiKeyVerifier, type ApiKeyVerifierOptions, createApiKeyVerifier } from "./server/api-key";
export { verifyWebhook, type WebhookOptions } from "./server/webhook";
