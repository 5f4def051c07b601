import { createPublicKey } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import ipaddr from "ipaddr.js";
import { z } from "zod";
import { Email } from "./shapes.contract";

/** A configuration that cannot be used. Its message names the variable and what to write instead. */
export class ConfigError extends Error {
  override name = "ConfigError";
}

type Environment = Record<string, string | undefined>;

/** Variables that may also be given as a file, by NAME_FILE. */
const secrets = ["SECRET_KEY", "DATABASE_URL", "SMTP_URL"] as const;

const cidr = z
  .string()
  .refine((text) => ipaddr.isValid(text) || ipaddr.isValidCIDR(text), "is not an address or a CIDR");
const origin = z
  .string()
  .refine(
    (text) => URL.canParse(text) && new URL(text).origin === text,
    "is not an origin such as https://app.example.com",
  );
/** `IDENTIFIER=KEY`, the key as the lines between BEGIN and END of its PEM. */
const scanningKey = z.string().transform((text, context): [string, Buffer] => {
  const [, identifier = "", key = ""] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  const der = Buffer.from(key, "base64");
  try {
    createPublicKey({ key: der, format: "der", type: "spki" });
  } catch {
    context.addIssue({ code: "custom", message: "must be IDENTIFIER=PUBLIC_KEY, comma-separated" });
  }
  return [identifier, der];
});
const list = (text: string) =>
  text
    .split(",")
    .map((part) => part.trim())
    .filter(Boolean);
const wholeNumber = (from: number, to: number) =>
  z.coerce
    .number("is not a number")
    .int("is not a whole number")
    .min(from, `is below ${from}`)
    .max(to, `is above ${to}`);

const schema = z.object({
  PORT: wholeNumber(0, 65_535).default(3000),
  HOST: z.string().min(1).default("127.0.0.1"),
  DATABASE_URL: z
    .string()
    .regex(/^(sqlite:.+|postgres(ql)?:\/\/.+)$/, "must start with sqlite: or postgres://")
    .default("sqlite:data/bask.db"),
  SECRET_KEY: z.string().optional(),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: "is not an http(s) URL" })
    .transform((url) => url.replace(/\/+$/, ""))
    .optional(),
  SMTP_URL: z
    .string()
    .regex(/^smtps?:\/\/.+$/, "must start with smtp:// or smtps://")
    .refine(URL.canParse, "is not a URL such as smtp://user:password@mail.example.com:587")
    .optional(),
  MAIL_FROM: z
    .string()
    .regex(/^[^\r\n]*[^\s@]+@[^\s@]+$/, "is not an address to send from")
    .default("Bask <no-reply@localhost>"),
  EMAIL_VERIFICATION: z.enum(["auto", "on", "off"], "must be auto, on or off").default("auto"),
  MAIL_TEMPLATES: z.string().refine(existsSync, "is not a folder").optional(),
  REFRESH_GRACE_SECONDS: wholeNumber(0, 60).default(30),
  AUTH_RATE_LIMIT: wholeNumber(1, 1_000_000).default(20),
  PASSWORD_MIN_LENGTH: wholeNumber(8, 64).default(8),
  KEY_ENVIRONMENTS: z
    .string()
    .default("live,test")
    .transform(list)
    .pipe(
      z.array(z.enum(["live", "test"], "must be live, test or both, comma-separated")).min(1, "must name live or test"),
    ),
  UNUSED_KEYS: z.enum(["report", "disable"], "must be report or disable").default("report"),
  CORS_ORIGINS: z.string().default("").transform(list).pipe(z.array(origin)),
  GITHUB_SCANNING_KEYS: z.string().default("").transform(list).pipe(z.array(scanningKey)),
  OIDC_ISSUERS: z
    .string()
    .default("https://token.actions.githubusercontent.com,https://gitlab.com")
    .transform(list)
    .pipe(z.array(z.url({ protocol: /^https?$/, error: "is not a list of http(s) URLs" }))),
  TRUSTED_PROXIES: z.string().default("").transform(list).pipe(z.array(cidr)),
  OPERATOR_EMAILS: z.string().default("").transform(list).pipe(z.array(Email)),
  LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "silent"], "is not a log level").default("info"),
  LOG_FORMAT: z.enum(["pretty", "json"], "must be pretty or json").optional(),
});

/** The names of every variable Bask reads; `.env.example` documents exactly these. */
export const variables = Object.keys(schema.shape);

export type Dialect = "sqlite" | "postgres";

