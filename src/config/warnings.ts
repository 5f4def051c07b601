import { isIP } from "node:net";
import type { Config } from "./config";

/** Whether a host, as a URL has it, is this machine itself. */
const isLoopback = (host: string) =>
  /(^|\.)localhost$/i.test(host) || /^\[?::1\]?$/.test(host) || (isIP(host) === 4 && host.startsWith("127."));

/**
 * Whether browsers keep cookies that are Secure, as session cookies are: over https, and over http only of the machine itself.
 * @param host as browsers name it, in a Host header
 */
export function keepsCookies({ publicUrl }: Pick<Config, "publicUrl">, host: string): boolean {
  return publicUrl.startsWith("https:") || isLoopback(URL.parse(`http://${host}`)?.hostname ?? "");
}

/** What works and will surprise people all the same: lines for the log of the start. */
export function warnings({ host, publicUrl }: Pick<Config, "host" | "publicUrl">): string[] {
  if (!keepsCookies({ publicUrl }, new URL(publicUrl).host))
    return [
      "PUBLIC_URL is http: browsers keep session cookies only over https or on localhost. Set an https PUBLIC_URL.",
    ];
  if (!publicUrl.startsWith("https:") && !isLoopback(host))
    return [
      `HOST lets other machines in, but PUBLIC_URL is ${publicUrl}: links in emails and session cookies do not work there. Set PUBLIC_URL to what they call this server.`,
    ];
  return [];
}
