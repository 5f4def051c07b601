import type { App } from "../app";
import type { UserRow } from "./users.sql";

/**
 * Whether an account still waits for its first email. Where emails must be verified, a new account cannot be signed in to before the token
 * of that email came back: otherwise signing in after registering would tell whether the email had an account before.
 */
export const isAwaitingEmail = (app: App, { activatedAt }: UserRow): boolean =>
  app.config.emailVerification === "required" && activatedAt === null;
