import { randomUUID } from "node:crypto";
import { openNetworks } from "../access/networks";
import { detached } from "./detached";
import { forwardedFor, ipWithoutZone } from "./forwarded";

const saneRequestId = /^[\w.:-]{1,128}$/;

/** The id a caller gave the request if it is fit for a log line, else a new one. */
export function requestIdOf(headers: Headers): string {
  const given = headers.get("x-request-id");
  return given !== null && saneRequestId.test(given) ? given : randomUUID();
}

/** Characters that are kept of a user agent. */
const maxUserAgent = 256;

/** What sent a request, as it says, or null. */
export function userAgentOf({ headers }: Request): string | null {
  const userAgent = headers.get("user-agent");
  return userAgent !== null && userAgent.length > maxUserAgent ? detached(userAgent.slice(0, maxUserAgent)) : userAgent;
}

/** Whether a person sent the request from a shell: it comes from curl, which was not told what to accept. */
export const isTyped = (headers: Headers): boolean =>
  headers.get("user-agent")?.startsWith("curl/") === true && headers.get("accept") === "*/*";

/**
 * Finds the IP a request came from, believing what was forwarded only as far as trusted proxies wrote it. Where the nearest of
 * them noted no usable IP, the request counts as its own.
 * @param peerOf the IP of the other end of a request's connection
 */
export function openClientIps(trustedProxies: readonly string[], peerOf: (request: Request) => string) {
  const isTrusted = openNetworks(trustedProxies);
  return (request: Request): string => {
    let ip = ipWithoutZone(peerOf(request));
    if (ip === undefined) return "unknown";
    if (trustedProxies.length === 0) return ip;
    const hops = forwardedFor(request.headers);
    while (isTrusted(ip)) {
      const hop = hops.pop();
      if (hop === undefined) break;
      ip = hop;
    }
    return detached(ip);
  };
}
