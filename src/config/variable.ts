import type { z } from "zod";

/** One environment variable: everything the parser, `.env.example` and docs/configuration.md say about it. */
export interface Variable<Value = unknown> {
  group:
    | "Server"
    | "Database"
    | "Secrets"
    | "Backups"
    | "Email"
    | "Signing in"
    | "Limits"
    | "API keys"
    | "Apps"
    | "Browsers and proxies"
    | "Outbound"
    | "Logs"
    | "Extension";
  /** What it does, in one or two sentences. */
  doc: string;
  schema: z.ZodType<Value, string>;
  /** The text that holds when it is not set. */
  default?: string;
  /** In words, what holds when it is not set and has no fixed default. */
  otherwise?: string;
  example?: string;
  /** It may also be given by NAME_FILE, and its value is never shown. */
  secret?: true;
}
