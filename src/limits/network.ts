import ipaddr from "ipaddr.js";

/** The network that one client can choose its address from: the IPv4 address itself, or the /64 of an IPv6 address, which holds 2^64 of them. */
export function networkOf(ip: string): string {
  if (!ip.includes(":") || !ipaddr.IPv6.isValid(ip)) return ip;
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${ip}/64`).toString()}/64`;
}

/** Where a site is on the Internet: the /24 of an IPv4 address, the /48 of an IPv6 one; undefined for what is no address. */
export function siteOf(ip: string): string | undefined {
  if (!ipaddr.isValid(ip)) return undefined;
  const parsed = ipaddr.process(ip);
  return parsed.kind() === "ipv4"
    ? `${ipaddr.IPv4.networkAddressFromCIDR(`${parsed}/24`)}/24`
    : `${ipaddr.IPv6.networkAddressFromCIDR(`${parsed}/48`)}/48`;
}
