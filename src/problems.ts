/**
 * Every refusal the API can utter: its status and its public sentence. The private cause goes to the log only.
 * Messages speak to the person who holds the client and never repeat what was submitted.
 */
const catalog = {
  BAD_REQUEST: [400, "The request could not be read."],
  UNAUTHORIZED: [401, "Sign in, or send an API key."],
  INVALID_CREDENTIALS: [401, "The e-mail address or the password is wrong."],
  TWO_FACTOR_REQUIRED: [401, "Send the code of your authenticator app, or a backup code, as twoFactorCode."],
  INVALID_TWO_FACTOR_CODE: [401, "The two-factor code is wrong or was already used."],
  TOKEN_EXPIRED: [401, "The access token has expired. Refresh it."],
  INVALID_REFRESH_TOKEN: [401, "The refresh token is not valid. Sign in again."],
  INVALID_TOKEN: [401, "The link is not valid: it was used, replaced or has expired. Ask for a new one."],
  INVALID_API_KEY: [401, "The API key is not valid: it is unknown, revoked or expired."],
  FORBIDDEN: [403, "Your role does not permit this."],
  INSUFFICIENT_SCOPE: [403, "The API key lacks the scope this needs."],
  TWO_FACTOR_SETUP_REQUIRED: [403, "Switch two-factor authentication on first."],
  ORGANIZATION_SUSPENDED: [403, "This organization is suspended. Ask the support."],
  EMAIL_NOT_VERIFIED: [403, "Confirm your e-mail address first: open the link in the letter we sent."],
  REAUTHENTICATION_REQUIRED: [403, "Show again who you are: send your password, or sign in again."],
  PLAN_LIMIT_REACHED: [403, "The plan's limit is reached."],
  NOT_FOUND: [404, "There is nothing here, or it is not yours."],
  METHOD_NOT_ALLOWED: [405, "This address does not answer that method. See the Allow header."],
  CONFLICT: [409, "This conflicts with what is already there."],
  PAYLOAD_TOO_LARGE: [413, "The body is larger than 256 KiB."],
  UNSUPPORTED_MEDIA_TYPE: [415, "Send the body as application/json."],
  VALIDATION_ERROR: [422, "Some fields are not valid. See details."],
  RATE_LIMITED: [429, "Too many requests. Wait retryAfter seconds."],
  ACCOUNT_TEMPORARILY_LOCKED: [429, "Too many wrong attempts. Wait retryAfter seconds."],
  INTERNAL_ERROR: [500, "Something went wrong on our side. Quote the requestId to support."],
  UNAVAILABLE: [503, "The service cannot do this at the moment. Try again shortly."],
} as const satisfies Record<string, readonly [number, string]>;

export type ProblemCode = keyof typeof catalog;

export interface Detail {
  /** Where in the input, `address.city` or `scopes.0`; empty for the whole of it. */
  path: string;
  message: string;
}

export interface ProblemOptions {
  /** Replaces the public sentence of the catalogue. */
  message?: string;
  details?: Detail[];
  /** Whole seconds until it is worth trying again; also sent as Retry-After. */
  retryAfter?: number;
  headers?: Record<string, string>;
  /** For the log only. */
  cause?: unknown;
}

/** A refusal with a public sentence. Thrown by rules, turned into the one error shape by `http/`. */
export class Problem extends Error {
  override name = "Problem";
  readonly code: ProblemCode;
  readonly status: number;
  readonly details: Detail[] | undefined;
  readonly retryAfter: number | undefined;
  readonly headers: Record<string, string> | undefined;

  constructor(code: ProblemCode, options: ProblemOptions = {}) {
    const [status, message] = catalog[code];
    super(options.message ?? message, { cause: options.cause });
    this.code = code;
    this.status = status;
    this.details = options.details;
    this.retryAfter = options.retryAfter;
    this.headers = options.headers;
  }
}

/** A well-formed input that breaks a rule, at one place. */
export function invalid(path: string, message: string): Problem {
  return new Problem("VALIDATION_ERROR", { details: [{ path, message }] });
}

/** Status and public sentence of each code, for the documents that list them. */
export const problems: Readonly<Record<ProblemCode, readonly [status: number, message: string]>> = catalog;
