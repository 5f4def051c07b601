import type { Deprecation } from "./route";

type Writable = { set(name: string, value: string): void };

/** Says where a list goes on (RFC 8288), for clients that follow links. */
export function setNextLink({ request, headers }: { request: Request; headers: Writable }, value: unknown) {
  const nextCursor = (value as { nextCursor?: unknown } | null | undefined)?.nextCursor;
  if (typeof nextCursor !== "string") return;
  const { pathname, searchParams } = new URL(request.url);
  searchParams.set("cursor", nextCursor);
  headers.set("Link", `<${pathname}?${searchParams}>; rel="next"`);
}

/** Says since when a route should not be used (RFC 9745), and when it will be gone (RFC 8594). */
export function setDeprecation(headers: Writable, { since, sunset }: Deprecation) {
  headers.set("Deprecation", `@${Math.floor(Date.parse(since) / 1000)}`);
  if (sunset) headers.set("Sunset", new Date(sunset).toUTCString());
}
