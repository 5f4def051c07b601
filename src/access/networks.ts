import ipaddr from "ipaddr.js";

/** Whether an address lies in one of these addresses and CIDRs; parsed once, for checks on every request. */
export function openNetworks(networks: readonly string[]): (address: string) => boolean {
  const ranges = networks.map(rangeOf);
  return (address) => {
    if (!ipaddr.isValid(address)) return false;
    const parsed = ipaddr.process(address);
    return ranges.some((range) => range[0].kind() === parsed.kind() && parsed.match(range));
  };
}

type Range = [ipaddr.IPv4 | ipaddr.IPv6, number];

/** IPv4 in IPv6 is IPv4, as it is in the addresses that are compared with it. */
function rangeOf(text: string): Range {
  const [address, bits] = text.includes("/") ? ipaddr.parseCIDR(text) : single(ipaddr.parse(text));
  const mapped = address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() && bits >= 96;
  return mapped ? [address.toIPv4Address(), bits - 96] : [address, bits];
}

const single = (address: ipaddr.IPv4 | ipaddr.IPv6): Range => [address, address.kind() === "ipv4" ? 32 : 128];
