/** A place in a trace, as `traceparent` of W3C Trace Context has it. */
export interface Trace {
  traceId: string;
  /** In the one version there is, which later ones are to be understood as. */
  traceparent: string;
}

const zeros = /^0+$/;

/** What a `traceparent` says; undefined for one that is missing or is none (W3C Trace Context, section 3.2). */
export function parseTraceparent(header: string | null): Trace | undefined {
  const match = /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(-|$)/.exec(header ?? "");
  if (!match) return undefined;
  const [, version, traceId, parentId, flags, rest] = match as unknown as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  if (version === "ff" || (version === "00" && rest !== "") || zeros.test(traceId) || zeros.test(parentId))
    return undefined;
  return { traceId, traceparent: `00-${traceId}-${parentId}-${flags}` };
}
