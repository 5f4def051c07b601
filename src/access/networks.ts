import { type Network, parseIp, parseNetwork } from "../shapes/ip.contract";

/**
 * A test whether an IP address is in one of these IPs and CIDRs. They are parsed once, because the test runs on every request. What is
 * neither, as an older version may have stored it, contains no IP.
 */
export function openNetworks(networks: readonly string[]): (ip: string) => boolean {
  const parsed = parseNetworks(networks);
  return (text) => {
    const ip = parseIp(text);
    return ip !== undefined && parsed.some((network) => network[0].kind() === ip.kind() && ip.match(network));
  };
}

/** Whether every IP address of a network is in one of these networks. */
export const isWithinNetworks = (network: string, networks: readonly string[]): boolean =>
  parseNetworks([network]).some((inner) => parseNetworks(networks).some((outer) => contains(outer, inner)));

/** The networks that are in both of two lists: of two networks, one contains the other or they have no IP address in common. */
export function intersectNetworks(first: readonly string[], second: readonly string[]): string[] {
  const inSecond = first.filter((network) => isWithinNetworks(network, second));
  return [...new Set([...inSecond, ...second.filter((network) => isWithinNetworks(network, first))])];
}

const contains = (outer: Network, inner: Network): boolean =>
  outer[0].kind() === inner[0].kind() && inner[1] >= outer[1] && inner[0].match(outer);

const parseNetworks = (networks: readonly string[]): Network[] =>
  networks.flatMap((text) => {
    const network = parseNetwork(text);
    return network ? [network] : [];
  });
