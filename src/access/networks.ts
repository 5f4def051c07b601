import ipaddr from "ipaddr.js";

/** Whether an address lies in one of these addresses and CIDRs; parsed once, for checks on every request. */
export function openNetworks(networks: readonly string[]): (address: string) => boolean {
  const ranges = networks.map((text) =>
    ipaddr.parseCIDR(text.includes("/") ? text : `${text}/${ipaddr.parse(text).kind() === "ipv4" ? 32 : 128}`),
  );
  return (address) => {
    if (!ipaddr.isValid(address)) return false;
    const parsed = ipaddr.process(address);
    return ranges.some((range) => range[0].kind() === parsed.kind() && parsed.match(range));
  };
}
