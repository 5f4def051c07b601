import { isIP } from "node:net";
import type { Config } from "./config";

/** Whether a host, as a URL has it, is this machine itself; browsers keep Secure cookies of such a host over plain http. */
export const isLoopback = (host: string): boolean =>
  /(^|\.)localhost$/i.test(host) || host === "[::1]" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));

/** What works but will surprise people, one line each, for the log of the start. */
export function warnings({ host, publicUrl }: Pick<Config, "host" | "publicUrl">): string[] {
  const url = new URL(publicUrl);
  if (url.protocol === "https:") return [];
  if (!isLoopback(url.hostname))
    return ['PUBLIC_URL is http: browsers keep the cookie of "session": "cookie" only over https or on localhost'];
  if (!isLoopback(host))
    return [
      `PUBLIC_URL is ${publicUrl}, but HOST lets other machines in: set PUBLIC_URL to what they call this server, or links in emails and session cookies do not work for them`,
    ];
  return [];
}
