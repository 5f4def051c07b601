import { isIPv6 } from "node:net";
import { Problem } from "../problems";

/** Almost every Host. */
const plainHost = /^[\w.-]+(?::\d{1,5})?$/;
/** A registered name, IPv4 or bracketed IPv6, and a port. Two Host headers arrive as one with a comma. */
const host = /^(?:(?:[\w.~!$&'()*+;=-]|%[\da-f]{2})+|\[([\da-f:.]+)\])(?::\d{1,5})?$/i;

/** What is wrong with a Host header that is malformed or was sent twice (RFC 9112, 3.2): a proxy could take it for another one. */
export function hostProblem(headers: Headers): Problem | undefined {
  const given = headers.get("host");
  if (given === null || plainHost.test(given)) return undefined;
  const match = host.exec(given);
  if (match && (match[1] === undefined || isIPv6(match[1]))) return undefined;
  return new Problem("BAD_REQUEST", { reason: "invalid_host" });
}

/** @throws Problem BAD_REQUEST for what `hostProblem` finds */
export function requireHost(headers: Headers) {
  const problem = hostProblem(headers);
  if (problem) throw problem;
}
