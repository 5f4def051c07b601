import { randomUUID } from "node:crypto";
import type { Origin } from "../access/actor";
import { openNetworks } from "../access/networks";
import { forwardedFor, ipWithoutZone } from "./forwarded";

const saneRequestId = /^[\w.:-]{1,128}$/;

/** The id a caller gave the request if it is fit for a log line, else a new one. */
export function requestIdOf(headers: Headers): string {
  const given = headers.get("x-request-id");
  return given !== null && saneRequestId.test(given) ? given : randomUUID();
}

/**
 * Finds the IP a request came from, believing what was forwarded only as far as trusted proxies wrote it. Where the nearest of
 * them noted no usable IP, the request counts as its own.
 * @param peerOf the IP of the other end of a request's connection
 */
export function openOrigins(trustedProxies: readonly string[], peerOf: (request: Request) => string) {
  const isTrusted = openNetworks(trustedProxies);

  function clientIp(peer: string, headers: Headers): string {
    let ip = ipWithoutZone(peer);
    if (ip === undefined) return "unknown";
    if (trustedProxies.length === 0) return ip;
    const hops = forwardedFor(headers);
    while (isTrusted(ip)) {
      const hop = hops.pop();
      if (hop === undefined) break;
      ip = hop;
    }
    return ip;
  }

  /** A class, because its getters are made once and not for each request. */
  return class RequestOrigin implements Origin {
    #ip: string | undefined;

    constructor(
      readonly requestId: string,
      private readonly request: Request,
    ) {}

    /** Computed at the first read, once: most requests of users never read it. */
    get ip() {
      this.#ip ??= clientIp(peerOf(this.request), this.request.headers);
      return this.#ip;
    }

    /** Looks now; for requests that change something, because the client may hang up meanwhile. */
    look() {
      void this.ip;
    }

    get userAgent() {
      return this.request.headers.get("user-agent")?.slice(0, 256) ?? null;
    }
  };
}
