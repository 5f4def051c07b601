import { Problem } from "../problems";

/** A registered name, IPv4 or bracketed IPv6, and a port. Two Host headers arrive as one with a comma. */
const host = /^(?:[\w.~!$&'()*+;=%-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i;

/**
 * Refuses a request whose Host header is malformed or was sent twice (RFC 9112, 3.2): a proxy in front could take it for another one's.
 * @throws Problem BAD_REQUEST
 */
export function requireHost(headers: Headers) {
  const given = headers.get("host");
  if (given !== null && !host.test(given)) throw new Problem("BAD_REQUEST", { reason: "invalid_host" });
}
