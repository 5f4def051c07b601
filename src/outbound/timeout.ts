import { OutboundFailed } from "./errors";

/** What work resolves to, unless a signal aborts first. @throws OutboundFailed */
export function orTimeout<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return Promise.race([
    work,
    new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(new OutboundFailed("timeout")))),
  ]);
}
