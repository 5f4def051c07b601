import ipaddr from "ipaddr.js";
import { lruMap } from "../cache/lru";

/** The network that one client can choose its address from: the IPv4 address itself, or the /64 of an IPv6 address, which holds 2^64 of them. */
export function networkOf(ip: string): string {
  if (!ip.includes(":") || !ipaddr.IPv6.isValid(ip)) return ip;
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${ip}/64`).toString()}/64`;
}

/** Where a site is on the Internet: the /24 of an IPv4 address, the /48 of an IPv6 one; undefined for what is no address. */
export function siteOf(ip: string): string | undefined {
  let site = sites.get(ip);
  if (site === undefined) {
    site = findSite(ip);
    sites.set(ip, site);
  }
  return site || undefined;
}

/** Asked again and again for the same IP addresses. */
const sites = lruMap<string>(10_000);

/** Empty for what is no address. */
function findSite(ip: string): string {
  if (!ipaddr.isValid(ip)) return "";
  const parsed = ipaddr.process(ip);
  return parsed.kind() === "ipv4"
    ? `${ipaddr.IPv4.networkAddressFromCIDR(`${parsed}/24`)}/24`
    : `${ipaddr.IPv6.networkAddressFromCIDR(`${parsed}/48`)}/48`;
}
