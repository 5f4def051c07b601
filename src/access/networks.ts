import { parseIp, parseNetwork } from "../shapes/ip.contract";

/**
 * A test whether an IP address is in one of these IPs and CIDRs. They are parsed once, because the test runs on every request. What is
 * neither, as an older version may have stored it, contains no IP.
 */
export function openNetworks(networks: readonly string[]): (ip: string) => boolean {
  const parsed = networks.flatMap((text) => {
    const network = parseNetwork(text);
    return network ? [network] : [];
  });
  return (text) => {
    const ip = parseIp(text);
    return ip !== undefined && parsed.some((network) => network[0].kind() === ip.kind() && ip.match(network));
  };
}
