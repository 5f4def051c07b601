import type { Quota, Quotas, RateLimitResult } from "../limits/windows";

/** On every response: only its caller may keep it, browsers take it for what it says it is, and no page frames it. */
const always = {
  "Cache-Control": "no-store",
  "X-Content-Type-Options": "nosniff",
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
  "Referrer-Policy": "no-referrer",
};

/** What differs between responses of a kind. */
export interface Varying {
  readonly requestId: string;
  /** What is left of the caller's quotas, where the request was counted. */
  readonly limit: RateLimitResult | undefined;
  /** The caller's own quotas ... */
  readonly quotas: Quotas;
  /** ... and the seconds until the window of `limit` ends. */
  readonly seconds: number;
}

/**
 * The headers of one kind of response. A Response copies the headers it is given in the moment it is made, so all responses of a kind are
 * given the same ones, which costs a third of making them anew. What differs from response to response is set each time, before the
 * response is made; what only one of them has is set on the response itself.
 */
export class Template {
  private readonly plain: Headers;
  private readonly limited: Headers;
  /* What `limited` holds of the headers that often stay the same from one response to the next. */
  private quota: Quota | undefined = undefined;
  private quotas: Quotas | undefined = undefined;
  private reset = 0;

  constructor(constant: Record<string, string>) {
    this.plain = new Headers(constant);
    this.limited = new Headers(constant);
  }

  /** Good until the next call: the caller makes its response at once. */
  headersFor({ requestId, limit, quotas, seconds }: Varying): Headers {
    const headers = limit ? this.limited : this.plain;
    headers.set("X-Request-Id", requestId);
    if (limit) this.setLimit(limit, quotas, seconds);
    return headers;
  }

  /**
   * draft-ietf-httpapi-ratelimit-headers. Of a quota that the caller shares with others the response tells only when it is the one that is left
   * least of.
   */
  private setLimit({ quota, remaining, reset }: RateLimitResult, quotas: Quotas, seconds: number) {
    const { limited } = this;
    if (this.quota !== quota || this.quotas !== quotas) {
      limited.set("X-RateLimit-Limit", String(quota.limit));
      limited.set("RateLimit-Policy", policyOf(quotas.includes(quota) ? quotas : [...quotas, quota]));
      this.quota = quota;
      this.quotas = quotas;
    }
    if (this.reset !== reset) {
      limited.set("X-RateLimit-Reset", String(reset));
      this.reset = reset;
    }
    const left = String(remaining);
    limited.set("X-RateLimit-Remaining", left);
    limited.set("RateLimit", `"${quota.name}";r=${left};t=${seconds}`);
  }
}

/** `"minute";q=100;w=60, "hour";q=2000;w=3600` */
const policyOf = (quotas: Quotas): string =>
  quotas.map(({ name, limit, seconds }) => `"${name}";q=${limit};w=${seconds}`).join(", ");

/** The kinds of response of one server. */
export interface Templates {
  readonly json: Template;
  readonly other: Template;
}

/** @param common headers that all responses of a server have beside those that every response has */
export function openTemplates(common: Record<string, string> = {}): Templates {
  return {
    json: new Template({ ...always, ...common, "Content-Type": "application/json; charset=utf-8" }),
    other: new Template({ ...always, ...common }),
  };
}
