import type { App } from "../app";
import { warningsAbout } from "../config/warnings";
import { type Finding, finding } from "./findings";

/** Milliseconds that PUBLIC_URL may take for each response, to its end ... */
const timeout = 5_000;
/** ... and bytes that are read of one. */
const maxBytes = 64 * 1024;
/** Seconds by which the clock of this machine may differ from that of the server behind PUBLIC_URL. */
const maxDifference = 5;

/**
 * Asks the server the way clients do: through proxies, TLS and names.
 * @param milliseconds that each response may take, to its end
 */
export async function checkPublicUrl(
  { config, accessTokens }: App,
  now: () => number,
  milliseconds = timeout,
): Promise<Finding[]> {
  const { publicUrl } = config;
  const findings = warningsAbout(config).map((code) => finding(code, { url: publicUrl }));
  const sentAt = now();
  const health = await get(`${publicUrl}/health`, milliseconds);
  if (typeof health === "string") {
    return [...findings, finding("url_silent", { url: publicUrl, reason: health })];
  }
  const middle = (sentAt + now()) / 2;
  const shown = Date.parse(health.headers.get("date") ?? "");
  const difference = Number.isNaN(shown) ? 0 : Math.round((shown - middle) / 1000);
  if (Math.abs(difference) > maxDifference) {
    findings.push(finding("clock_other_than_url", { url: publicUrl, seconds: Math.abs(difference) }));
  }
  if (!health.ok) {
    return [...findings, finding("url_unhealthy", { url: publicUrl, status: health.status })];
  }
  return [...findings, await checkKeys(publicUrl, accessTokens.jwks, milliseconds)];
}

async function checkKeys(
  publicUrl: string,
  jwks: { keys: readonly { kid?: string }[] },
  milliseconds: number,
): Promise<Finding> {
  const url = `${publicUrl}/.well-known/jwks.json`;
  const response = await get(url, milliseconds);
  const reason = typeof response === "string" ? response : response.ok ? undefined : `it is ${response.status}`;
  if (reason !== undefined) return finding("keys_unreadable", { url, reason });
  const kids = keyIdsIn((response as Answer).body);
  return jwks.keys.some(({ kid }) => kids.includes(kid))
    ? finding("url_answers", { url: publicUrl })
    : finding("keys_other", { url });
}

function keyIdsIn(body: string): (string | undefined)[] {
  try {
    const { keys } = JSON.parse(body) as { keys: { kid?: string }[] };
    return keys.map(({ kid }) => kid);
  } catch {
    return [];
  }
}

type Answer = Pick<Response, "ok" | "status" | "headers"> & { body: string };

/** A whole response, or why there was none. Redirects are not followed: PUBLIC_URL must be the server itself. */
async function get(url: string, milliseconds: number): Promise<Answer | string> {
  try {
    const response = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(milliseconds) });
    const { ok, status, headers } = response;
    return { ok, status, headers, body: await readBody(response) };
  } catch (error) {
    return (error as Error).message.split(/[.?](?: |$)/)[0]!;
  }
}

/** Something else may be behind a wrong URL: a body is read no further than ours are long. */
async function readBody({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > maxBytes) throw new Error(`it sends more than ${maxBytes / 1024} KiB`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
