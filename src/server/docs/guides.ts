/** A page that a person wrote: a file of `docs/`. */
interface Guide {
  section: string;
  path: string;
  title: string;
  description: string;
  file: string;
}

const guide = (
  section: string,
  slug: string,
  title: string,
  description: string,
  file = `guides/${slug}.md`,
): Guide => ({
  section,
  path: slug === "" ? "/docs" : `/docs/guides/${slug}`,
  title,
  description,
  file,
});

/** Every guide, in the order people read them. */
export const guides: readonly Guide[] = [
  guide(
    "Start",
    "",
    "Quickstart",
    "Register, sign in, create an organization and a key, and call the API with it.",
    "guides/quickstart.md",
  ),
  guide(
    "Start",
    "tutorial",
    "Build a small SaaS",
    "From nothing to a product with accounts, organizations, keys and webhooks.",
    "tutorial.md",
  ),
  guide(
    "Start",
    "comparison",
    "How it compares",
    "Beside better-auth, Unkey, Supabase Auth and others.",
    "comparison.md",
  ),
  guide("People", "sign-in", "Sign in", "Passwords, tokens, and the checks around them."),
  guide("People", "refresh", "Refresh tokens", "How a session goes on, also with several tabs and lost responses."),
  guide("People", "cookie-mode", "Cookie mode", "Sessions of web pages, without a token that scripts can read."),
  guide("People", "next", "Next.js", "Sessions in server components and actions, sign-in, and sign-out in all tabs."),
  guide("People", "two-factor", "Two-factor authentication", "Authenticator apps, backup codes and trusted devices."),
  guide(
    "Machines",
    "api-keys",
    "API keys and scopes",
    "Keys that do what you say, no more than you may, and end when you want.",
  ),
  guide(
    "Machines",
    "personal-tokens",
    "Personal access tokens",
    "What your own programs and agents act with, and how to hand on less.",
  ),
  guide("Machines", "verify", "Verify in other services", "Access tokens offline, API keys with one call."),
  guide(
    "Machines",
    "pipelines",
    "Pipelines",
    "GitHub Actions, GitLab CI and Docker, with a key and without one.",
    "machines.md",
  ),
  guide("Machines", "apps", "Apps", "OAuth 2.1: apps and agents that act for a user.", "apps.md"),
  guide("Machines", "mcp", "Agents", "The API as tools of the Model Context Protocol.", "mcp.md"),
  guide("Machines", "connect-claude", "Connect Claude", "Claude Code, Claude and Claude Desktop."),
  guide("Machines", "connect-cursor", "Connect Cursor", "With a key, or by signing in."),
  guide("Machines", "connect-vs-code", "Connect VS Code", "With a key, or by signing in."),
  guide("Machines", "connect-chatgpt", "Connect ChatGPT", "By signing in."),
  guide("Machines", "webhooks", "Webhooks", "Events of an organization at a URL of yours.", "webhooks.md"),
  guide(
    "Using the API",
    "sdk",
    "The SDK",
    "The typed client, its React hooks, and its helpers for other services.",
    "sdk.md",
  ),
  guide("Using the API", "limits", "Rate limits", "What is counted, what the headers say, and what to do at a 429."),
  guide(
    "Using the API",
    "idempotency",
    "Idempotency",
    "Repeat a request that creates something without creating it twice.",
  ),
  guide("Using the API", "pagination", "Pagination", "Lists, cursors and links."),
  guide(
    "Using the API",
    "permissions",
    "Permissions",
    "What roles and scopes allow, and who may call which route.",
    "permissions.md",
  ),
  guide("Running it", "operating", "Operating", "Start, configure, back up, watch and update an installation."),
  guide(
    "Running it",
    "command-line",
    "Command line",
    "Users, organizations, keys, backups and the audit log on the machine itself.",
    "operate.md",
  ),
  guide(
    "Running it",
    "importing",
    "Importing users",
    "From other systems, with their password hashes.",
    "importing.md",
  ),
  guide(
    "Running it",
    "audit-stream",
    "The audit stream",
    "The audit log, sent to a system of yours.",
    "audit-stream.md",
  ),
  guide("Running it", "secrets", "Secrets", "What depends on SECRET_KEY, and how to change it.", "secrets.md"),
  guide("Running it", "configuration", "Configuration", "Every environment variable.", "configuration.md"),
  guide(
    "Running it",
    "extending",
    "Extending",
    "Add tables, routes, permissions, events and emails of your own.",
    "extending.md",
  ),
];
