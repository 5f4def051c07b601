/** A redirect to this machine (RFC 8252, 7.3): the host as it was written, and what follows the port. */
const loopback = /^http:\/\/(127\.0\.0\.1|\[::1\]|localhost)(?::\d{1,5})?((?:[/?][\x21-\x7e]*)?)$/;
/** A scheme that belongs to an app: the reverse of a domain (RFC 8252, 7.1). */
const privateUse = /^[a-z][a-z\d+-]*(\.[a-z\d+-]+)+:\/[\x21-\x7e]*$/;
/** Visible ASCII without what programs disagree about. */
const plain = /^[\x21\x23-\x3b\x3d\x3f-\x5b\x5d\x5f\x61-\x7a\x7e]+$/;

/** Whether a redirect URI may be registered: https, http on this machine, or a scheme of the app; no fragment, user or backslash. */
export function isRedirectUri(text: string): boolean {
  if (text.length > 1_000 || !plain.test(text) || text.includes("#")) return false;
  if (loopback.test(text)) return URL.canParse(text);
  if (privateUse.test(text)) return true;
  const url = URL.parse(text);
  const authority = /^https:\/\/([^/?]*)/.exec(text)?.[1];
  // A host that is spelled in another way than programs read it could be taken for another one.
  return url !== null && authority !== undefined && !authority.includes("@") && url.host === authority;
}

/**
 * Whether a redirect URI is one that a client has registered: the same text, character for character; to this machine, on any port (RFC 8252, 7.3).
 * Neither is decoded or normalized, so there is nothing to disagree about.
 */
export function isRegistered(asked: string, registered: readonly string[]): boolean {
  if (registered.includes(asked)) return true;
  const local = loopback.exec(asked);
  return (
    local !== null &&
    isRedirectUri(asked) &&
    registered.some((text) => {
      const known = loopback.exec(text);
      return known !== null && known[1] === local[1] && known[2] === local[2];
    })
  );
}

/** Where a redirect leads, as people recognize it: a host, `this device`, or the scheme of an app. */
export function redirectHost(uri: string): string {
  if (loopback.test(uri)) return "this device";
  const url = URL.parse(uri);
  return url?.protocol === "https:" ? url.host : (/^[^:]*/.exec(uri)?.[0] ?? uri);
}

/** A redirect URI with the parameters of an answer, beside its own. */
export function answerAt(uri: string, parameters: Record<string, string | undefined>): string {
  const given = Object.entries(parameters).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  return `${uri}${uri.includes("?") ? "&" : "?"}${new URLSearchParams(given)}`;
}