export interface Config {
  port: number;
  host: string;
  databaseUrl: string;
  /** 32-byte secrets, the current one first. */
  secretKeys: readonly Buffer[];
  /** Origin of links, `iss` of tokens; no trailing slash. */
  publicUrl: string;
  /** Where letters are handed over; without it they go to the mailbox. */
  smtpUrl: string | undefined;
  mailFrom: string;
  /** Whether people must prove their address before they join others and make keys, may do so, or are not asked. */
  emailVerification: "required" | "offered" | "off";
  /** The folder of the operator's own texts of letters. */
  mailTemplates: string | undefined;
  /** The folder letters are kept in, and never sent from, when there is no SMTP server. */
  mailbox: string;
  refreshGraceSeconds: number;
  /** Requests a minute that one address may make to the routes where people prove who they are. */
  authRateLimit: number;
  passwordMinLength: number;
  keyEnvironments: readonly ("live" | "test")[];
  /** What happens to keys that were not used for 90 days, beside a letter. */
  unusedKeys: "report" | "disable";
  /** Exact origins of pages that may call from a browser. */
  corsOrigins: readonly string[];
  /** Public keys of GitHub's secret scanning, SPKI in DER, by their identifiers. */
  githubScanningKeys: ReadonlyMap<string, Buffer>;
  /** OpenID Connect issuers whose tokens may be exchanged; no trailing slash. */
  oidcIssuers: readonly string[];
  trustedProxies: readonly string[];
  /** Who shall be operators, as far as they have an account. */
  operatorEmails: readonly string[];
  logLevel: z.infer<typeof schema>["LOG_LEVEL"];
  logFormat: "pretty" | "json";
  /** Password hashes computed at the same time. */
  hashConcurrency: number;
}

/**
 * Parses the environment once.
 * @param ownSecret gives the secret of an installation that configures none
 * @throws ConfigError
 */
export function parseConfig(environment: Environment, ownSecret: () => string): Config {
  const given = withFiles(environment);
  const parsed = schema.safeParse(Object.fromEntries(variables.map((name) => [name, given[name] || undefined])));
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw new ConfigError(`${String(issue.path[0])} ${issue.message}. See .env.example.`);
  }
  const values = parsed.data;
  return {
    port: values.PORT,
    host: values.HOST,
    databaseUrl: values.DATABASE_URL,
    secretKeys: secretKeys(values.SECRET_KEY ?? ownSecret()),
    publicUrl: values.PUBLIC_URL ?? `http://localhost:${values.PORT}`,
    smtpUrl: values.SMTP_URL,
    mailFrom: values.MAIL_FROM,
    emailVerification: emailVerification(values),
    mailTemplates: values.MAIL_TEMPLATES,
    mailbox: "data/mailbox",
    refreshGraceSeconds: values.REFRESH_GRACE_SECONDS,
    authRateLimit: values.AUTH_RATE_LIMIT,
    passwordMinLength: values.PASSWORD_MIN_LENGTH,
    keyEnvironments: values.KEY_ENVIRONMENTS,
    unusedKeys: values.UNUSED_KEYS,
    corsOrigins: values.CORS_ORIGINS,
    githubScanningKeys: new Map(values.GITHUB_SCANNING_KEYS),
    oidcIssuers: values.OIDC_ISSUERS.map((issuer) => issuer.replace(/\/+$/, "")),
    trustedProxies: values.TRUSTED_PROXIES,
    operatorEmails: values.OPERATOR_EMAILS,
    logLevel: values.LOG_LEVEL,
    logFormat: values.LOG_FORMAT ?? (process.stdout.isTTY ? "pretty" : "json"),
    hashConcurrency: Math.max(1, availableParallelism() - 1),
  };
}

/** The dialect of a DATABASE_URL. */
function dialectOf(databaseUrl: string | undefined): Dialect {
  return /^postgres(ql)?:/.test(databaseUrl ?? "") ? "postgres" : "sqlite";
}

/** The process's own environment. */
export const environment: Environment = process.env;

/** One process speaks one dialect: the tables are built in it when they are first imported. */
export const dialect: Dialect = dialectOf(environment.DATABASE_URL || fileOf("DATABASE_URL", environment));

/** What NAME_FILE points at; undefined where there is no such file, which parseConfig will say. */
function fileOf(name: string, given: Environment): string | undefined {
  const file = given[`${name}_FILE`];
  return file && existsSync(file) ? readFileSync(file, "utf8").trim() : undefined;
}

function withFiles(given: Environment): Environment {
  const result = { ...given };
  for (const name of secrets) {
    if (!given[`${name}_FILE`]) continue;
    if (given[name]) throw new ConfigError(`${name} and ${name}_FILE are both set. Keep one.`);
    result[name] = fileOf(name, given);
    if (result[name] === undefined) throw new ConfigError(`${name}_FILE names a file that does not exist.`);
  }
  return result;
}

/** Without an SMTP server nobody could be asked to read a letter. */
function emailVerification({ EMAIL_VERIFICATION: asked, SMTP_URL: smtp }: z.infer<typeof schema>) {
  if (asked === "off") return "off";
  return asked === "on" || smtp ? "required" : "offered";
}

function secretKeys(text: string): Buffer[] {
  const keys = list(text).map((part) => {
    const key = Buffer.from(part, "base64url");
    if (key.length !== 32 || key.toString("base64url") !== part.replace(/=+$/, "")) {
      throw new ConfigError(
        "SECRET_KEY must be 32 random bytes in base64url. Make one: openssl rand -base64 32 | tr '+/' '-_' | tr -d '='",
      );
    }
    if (new Set(key).size < 12)
      throw new ConfigError("SECRET_KEY is not random: it repeats a few bytes. Make a new one.");
    return key;
  });
  if (keys.length === 0) throw new ConfigError("SECRET_KEY is empty.");
  if (new Set(keys.map((key) => key.toString("hex"))).size < keys.length) {
    throw new ConfigError("SECRET_KEY holds the same secret twice. Every one must be different.");
  }
  return keys;
}
