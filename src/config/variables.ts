import { z } from "zod";
import { signingAlgorithms } from "../crypto/signing-keys";
import { extensionVariables } from "../extensions/variables";
import { readOwnTemplates } from "../mail/own-templates";
import { Email } from "../shapes.contract";
import { parseDatabaseUrl } from "./database-url";
import { type Environment, given, givenSecret } from "./environment";
import { ConfigError } from "./error";
import { writableFolder } from "./files";
import { oidcProviders } from "./providers";
import { parseSecretKeys } from "./secret-keys";
import { parseSmtpUrl } from "./smtp-url";
import {
  absolutePath,
  baseUrl,
  choice,
  clientValue,
  displayName,
  domain,
  host,
  list,
  mailbox,
  network,
  origin,
  scanningKey,
  value,
  wholeNumber,
} from "./values";
import type { Variable } from "./variable";

/** Every variable Bask reads. To add one, add an entry, use it in `config.ts`, and run `bun run docs`. */
export const variables = {
  HOST: {
    group: "Server",
    doc: "The IP address or host name to listen on. Write 0.0.0.0 or :: to be reached from other machines and in containers.",
    schema: host,
    default: "127.0.0.1",
  },
  PORT: {
    group: "Server",
    doc: "The TCP port to listen on. With 0 the system chooses a free one, which is printed at the start.",
    schema: wholeNumber(0, 65_535),
    default: "3000",
  },
  PUBLIC_URL: {
    group: "Server",
    doc: "The URL under which clients reach this server: the issuer of access tokens, and the origin of session cookies. Cookies need https, except on localhost.",
    schema: baseUrl,
    otherwise: "http://localhost:PORT",
    example: "https://api.example.com",
  },
  APP_NAME: {
    group: "Server",
    doc: "The name of your product, as people see it in emails, on pages and in their authenticator app.",
    schema: displayName,
    default: "Bask",
  },
  APP_URL: {
    group: "Server",
    doc: "Where links in emails lead. When it is not PUBLIC_URL, your product serves /verify-email, /reset-password, /undo-email-change, /sign-in-link and /invitations there.",
    schema: baseUrl,
    otherwise: "PUBLIC_URL",
    example: "https://app.example.com",
  },
  DASHBOARD: {
    group: "Server",
    doc: "Whether the dashboard is served at /dashboard. Products that have pages of their own turn it off; the pages that emails link to stay.",
    schema: choice("on", "off"),
    default: "on",
  },
  MCP: {
    group: "Server",
    doc: "Whether agents can use the API as tools of the Model Context Protocol at /mcp.",
    schema: choice("on", "off"),
    default: "on",
  },
  IDLE_TIMEOUT: {
    group: "Server",
    doc: "Seconds after which an idle connection is closed. Keep it above the keep-alive time of your load balancer, which is usually 60.",
    schema: wholeNumber(1, 255),
    default: "75",
  },
  DRAIN_SECONDS: {
    group: "Server",
    doc: "Seconds, up to 60, between the signal to stop and the end of accepting connections. Meanwhile /ready is 503, so that a load balancer sends requests elsewhere. Set it to two intervals of its health check.",
    schema: wholeNumber(0, 60),
    default: "0",
  },
  DATABASE_URL: {
    group: "Database",
    doc: "sqlite:PATH, or postgres://USER:PASSWORD@HOST:PORT/DATABASE with the parameters sslmode (disable, prefer, require, verify-ca, verify-full), sslrootcert, sslcert, sslkey, channel_binding, application_name, options, search_path, host (the folder of a Unix socket), and pgbouncer=true behind PgBouncer in transaction mode.",
    schema: z.string().transform(parseDatabaseUrl),
    default: "sqlite:data/bask.db",
    example: "postgres://bask:PASSWORD@db.example.com:5432/bask?sslmode=verify-full",
    secret: true,
  },
  DATABASE_POOL: {
    group: "Database",
    doc: "PostgreSQL connections that this process opens at most. SQLite does not use it.",
    schema: wholeNumber(1, 1_000),
    default: "16",
  },
  SECRET_KEY: {
    group: "Secrets",
    doc: "32 random bytes in base64, from which every other key is derived: `openssl rand -base64 32`. Several, separated by commas: the first signs and seals, the others still verify and open. To replace it, see docs/secrets.md.",
    schema: z.string().transform((text) => parseSecretKeys(text)),
    otherwise: "made at the first start in data/secret.key",
    secret: true,
  },
  BACKUP_DIR: {
    group: "Backups",
    doc: "The folder in which backups are made by themselves. One process of an installation makes each; set it where the folder is.",
    schema: absolutePath.transform((path) => writableFolder(path, "BACKUP_DIR")),
    otherwise: "no backups",
    example: "/backups",
  },
  BACKUP_EVERY: {
    group: "Backups",
    doc: "Hours from one backup to the next.",
    schema: wholeNumber(1, 720),
    default: "24",
  },
  BACKUP_KEEP: {
    group: "Backups",
    doc: "Backups that are kept; older ones in BACKUP_DIR are deleted after the next one was made.",
    schema: wholeNumber(1, 10_000),
    default: "14",
  },
  SMTP_URL: {
    group: "Email",
    doc: "The SMTP server that sends emails, with the parameters requireTLS, ignoreTLS and tls.rejectUnauthorized. Without one, emails are kept in data/mailbox and their links are written to the log.",
    schema: z.string().transform(parseSmtpUrl),
    otherwise: "no server",
    example: "smtp://USER:PASSWORD@smtp.example.com:587",
    secret: true,
  },
  MAIL_FROM: {
    group: "Email",
    doc: "The sender of emails.",
    schema: mailbox,
    otherwise: "APP_NAME <no-reply@localhost>",
    example: "Example <no-reply@example.com>",
  },
  MAIL_TEMPLATES: {
    group: "Email",
    doc: "A folder with email texts of your own, and a folder in it for each language, such as de: see docs/emails.md.",
    schema: z.string().transform(readOwnTemplates),
    otherwise: "the built-in texts",
  },
  EMAIL_VERIFICATION: {
    group: "Email",
    doc: "Whether people must verify their email address before they sign in to a new account, accept invitations and create API keys. With auto they must when SMTP_URL is set; with off they are not asked.",
    schema: choice("auto", "on", "off"),
    default: "auto",
  },
  AUTH_RATE_LIMIT: {
    group: "Signing in",
    doc: "Requests a minute from one IP address to login, registration, recovery and two-factor routes together. Refresh, logout, token exchange and reports of leaked keys have ten times as many, token introspection a thousand times, counted apart.",
    schema: wholeNumber(1, 1_000_000),
    default: "20",
  },
  PASSWORD_MIN_LENGTH: {
    group: "Signing in",
    doc: "Characters that a new password must have at least, from 8 to 64.",
    schema: wholeNumber(8, 64),
    default: "8",
  },
  GOOGLE_CLIENT_ID: {
    group: "Signing in",
    doc: "The OAuth client with which people sign in with Google. Its redirect URI is PUBLIC_URL/auth/oauth/google/callback, and so for every provider by its name.",
    schema: clientValue,
    otherwise: "no sign-in with Google",
  },
  GOOGLE_CLIENT_SECRET: {
    group: "Signing in",
    doc: "Its secret.",
    schema: clientValue,
    otherwise: "none",
    secret: true,
  },
  GITHUB_CLIENT_ID: {
    group: "Signing in",
    doc: "The OAuth app with which people sign in with GitHub.",
    schema: clientValue,
    otherwise: "no sign-in with GitHub",
  },
  GITHUB_CLIENT_SECRET: {
    group: "Signing in",
    doc: "Its secret.",
    schema: clientValue,
    otherwise: "none",
    secret: true,
  },
  GITHUB_URL: {
    group: "Signing in",
    doc: "Where GitHub is: another URL for GitHub Enterprise Server.",
    schema: baseUrl,
    default: "https://github.com",
  },
  OIDC_PROVIDERS: {
    group: "Signing in",
    doc: "OpenID Connect providers to sign in with: a list in JSON of objects with name, title, issuer, clientId and clientSecret. With trustsEmail, what the provider says about emails counts as much as a link that came back; set it only for one that verifies every email.",
    schema: oidcProviders,
    otherwise: "none",
    example:
      '[{"name":"okta","title":"Okta","issuer":"https://example.okta.com","clientId":"CLIENT","clientSecret":"SECRET"}]',
    secret: true,
  },
  SIGNING_ALGORITHM: {
    group: "Signing in",
    doc: "What signs access tokens: EdDSA, or ES256 or RS256 for gateways and libraries that do not know EdDSA. Changing it signs no one out.",
    schema: value(`must be ${signingAlgorithms.join(", ")}`, (text) =>
      signingAlgorithms.find((algorithm) => algorithm.toLowerCase() === text.toLowerCase()),
    ),
    default: "EdDSA",
  },
  PASSKEY_DOMAIN: {
    group: "Signing in",
    doc: "The domain that passkeys belong to: the host of APP_URL, or a domain above it that its pages share. Passkeys stop working when it changes.",
    schema: domain,
    otherwise: "the host of APP_URL",
    example: "example.com",
  },
  REFRESH_GRACE_SECONDS: {
    group: "Signing in",
    doc: "Seconds, up to 60, in which a client whose answer was lost gets the successor of a refresh token again.",
    schema: wholeNumber(0, 60),
    default: "30",
  },
  OPERATOR_EMAILS: {
    group: "Signing in",
    doc: "Email addresses, separated by commas, of people who may act under /admin. They need an account with a verified address, and two-factor authentication.",
    schema: list(Email),
    default: "",
    example: "ada@example.com",
  },
  USER_RATE_LIMIT: {
    group: "Limits",
    doc: "Requests a minute of one signed-in user, in all of their sessions together, and of each of their apps, counted by each process. API keys have the limits of their plan.",
    schema: wholeNumber(1, 1_000_000),
    default: "1000",
  },
  MAX_ORGANIZATIONS_PER_USER: {
    group: "Limits",
    doc: "Organizations that one user can belong to, including deleted ones that can still be restored.",
    schema: wholeNumber(1, 100_000),
    default: "100",
  },
  KEY_ENVIRONMENTS: {
    group: "API keys",
    doc: "Which API keys this deployment accepts.",
    schema: list(choice("live", "test")).refine((names) => names.length > 0, "must be live, test or live,test"),
    default: "live,test",
  },
  UNUSED_KEYS: {
    group: "API keys",
    doc: "What happens to API keys that were not used for 90 days: report sends an email, disable sends it and disables them.",
    schema: choice("report", "disable"),
    default: "report",
  },
  OIDC_ISSUERS: {
    group: "API keys",
    doc: "OpenID Connect issuers, separated by commas, whose tokens workloads may exchange instead of holding an API key. No other issuer is ever asked.",
    schema: list(baseUrl),
    default: "https://token.actions.githubusercontent.com,https://gitlab.com",
  },
  GITHUB_SCANNING_KEYS: {
    group: "API keys",
    doc: "Public keys of GitHub's secret scanning, IDENTIFIER=KEY, separated by commas, from api.github.com/meta/public_keys/secret_scanning. With them GitHub may report leaked keys to /api-keys/leaks/github.",
    schema: list(scanningKey),
    default: "",
  },
  OAUTH_RESOURCES: {
    group: "Apps",
    doc: "URLs, separated by commas, of services of yours that take access tokens of apps and verify them with the public keys of this server. The API itself needs no entry.",
    schema: list(baseUrl),
    default: "",
    example: "https://files.example.com",
  },
  OAUTH_CLIENT_DOCUMENTS: {
    group: "Apps",
    doc: "Which apps may describe themselves by a metadata document at their client_id: any, off, or those on these hosts, separated by commas.",
    schema: list(domain),
    default: "any",
    example: "claude.ai,cursor.com",
  },
  OAUTH_REGISTRATION: {
    group: "Apps",
    doc: "Whether apps may register themselves (RFC 7591). Those that no one lets act for them are gone after an hour.",
    schema: choice("on", "off"),
    default: "off",
  },
  CORS_ORIGINS: {
    group: "Browsers and proxies",
    doc: "Exact origins, separated by commas, of web pages and apps that may call from a browser. Wildcards are refused.",
    schema: list(origin),
    default: "",
    example: "https://app.example.com,capacitor://localhost",
  },
  TRUSTED_PROXIES: {
    group: "Browsers and proxies",
    doc: "IP addresses and CIDRs, separated by commas, of proxies whose X-Forwarded-For is believed, or Forwarded where they send no X-Forwarded-For. A proxy must remove the one that it does not write.",
    schema: list(network),
    default: "",
    example: "10.0.0.0/8,fd00::/8",
  },
  OUTBOUND_NETWORKS: {
    group: "Outbound",
    doc: "IP addresses and CIDRs, separated by commas, of networks that are not public and that webhooks, and what issuers name on other hosts than their own, may lead to all the same, by http and on every port. Without any, they go only to public addresses, by https and on port 443.",
    schema: list(network),
    default: "",
    example: "10.20.0.0/16",
  },
  SECURITY_CONTACT: {
    group: "Server",
    doc: "Whom to tell of a vulnerability, as a URI, in /.well-known/security.txt.",
    schema: value("must be a URI such as mailto:security@example.com or https://example.com/security", (text) =>
      /^(mailto:[^\s@]+@[^\s@]+|https:\/\/\S+)$/.test(text) ? text : undefined,
    ),
    otherwise: "no security.txt",
    example: "mailto:security@example.com",
  },
  METRICS_TOKEN: {
    group: "Logs",
    doc: "The bearer token with which Prometheus may read /metrics. Without one nothing is measured, and /metrics does not exist.",
    schema: value("must have at least 16 characters, without white space", (text) =>
      /^\S{16,200}$/.test(text) ? text : undefined,
    ),
    otherwise: "no metrics",
    secret: true,
  },
  LOG_REQUESTS: {
    group: "Logs",
    doc: "Whether every request is logged, in one line. Those that failed on the server, and slow ones, always are.",
    schema: choice("on", "off"),
    default: "off",
  },
  SLOW_REQUEST_MS: {
    group: "Logs",
    doc: "Milliseconds from which a request is logged as slow.",
    schema: wholeNumber(1, 600_000),
    default: "2000",
  },
  LOG_LEVEL: {
    group: "Logs",
    doc: "The least important lines that are written: fatal, error, warn, info, debug or silent. debug has a line for each refusal.",
    schema: choice("fatal", "error", "warn", "info", "debug", "silent"),
    default: "info",
  },
  LOG_FORMAT: {
    group: "Logs",
    doc: "json writes one JSON object a line, pretty is for people.",
    schema: choice("pretty", "json"),
    otherwise: "pretty on a terminal, else json",
  },
  ...extensionVariables,
} as const satisfies Record<string, Variable>;

