import ipaddr from "ipaddr.js";

/** What one party can come from: an IPv4 address, or the /64 of an IPv6 one, of which everybody has 2^64. */
export function networkOf(address: string): string {
  if (!address.includes(":") || !ipaddr.IPv6.isValid(address)) return address;
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${address}/64`).toString()}/64`;
}
