import type { Detail, ProblemCode } from "../problems";

/** A refusal of the server. */
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
  ) {
    super(message);
  }
}

/** The error an answer holds; whatever else a proxy may have put there becomes UNKNOWN. */
export async function readError(response: Response): Promise<BaskError> {
  const body = (await response.json().catch(() => undefined)) as { error?: Partial<BaskError> } | undefined;
  const { code = "UNKNOWN", message = `HTTP ${response.status}`, requestId, details, retryAfter } = body?.error ?? {};
  return new BaskError(response.status, code, message, requestId, details, retryAfter);
}