type Variables = typeof variables;
export type Name = keyof Variables;
type ValueOf<V> = V extends { schema: z.ZodType<infer Value> }
  ? V extends { default: string }
    ? Value
    : Value | undefined
  : never;
/** Those of a product. */
export type ExtensionValues = Pick<Values, keyof typeof extensionVariables>;
/** What every variable is, by its name; undefined where it is not set and has no default. */
export type Values = { readonly [N in Name]: ValueOf<Variables[N]> };

/** Reads every variable, in the order of the table. White space around a value does not count, and a blank one is not set. @throws ConfigError */
export function readVariables(environment: Environment): Values {
  return Object.fromEntries(
    Object.entries<Variable>(variables).map(([name, variable]) => [name, read(name, variable, environment)]),
  ) as Values;
}

function read(name: string, variable: Variable, environment: Environment): unknown {
  const text = (variable.secret ? givenSecret : given)(name, environment) ?? variable.default;
  if (text === undefined) return undefined;
  if (/\p{Cc}/u.test(text))
    throw new ConfigError(`${name} must be one line, without tabs and other control characters.`);
  if (/^(["'`]).*\1$/.test(text)) throw new ConfigError(`${name} must be written without quotes around it.`);
  const { data, error } = variable.schema.safeParse(text);
  if (!error) return data;
  const { path, message } = error.issues[0]!;
  throw new ConfigError(`${path.length > 0 ? `Entry ${Number(path[0]) + 1} of ${name}` : name} ${message}.`);
}

/** A variable as the start read it, for operators; of a secret only whether it is set. */
export interface Setting {
  name: string;
  group: string;
  doc: string;
  isSet: boolean;
  isSecret: boolean;
  value: string | null;
  otherwise: string | null;
}

/** Every variable in the order of the table. */
export function settingsOf(environment: Environment): Setting[] {
  return Object.entries<Variable>(variables).map(([name, { group, doc, secret, default: fixed, otherwise }]) => {
    const text = given(name, environment);
    const isSet = text !== undefined || (secret === true && given(`${name}_FILE`, environment) !== undefined);
    const value = secret ? null : (text ?? fixed ?? null);
    return { name, group, doc, isSet, isSecret: secret === true, value, otherwise: otherwise ?? null };
  });
}
