import type { App } from "../app";
import type { UserRow } from "./users.sql";

/**
 * Whether an account still waits for its first email. Where emails must be verified, nobody signs in to a new account before the token of that
 * email came back: otherwise signing in after registering would tell whether the email had an account before.
 */
export const isAwaitingEmail = (app: App, { activatedAt }: UserRow): boolean =>
  app.config.emailVerification === "required" && activatedAt === null;
