import { availableParallelism } from "node:os";
import { extensionVariables } from "../extensions/variables";
import type { OwnTemplates } from "../mail/own-templates";
import type { DatabaseLocation } from "./database-url";
import type { Environment } from "./environment";
import { ConfigError } from "./error";
import { requireReadableEnv } from "./files";
import { readOwnSecret } from "./own-secret";
import { type Provider, providersOf } from "./providers";
import type { SmtpServer } from "./smtp-url";
import type { Mailbox } from "./values";
import { type ExtensionValues, readVariables, type Setting, settingsOf, type Values } from "./variables";

/** What an operator decides, parsed once at the start. */
export interface Config {
  host: string;
  port: number;
  /** URL of this server: `iss` of tokens; no trailing slash. */
  publicUrl: string;
  /** Where links in emails lead; no trailing slash. */
  appUrl: string;
  /** The product's name. */
  appName: string;
  /** Whether the dashboard is served. */
  dashboard: boolean;
  /** Whether agents can use the API at /mcp. */
  mcp: boolean;
  /** Seconds after which an idle connection is closed. */
  idleTimeout: number;
  /** Seconds between the signal to stop and the end of accepting connections. */
  drainSeconds: number;
  database: DatabaseLocation;
  /** 32-byte secrets, the current one first; none before the first start of an installation that makes its own. */
  secretKeys: readonly Buffer[];
  /** Where backups are made by themselves, how often in milliseconds, and how many are kept. */
  backups: { folder: string; every: number; keep: number } | undefined;
  /** Whether they are those of `data/secret.key`, which this installation keeps itself. */
  ownSecret: boolean;
  /** Without it emails go to the mailbox. */
  smtp: SmtpServer | undefined;
  mailFrom: Mailbox;
  /** The folder emails are kept in, and never sent from, when there is no SMTP server. */
  mailbox: string;
  /** The operator's own email texts. */
  mailTemplates: OwnTemplates;
  /** Whether people must verify their email before they join others and create keys, may do so, or are not asked. */
  emailVerification: "required" | "offered" | "off";
  /** Requests a minute that one IP may make to the routes where people prove who they are. */
  authRateLimit: number;
  /** Requests a minute of one user. */
  userRateLimit: number;
  /** Organizations a user can belong to, including deleted ones that can still be restored. */
  maxOrganizationsPerUser: number;
  passwordMinLength: number;
  /** What signs access tokens. */
  signingAlgorithm: Values["SIGNING_ALGORITHM"];
  /** The domain that passkeys belong to. */
  passkeyDomain: string;
  /** Whose accounts people can sign in with. */
  providers: readonly Provider[];
  refreshGraceSeconds: number;
  /** Who shall be operators, as far as they have an account. */
  operatorEmails: readonly string[];
  keyEnvironments: readonly ("live" | "test")[];
  /** What happens to keys that were not used for 90 days, beside an email. */
  unusedKeys: Values["UNUSED_KEYS"];
  /** OpenID Connect issuers whose tokens may be exchanged; no trailing slash. */
  oidcIssuers: readonly string[];
  /** Public keys of GitHub's secret scanning, SPKI in DER, by their identifiers. */
  githubScanningKeys: ReadonlyMap<string, Buffer>;
  /** Services other than this one that access tokens may be for; no trailing slash. */
  oauthResources: readonly string[];
  /** The hosts whose metadata documents describe apps; `any` for all, `off` for none. */
  oauthClientDocuments: readonly string[];
  /** Whether apps may register themselves. */
  oauthRegistration: boolean;
  /** Exact origins of pages that may call from a browser. */
  corsOrigins: readonly string[];
  /** IPs and CIDRs. */
  trustedProxies: readonly string[];
  /** IPs and CIDRs that are not public and may be requested all the same, by http and on every port. */
  outboundNetworks: readonly string[];
  /** A URI; without it there is no security.txt. */
  securityContact: string | undefined;
  /** Without it nothing is measured. */
  metricsToken: string | undefined;
  logRequests: boolean;
  /** Milliseconds from which a request is logged as slow. */
  slowRequestMs: number;
  logLevel: Values["LOG_LEVEL"];
  logFormat: "pretty" | "json";
  /** Password hashes computed at the same time. */
  hashConcurrency: number;
  /** Every variable as it was read, for operators: without secrets. */
  settings: readonly Setting[];
  /** The product's own variables. */
  extension: ExtensionValues;
}

