/** The parts of a URL that says where a server is and how to sign in to it, decoded. */
export interface ConnectionUrl {
  /** Lower case, without the colon. */
  scheme: string;
  username: string | undefined;
  password: string | undefined;
  /** A name or an IP address, without brackets; a folder where a Unix socket is meant; empty where none is named. */
  host: string;
  port: number | undefined;
  /** What follows the first slash after the host. */
  path: string;
  /** By lower-case name. A name that is given twice makes the URL invalid. */
  parameters: Map<string, string>;
}

/**
 * Nothing but a complete URL matches, so no part of a password that was not percent-encoded is ever taken for a host, a
 * database or a parameter, and could be shown as one.
 */
const form =
  /^([a-z][a-z0-9+.-]*):\/\/(?:([^/?#]*)@)?(\[[\da-f:.]+\]|[\w.%-]*)(?::(\d{1,5}))?(?:\/([^/?#@]*))?(?:\?([^#@]*))?$/i;

/** Reads a connection URL (RFC 3986). Undefined for every other text; it never throws, because errors repeat their input. */
export function parseConnectionUrl(text: string): ConnectionUrl | undefined {
  const [, scheme, user, host = "", port, path = "", query = ""] = form.exec(text) ?? [];
  if (!scheme || Number(port ?? 1) < 1 || Number(port ?? 1) > 65_535) return undefined;
  const colon = user?.indexOf(":") ?? -1;
  const pairs = [...new URLSearchParams(query)].map(([name, value]) => [name.toLowerCase(), value] as const);
  const parameters = new Map(pairs);
  if (parameters.size < pairs.length) return undefined;
  try {
    return {
      scheme: scheme.toLowerCase(),
      username: user && decodeURIComponent(colon < 0 ? user : user.slice(0, colon)),
      password: user && colon >= 0 ? decodeURIComponent(user.slice(colon + 1)) : undefined,
      host: decodeURIComponent(host.replace(/^\[|\]$/g, "")),
      port: port === undefined ? undefined : Number(port),
      path: decodeURIComponent(path),
      parameters,
    };
  } catch {
    return undefined;
  }
}

/** How people are told to write a password that would end the URL early. */
export const encodingHint = "In the password write / as %2F, ? as %3F, # as %23, @ as %40 and % as %25";
