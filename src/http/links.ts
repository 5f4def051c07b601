import type { Deprecation } from "./route";

type Writable = { set(name: string, value: string): void };

/** Says where a list goes on (RFC 8288), for clients that follow links. */
export function setNextLink(
  { request, headers }: { request: Request; headers: Writable },
  value: unknown,
  deprecated?: Deprecation,
) {
  const nextCursor = (value as { nextCursor?: unknown } | null | undefined)?.nextCursor;
  if (typeof nextCursor !== "string") return;
  const { pathname, searchParams } = new URL(request.url);
  searchParams.set("cursor", nextCursor);
  const next = `<${pathname}?${searchParams}>; rel="next"`;
  headers.set("Link", deprecated?.link ? `${next}, ${aboutDeprecation(deprecated.link)}` : next);
}

/** Says since when a route should not be used (RFC 9745), when it will be gone (RFC 8594), and where more about it stands. */
export function setDeprecation(headers: Writable, { since, sunset, link }: Deprecation) {
  headers.set("Deprecation", `@${Math.floor(Date.parse(since) / 1000)}`);
  if (sunset) headers.set("Sunset", new Date(sunset).toUTCString());
  if (link) headers.set("Link", aboutDeprecation(link));
}

const aboutDeprecation = (link: string) => `<${link}>; rel="deprecation"; type="text/html"`;

/** What documents say of a route that is going away. */
export const deprecationText = ({ since, sunset, successor, link }: Deprecation): string =>
  [
    `Deprecated since ${since.slice(0, 10)}${sunset ? `, gone on ${sunset.slice(0, 10)}` : ""}.`,
    successor && `Use \`${successor}\`.`,
    link && `See ${link}.`,
  ]
    .filter(Boolean)
    .join(" ");
