import { canonicalIp } from "../shapes/ip.contract";

/**
 * The IPs that proxies noted on a request's way, the nearest last: of X-Forwarded-For, or of Forwarded (RFC 7239) where there is
 * no other. Undefined stands for an entry without a usable IP, such as `unknown` or `_hidden`.
 */
export function forwardedFor(headers: Headers): (string | undefined)[] {
  const list = headers.get("x-forwarded-for")?.trim();
  if (list) return entries(list).map(ipOf);
  return entries(headers.get("forwarded") ?? "").map((element) => ipOf(nodeOf(element)));
}

/**
 * A comma always parts, also inside of quotes: a client that opens a quote and never closes it must not swallow what the proxy
 * behind it appends. No IP has a comma, and an empty entry means nothing (RFC 9110, 5.6.1).
 */
const entries = (list: string) => list.split(",").filter((entry) => entry.trim() !== "");

const nodeOf = (element: string) =>
  element
    .split(";")
    .map((pair) => /^\s*for=(.*)$/i.exec(pair)?.[1])
    .find((value) => value !== undefined) ?? "";

/** An IP as proxies write it: bare, with a port, in brackets, in quotes. */
function ipOf(text: string): string | undefined {
  const plain = text.trim().replace(/^"(.*)"$/, "$1");
  const [, inBrackets, beforePort] = /^\[([^\]]*)\](?::\d+)?$|^([\d.]+):\d+$/.exec(plain) ?? [];
  return ipWithoutZone(inBrackets ?? beforePort ?? plain);
}

/** An IP of a connection or a header; the zone of an IPv6 one has a meaning only on the machine that wrote it. */
export function ipWithoutZone(text: string): string | undefined {
  const zone = text.includes(":") ? text.indexOf("%") : -1;
  return canonicalIp(zone < 0 ? text : text.slice(0, zone));
}
