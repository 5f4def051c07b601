import type { App } from "../app";
import { warnings } from "../config/warnings";
import { type Finding, failure, fine, warning } from "./finding";

/** Milliseconds that PUBLIC_URL may take for each response. */
const timeout = 5_000;
/** Seconds by which the clock of this machine may differ from that of the server behind PUBLIC_URL. */
const maxDifference = 5;

/** Asks the server the way clients do: through proxies, TLS and names. */
export async function checkPublicUrl({ config, accessTokens }: App, now: () => number): Promise<Finding[]> {
  const { publicUrl } = config;
  const findings = warnings(config).map((sentence) =>
    warning("public-url", sentence, "Links in emails and session cookies depend on it.", "Set PUBLIC_URL"),
  );
  const sentAt = now();
  const health = await get(`${publicUrl}/health`);
  if (typeof health === "string") {
    const why = "If the server runs, clients cannot reach it under its own URL.";
    return [
      ...findings,
      warning("public-url", `${publicUrl} does not answer: ${health}.`, why, `curl -i ${publicUrl}/health`),
    ];
  }
  const middle = (sentAt + now()) / 2;
  const shown = Date.parse(health.headers.get("date") ?? "");
  const difference = Number.isNaN(shown) ? 0 : Math.round((shown - middle) / 1000);
  if (Math.abs(difference) > maxDifference) {
    const what = `The clock of this machine and that of ${publicUrl} differ by ${Math.abs(difference)} seconds.`;
    findings.push(failure("clock", what, "Tokens, codes and limits go by time.", "timedatectl set-ntp true"));
  }
  if (!health.ok) {
    const why = "Something else is at this URL, or a proxy does not reach the server.";
    findings.push(
      failure("public-url", `${publicUrl}/health is ${health.status}.`, why, `curl -i ${publicUrl}/health`),
    );
    return findings;
  }
  return [...findings, await checkKeys(publicUrl, accessTokens.jwks)];
}

async function checkKeys(publicUrl: string, jwks: { keys: readonly { kid?: string }[] }): Promise<Finding> {
  const url = `${publicUrl}/.well-known/jwks.json`;
  const fix = `curl -i ${url}`;
  const response = await get(url);
  const why = "Other services verify access tokens with the keys that they find there.";
  if (typeof response === "string" || !response.ok) return failure("well-knowns", `${url} cannot be read.`, why, fix);
  const served = (await response.json().catch(() => ({}))) as { keys?: { kid?: string }[] };
  const kids = served.keys?.map(({ kid }) => kid) ?? [];
  return jwks.keys.some(({ kid }) => kids.includes(kid))
    ? fine("public-url", `${publicUrl} answers, with the keys of this installation.`)
    : failure("well-knowns", `${url} has the keys of another installation.`, why, "Correct PUBLIC_URL or SECRET_KEY");
}

/** A response, or why there was none. Redirects are not followed: PUBLIC_URL must be the server itself. */
async function get(url: string): Promise<Response | string> {
  try {
    return await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(timeout) });
  } catch (error) {
    return (error as Error).message.split(/[.?](?: |$)/)[0]!;
  }
}
