import type { ErrorCode, ErrorReasons } from "./api";
import type { HttpResponse } from "./platform";

/**
 * - `NETWORK_ERROR`: there was no response
 * - `TIMEOUT`: there was none in time
 * - `UNKNOWN`: the response is not one of Bask's, such as the error page of a proxy
 */
export type ClientErrorCode = "NETWORK_ERROR" | "TIMEOUT" | "UNKNOWN";

/** What is wrong with one field of the input. */
export interface ErrorDetail {
  /** Where in the input, `preferences.theme` or `scopes.0`; empty for the whole of it. */
  path: string;
  message: string;
}

interface ErrorFields {
  status: number;
  code: ErrorCode | ClientErrorCode;
  message: string;
  reason?: string | undefined;
  requestId?: string | undefined;
  details?: ErrorDetail[] | undefined;
  retryAfter?: number | undefined;
  challenge?: string | undefined;
  cause?: unknown;
}

/** A call that failed. */
export class BaskError<Code extends ErrorCode | ClientErrorCode = ErrorCode | ClientErrorCode> extends Error {
  /** The HTTP status; 0 without a response. */
  declare readonly status: number;
  declare readonly code: Code;
  /** The cause, where the code has several. */
  declare readonly reason: (Code extends ErrorCode ? ErrorReasons[Code] : never) | undefined;
  /** Name it when you contact support. */
  declare readonly requestId: string | undefined;
  declare readonly details: ErrorDetail[] | undefined;
  /** Seconds until it is worth trying again. */
  declare readonly retryAfter: number | undefined;
  /** With TWO_FACTOR_REQUIRED at a sign-in: what `auth.continueLogin` takes. */
  declare readonly challenge: string | undefined;

  constructor({ message, cause, ...fields }: ErrorFields) {
    super(message, { cause });
    Object.assign(this, fields, { name: "BaskError" });
  }
}

/** What the errors of the client itself say. */
const sentences = {
  NETWORK_ERROR: "The server could not be reached.",
  TIMEOUT: "The server did not respond in time.",
  INVALID_REFRESH_TOKEN: "There is no session. Sign in.",
} as const;

/** An error for which there is no response. */
export const clientError = (code: keyof typeof sentences, cause?: unknown) =>
  new BaskError({ status: code === "INVALID_REFRESH_TOKEN" ? 401 : 0, code, message: sentences[code], cause });

/** Whether something that was thrown is an error of Bask, and one of these codes if any are given. */
export function isBaskError<Code extends ErrorCode | ClientErrorCode = ErrorCode | ClientErrorCode>(
  error: unknown,
  ...codes: Code[]
): error is BaskError<Code> {
  // By name: a page can hold the client twice.
  if (!(error instanceof Error) || error.name !== "BaskError") return false;
  return codes.length === 0 || codes.includes((error as BaskError).code as Code);
}

/** The error in a response. */
export function readError({ status, headers, text }: HttpResponse): BaskError {
  const message = `HTTP ${status}`;
  const seconds = Number(headers.get("retry-after"));
  return new BaskError({
    code: "UNKNOWN",
    message,
    requestId: headers.get("x-request-id") ?? undefined,
    retryAfter: seconds > 0 ? seconds : undefined,
    ...errorOf(text),
    status,
  });
}

function errorOf(text: string): Partial<ErrorFields> | undefined {
  try {
    return (JSON.parse(text) as { error?: Partial<ErrorFields> }).error;
  } catch {
    return undefined;
  }
}
