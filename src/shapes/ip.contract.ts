import ipaddr from "ipaddr.js";

const octet = String.raw`(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)`;
const dotted = String.raw`${octet}(?:\.${octet}){3}`;
const ipv4 = new RegExp(`^${dotted}$`);
/** Only what may be in one, without a zone; which of it makes sense `ipaddr.js` knows. */
const ipv6 = new RegExp(String.raw`^(?=.{2,45}$)(?!::\d+\.)[\da-f:]*:(?:[\da-f]{0,4}|${dotted})$`, "i");
const prefixLength = /^(?:0|[1-9]\d{0,2})$/;

/** An IP or a CIDR, ready to be matched; IPv4 in IPv6 is IPv4. */
export type Network = [ip: ipaddr.IPv4 | ipaddr.IPv6, prefixLength: number];

/** The one spelling of an IP (RFC 5952); IPv4 in IPv6 is IPv4. Undefined for every other text, also for an IP with a zone. */
export function canonicalIp(text: string): string | undefined {
  return ipv4.test(text) ? text : parseIp(text)?.toString();
}

/**
 * The one spelling of an IP or a CIDR, whose host bits are zero; a CIDR of one IP is that IP. Undefined for every other text.
 */
export function canonicalNetwork(text: string): string | undefined {
  const network = parseNetwork(text);
  if (!network) return undefined;
  const [ip, bits] = network;
  if (bits === lengthOf(ip)) return ip.toString();
  const family = ip instanceof ipaddr.IPv4 ? ipaddr.IPv4 : ipaddr.IPv6;
  return `${family.networkAddressFromCIDR(`${ip}/${bits}`)}/${bits}`;
}

/** Undefined for what is neither an IP nor a CIDR. */
export function parseNetwork(text: string): Network | undefined {
  const slash = text.indexOf("/");
  const written = slash < 0 ? text : text.slice(0, slash);
  const ip = parseIp(written);
  if (!ip) return undefined;
  if (slash < 0) return [ip, lengthOf(ip)];
  const bits = text.slice(slash + 1);
  if (!prefixLength.test(bits)) return undefined;
  const inIpv6 = written.includes(":");
  const isMapped = inIpv6 && ip instanceof ipaddr.IPv4;
  // A network that is wider than all of IPv4 in IPv6 is one of IPv6.
  if (isMapped && Number(bits) < 96) return [ipaddr.IPv6.parse(written), Number(bits)];
  const length = isMapped ? Number(bits) - 96 : Number(bits);
  return length <= lengthOf(ip) ? [ip, length] : undefined;
}

export function parseIp(text: string): Network[0] | undefined {
  if (ipv4.test(text)) return ipaddr.IPv4.parse(text);
  return ipv6.test(text) && ipaddr.IPv6.isValid(text) ? ipaddr.process(text) : undefined;
}

const lengthOf = (ip: Network[0]) => (ip instanceof ipaddr.IPv4 ? 32 : 128);
