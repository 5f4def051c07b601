import type { ResponseHeaders, Signal } from "./platform";

/** A page of a list. */
export interface List<T> {
  data: T[];
  /** Where the next page begins; null at the end. */
  nextCursor: string | null;
}

/** Options of one call. */
export interface RequestOptions {
  /** Ends the call; it throws the signal's reason. */
  signal?: Signal | undefined;
  /** Milliseconds for the whole call, retries included. */
  timeout?: number | undefined;
  /** How often a request that failed for a reason that passes is sent again. */
  retries?: number | undefined;
  /** For calls that create something. Without it every call makes one of its own, for its retries. */
  idempotencyKey?: string | undefined;
  headers?: Record<string, string> | undefined;
}

/** The limit that is closest to its end. */
export interface RateLimit {
  limit: number;
  remaining: number;
  /** When the window ends. */
  reset: Date;
}

/** What a call returned, with what its response said besides. */
export interface WithResponse<T> {
  data: T;
  status: number;
  headers: ResponseHeaders;
  /** Name it when you contact support. */
  requestId: string | undefined;
  /** Of calls that are counted for an API key or a network. */
  rateLimit: RateLimit | undefined;
}

export interface ApiPromise<T> extends Promise<T> {
  /** Waits for the same call, and gives its response's headers too. */
  withResponse(): Promise<WithResponse<T>>;
}

/** The first page; or, in `for await`, the entries of all pages, which are fetched as they are needed. */
export interface ListPromise<T> extends ApiPromise<List<T>>, AsyncIterable<T> {}

/** @param next fetches the page of a list at a cursor */
export function apiPromise<T>(
  answer: Promise<WithResponse<T>>,
  next: (cursor: string) => Promise<WithResponse<T>>,
): ApiPromise<T> & AsyncIterable<unknown> {
  const data = answer.then((response) => response.data);
  return Object.assign(data, {
    withResponse() {
      // What failed is told once, by the promise that is returned.
      data.catch(() => {});
      return answer;
    },
    async *[Symbol.asyncIterator]() {
      let page = (await data) as List<unknown>;
      while (true) {
        yield* page.data;
        if (page.nextCursor === null) return;
        page = (await next(page.nextCursor)).data as List<unknown>;
      }
    },
  });
}
