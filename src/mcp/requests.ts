import type { App } from "../app";
import { parseJson, readBytes } from "../http/body";
import { flawsOf } from "../http/flaws";
import type { NewHeaders } from "../http/responses";
import { basePath, type Route } from "../http/route";
import { Problem } from "../problems";
import type { ToolRequest } from "./tools";

/** What is read of a message's request by the requests that are made for it. */
const carriedHeaders = ["authorization", "x-api-key", "user-agent", "traceparent"];

/** A request to a route that is made for a message, with its credential. */
export function requestFor(
  carrier: Request,
  { requestId }: NewHeaders,
  { method }: Route,
  { target, headers, body }: Omit<ToolRequest, "params">,
): Request {
  const carried = carriedHeaders.flatMap((name) => {
    const value = carrier.headers.get(name);
    return value === null ? [] : [[name, value] as const];
  });
  return new Request(new URL(basePath + target, "http://localhost"), {
    method,
    headers: {
      ...Object.fromEntries(carried),
      "x-request-id": requestId,
      "content-type": "application/json",
      ...headers,
    },
    ...(method !== "GET" && { body: JSON.stringify(body ?? {}) }),
  });
}

/**
 * Browsers say which page a request comes from. A page that made its own name lead to this server (DNS rebinding) is not among those that may call.
 * @throws Problem FORBIDDEN
 */
export function requireAllowedOrigin({ config: { publicUrl, appUrl, corsOrigins } }: App, headers: Headers) {
  const origin = headers.get("origin");
  if (origin === null) return;
  const allowed = [new URL(publicUrl).origin, new URL(appUrl).origin, ...corsOrigins];
  if (!allowed.includes(origin)) throw new Problem("FORBIDDEN", { reason: "origin_not_allowed" });
}

/** The JSON of a message; undefined for what is none, or is nested deeper than any message. @throws Problem PAYLOAD_TOO_LARGE, BAD_REQUEST */
export async function readMessage(request: Request, maxBytes: number): Promise<unknown> {
  const bytes = await readBytes(request, maxBytes);
  try {
    const message = parseJson(bytes);
    return flawsOf(message).some(({ fatal }) => fatal) ? undefined : message;
  } catch {
    return undefined;
  }
}

/** The name of the tool that a message calls. */
export function calledTool(message: unknown): string | undefined {
  const { method, params } = (message ?? {}) as { method?: unknown; params?: { name?: unknown } | null };
  const name = method === "tools/call" ? params?.name : undefined;
  return typeof name === "string" ? name : undefined;
}
