import ipaddr from "ipaddr.js";

/** A test whether an IP address lies in one of these addresses and CIDRs. They are parsed once, because the test runs on every request. */
export function openNetworks(networks: readonly string[]): (ip: string) => boolean {
  const ranges = networks.map(rangeOf);
  return (ip) => {
    if (!ipaddr.isValid(ip)) return false;
    const parsed = ipaddr.process(ip);
    return ranges.some((range) => range[0].kind() === parsed.kind() && parsed.match(range));
  };
}

type Range = [ipaddr.IPv4 | ipaddr.IPv6, number];

/** IPv4-mapped IPv6 becomes IPv4, as it does in the addresses that are compared with it. */
function rangeOf(text: string): Range {
  const [ip, bits] = text.includes("/") ? ipaddr.parseCIDR(text) : single(ipaddr.parse(text));
  const mapped = ip instanceof ipaddr.IPv6 && ip.isIPv4MappedAddress() && bits >= 96;
  return mapped ? [ip.toIPv4Address(), bits - 96] : [ip, bits];
}

const single = (ip: ipaddr.IPv4 | ipaddr.IPv6): Range => [ip, ip.kind() === "ipv4" ? 32 : 128];
