import type { Detail, ProblemCode } from "../problems";

/** An error response of the server. */
export class BaskError extends Error {
  override name = "BaskError";

  constructor(
    readonly status: number,
    readonly code: ProblemCode | "UNKNOWN",
    message: string,
    readonly requestId: string | undefined,
    readonly details: Detail[] | undefined,
    /** Seconds. */
    readonly retryAfter: number | undefined,
    /** The cause, where the code has several. */
    readonly reason?: string,
    /** With TWO_FACTOR_REQUIRED at a sign-in: what `auth.continueLogin` takes. */
    readonly challenge?: string,
  ) {
    super(message);
  }
}

/** The error in a response; what is not ours, such as a proxy's page, becomes UNKNOWN. */
export async function readError(response: Response): Promise<BaskError> {
  const body = (await response.json().catch(() => undefined)) as { error?: Partial<BaskError> } | undefined;
  const { code = "UNKNOWN", message = `HTTP ${response.status}`, ...rest } = body?.error ?? {};
  return new BaskError(
    response.status,
    code,
    message,
    rest.requestId,
    rest.details,
    rest.retryAfter,
    rest.reason,
    rest.challenge,
  );
}