/**
 * Reads the environment once, and the files it names. Nothing is written.
 * @throws ConfigError for the first variable that cannot be used
 */
export function parseConfig(environment: Environment): Config {
  requireReadableEnv(environment.NODE_ENV);
  const values = readVariables(environment);
  const publicUrl = values.PUBLIC_URL ?? `http://localhost:${values.PORT}`;
  const appUrl = values.APP_URL ?? publicUrl;
  return {
    host: values.HOST,
    port: values.PORT,
    publicUrl,
    appUrl,
    appName: values.APP_NAME,
    dashboard: values.DASHBOARD === "on",
    mcp: values.MCP === "on",
    idleTimeout: values.IDLE_TIMEOUT,
    drainSeconds: values.DRAIN_SECONDS,
    database: withPool(values.DATABASE_URL, values.DATABASE_POOL),
    secretKeys: values.SECRET_KEY ?? readOwnSecret(),
    backups:
      values.BACKUP_DIR === undefined
        ? undefined
        : {
            folder: values.BACKUP_DIR,
            every: values.BACKUP_EVERY * 3_600_000,
            keep: values.BACKUP_KEEP,
          },
    ownSecret: values.SECRET_KEY === undefined,
    smtp: values.SMTP_URL,
    mailFrom: values.MAIL_FROM ?? { name: values.APP_NAME, address: "no-reply@localhost" },
    mailbox: "data/mailbox",
    mailTemplates: values.MAIL_TEMPLATES ?? new Map(),
    emailVerification: emailVerification(values),
    authRateLimit: values.AUTH_RATE_LIMIT,
    userRateLimit: values.USER_RATE_LIMIT,
    maxOrganizationsPerUser: values.MAX_ORGANIZATIONS_PER_USER,
    providers: providersOf(values),
    signingAlgorithm: values.SIGNING_ALGORITHM,
    passkeyDomain: passkeyDomain(values.PASSKEY_DOMAIN, appUrl),
    passwordMinLength: values.PASSWORD_MIN_LENGTH,
    refreshGraceSeconds: values.REFRESH_GRACE_SECONDS,
    operatorEmails: values.OPERATOR_EMAILS,
    keyEnvironments: values.KEY_ENVIRONMENTS,
    unusedKeys: values.UNUSED_KEYS,
    oidcIssuers: values.OIDC_ISSUERS,
    githubScanningKeys: new Map(values.GITHUB_SCANNING_KEYS),
    oauthResources: values.OAUTH_RESOURCES,
    oauthClientDocuments: values.OAUTH_CLIENT_DOCUMENTS,
    oauthRegistration: values.OAUTH_REGISTRATION === "on",
    corsOrigins: values.CORS_ORIGINS,
    trustedProxies: values.TRUSTED_PROXIES,
    outboundNetworks: values.OUTBOUND_NETWORKS,
    securityContact: values.SECURITY_CONTACT,
    metricsToken: values.METRICS_TOKEN,
    logRequests: values.LOG_REQUESTS === "on",
    slowRequestMs: values.SLOW_REQUEST_MS,
    logLevel: values.LOG_LEVEL,
    logFormat: values.LOG_FORMAT ?? (process.stdout.isTTY ? "pretty" : "json"),
    hashConcurrency: Math.max(1, availableParallelism() - 1),
    settings: settingsOf(environment),
    extension: Object.fromEntries(
      Object.keys(extensionVariables).map((name) => [name, values[name as keyof Values]]),
    ) as ExtensionValues,
  };
}

/** Without an SMTP server no one could be asked to read an email. */
function emailVerification({ EMAIL_VERIFICATION: asked, SMTP_URL: smtp }: Values): Config["emailVerification"] {
  if (asked === "off") return "off";
  return asked === "on" || smtp ? "required" : "offered";
}

/** The host of the product, or a domain above it. Passkeys are lost when it changes. @throws ConfigError */
function passkeyDomain(domain: string | undefined, appUrl: string): string {
  const { hostname } = new URL(appUrl);
  if (domain === undefined) return hostname;
  if (hostname === domain || hostname.endsWith(`.${domain}`)) return domain;
  throw new ConfigError(`PASSKEY_DOMAIN must be the host of APP_URL or a domain above it.`);
}

const withPool = (location: DatabaseLocation, pool: number): DatabaseLocation =>
  location.dialect === "postgres" ? { ...location, pool } : location;
