import { expect } from "bun:test";
import { BaskError } from "../../src/sdk/error";

/** The refusal a call ends with; fails when it succeeds. */
export async function refusalOf(call: Promise<unknown>): Promise<BaskError> {
  const outcome = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(outcome).toBeInstanceOf(BaskError);
  return outcome as BaskError;
}

/** Expects a call to be refused with a code. */
export async function expectRefusal(call: Promise<unknown>, code: BaskError["code"]): Promise<BaskError> {
  const refusal = await refusalOf(call);
  expect(refusal.code).toBe(code);
  return refusal;
}

/** Expects a call to be refused for a reason of the catalog. */
export async function expectReason(call: Promise<unknown>, reason: string): Promise<BaskError> {
  const refusal = await refusalOf(call);
  expect(refusal.reason as string | undefined).toBe(reason);
  return refusal;
}

/** Starts the same call many times at once; how many succeeded, and the codes of the others. */
export async function storm<T>(times: number, call: (i: number) => Promise<T>) {
  const outcomes = await Promise.allSettled(Array.from({ length: times }, (_, i) => call(i)));
  const won = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
  const lost = outcomes.flatMap((outcome) =>
    outcome.status === "rejected" ? [(outcome.reason as BaskError).code] : [],
  );
  return { won, lost };
}
