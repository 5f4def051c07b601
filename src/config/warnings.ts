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

/** What works and will surprise people all the same, in sentences in which `{url}` is PUBLIC_URL. */
export const warningSentences = {
  cookies_not_kept:
    "PUBLIC_URL is http: browsers keep session cookies only over https or on localhost. Set an https PUBLIC_URL.",
  links_unreachable:
    "HOST lets other machines in, but PUBLIC_URL is {url}: links in emails and session cookies do not work there. Set PUBLIC_URL to what they call this server.",
};

/** Those of the warnings that are about a configuration. */
export function warningsAbout({
  host,
  publicUrl,
}: Pick<Config, "host" | "publicUrl">): (keyof typeof warningSentences)[] {
  if (!keepsCookies({ publicUrl }, new URL(publicUrl).host)) return ["cookies_not_kept"];
  return publicUrl.startsWith("https:") || isLoopback(host) ? [] : ["links_unreachable"];
}

/** The same, as lines for the log of a start. */
export const warnings = (config: Pick<Config, "host" | "publicUrl">): string[] =>
  warningsAbout(config).map((code) => warningSentences[code].replace("{url}", config.publicUrl));
