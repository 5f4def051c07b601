import type { Actor, Origin, Visitor } from "../access/actor";
import type { App } from "../app";
import type { NewHeaders } from "../http/responses";
import type { Route } from "../http/route";
import { parseTraceparent } from "../shapes/traceparent";
import type { KeyUse } from "../usage/counts";
import { userAgentOf } from "./origin";

/** A request while it is handled: what is known of it, where it came from, and what its handler is given. One object, for each costs. */
export class Call implements Origin {
  /** The caller, once known. */
  actor: Actor | Visitor | undefined = undefined;
  body: unknown = undefined;
  query: unknown = undefined;
  /** The counters of the API key, if the call was admitted by one. */
  use: KeyUse | undefined = undefined;
  private foundIp: string | undefined = undefined;

  constructor(
    /** Refuses to write for a caller who may only read. */
    public app: App,
    readonly route: Route,
    readonly request: Request,
    readonly params: Record<string, string>,
    readonly requestId: string,
    /** Of the response. */
    readonly headers: NewHeaders,
    /** Milliseconds since 1970. */
    readonly startedAt: number,
    private readonly clientIp: (request: Request) => string,
    /** The request of an agent that this call is part of. */
    readonly agentRequest: Request | undefined,
  ) {}

  /** Found at the first read, once: most requests of users never read it. A client that hangs up takes it along. */
  get ip(): string {
    this.foundIp ??= this.clientIp(this.agentRequest ?? this.request);
    return this.foundIp;
  }

  get userAgent(): string | null {
    return userAgentOf(this.request);
  }

  get traceparent(): string | null {
    return parseTraceparent(this.request.headers.get("traceparent"))?.traceparent ?? null;
  }
}
