/** What the client uses of its platform, so that its types need neither the DOM library nor those of Node. */

/** As far as it is needed, an `AbortSignal`. */
export interface Signal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

/** As far as it is needed, a `Response`. */
export interface FetchResponse {
  readonly status: number;
  readonly headers: ResponseHeaders;
  text(): Promise<string>;
}

/** A response with all of its body. */
export interface HttpResponse {
  status: number;
  headers: ResponseHeaders;
  text: string;
}

export interface ResponseHeaders {
  get(name: string): string | null;
}

export interface FetchInit {
  method: string;
  headers: Record<string, string>;
  body?: string;
  credentials?: "include";
  // biome-ignore lint/suspicious/noExplicitAny: an AbortSignal, whose type differs between platforms
  signal: any;
}

/** `fetch`, or what stands for it. */
export type Fetch = (url: string, init: FetchInit) => Promise<FetchResponse>;

/** `localStorage`, or anything like it; its methods may be asynchronous. */
export interface KeyValueStorage {
  getItem(key: string): string | null | Promise<string | null>;
  setItem(key: string, value: string): unknown;
  removeItem(key: string): unknown;
}
