import { dns } from "bun";
import ipaddr from "ipaddr.js";
import { OutboundRefused } from "./errors";

/** Finds the IP addresses of a host name, in the order of preference. @throws Error when there are none */
export type Resolve = (hostname: string) => Promise<readonly string[]>;

/**
 * As the machine resolves every name, its hosts file included, but by c-ares: the system's own function keeps a thread until a name server answers, and
 * passwords are hashed and tokens verified on the same few threads. Two names of someone whose server is silent would stop both.
 */
export const systemResolve: Resolve = async (hostname) =>
  (await dns.lookup(hostname, { backend: "c-ares" })).map(({ address }) => address);

/** What of a deployment decides where requests may go. */
export interface TargetRules {
  /** Whether an operator opened a network that is not public. Its hosts may be reached by http, and on every port. */
  isOpened(ip: string): boolean;
  resolve: Resolve;
}

/** A place that a request may go to: one IP address that was judged, with the name that its certificate must have. */
export interface Target {
  url: URL;
  hostname: string;
  ip: string;
  port: number;
  isTls: boolean;
}

/**
 * Finds out where a URL leads and refuses what is not a public place, unless an operator chose it. The connection must be made to exactly the address that is returned:
 * a name that is resolved again could lead elsewhere by then (DNS rebinding).
 * @throws OutboundRefused
 */
export async function findTarget(
  text: string,
  { isOpened, resolve }: TargetRules,
  isOperators = false,
): Promise<Target> {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) throw new OutboundRefused("invalid_url");
  if (url.username || url.password) throw new OutboundRefused("credentials_in_url");
  const hostname = url.hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  const isTls = url.protocol === "https:";
  const port = Number(url.port || (isTls ? 443 : 80));
  const ips = ipaddr.isValid(hostname) ? [hostname] : await resolveName(hostname, resolve);
  // Of several addresses all must be good, or which one is used would decide.
  const [ip] = ips;
  if (ip === undefined) throw new OutboundRefused("unknown_host");
  if (isOperators || ips.every(isOpened)) return { url, hostname, ip, port, isTls };
  if (!isTls) throw new OutboundRefused("https_required");
  if (port !== 443) throw new OutboundRefused("port_not_allowed");
  if (!ips.every((address) => isPublic(address) || isOpened(address))) throw new OutboundRefused("private_network");
  return { url, hostname, ip, port, isTls };
}

async function resolveName(hostname: string, resolve: Resolve): Promise<readonly string[]> {
  try {
    return await resolve(hostname);
  } catch (cause) {
    throw new OutboundRefused("unknown_host", { cause });
  }
}

/**
 * Whether an IP address is one of the public Internet. Everything else is refused: private, loopback, link-local (with the metadata
 * services of clouds), shared (RFC 6598), multicast, reserved and documentation networks, and every IPv6 form that carries an IPv4
 * address (mapped, NAT64, 6to4, Teredo, translated).
 */
export const isPublic = (ip: string): boolean => ipaddr.isValid(ip) && ipaddr.parse(ip).range() === "unicast";
