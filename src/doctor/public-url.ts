import type { App } from "../app";
import { warnings } from "../config/warnings";
import { type Finding, failure, fine, warning } from "./finding";

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
  const findings = warnings(config).map((sentence) =>
    warning("public-url", sentence, "Links in emails and session cookies depend on it.", "Set PUBLIC_URL"),
  );
  const sentAt = now();
  const health = await get(`${publicUrl}/health`, milliseconds);
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
  return [...findings, await checkKeys(publicUrl, accessTokens.jwks, milliseconds)];
}

async function checkKeys(
  publicUrl: string,
  jwks: { keys: readonly { kid?: string }[] },
  milliseconds: number,
): Promise<Finding> {
  const url = `${publicUrl}/.well-known/jwks.json`;
  const fix = `curl -i ${url}`;
  const response = await get(url, milliseconds);
  const why = "Other services verify access tokens with the keys that they find there.";
  const problem = typeof response === "string" ? response : response.ok ? undefined : `it is ${response.status}`;
  if (problem !== undefined) return failure("well-knowns", `${url} cannot be read: ${problem}.`, why, fix);
  const kids = keyIdsIn((response as Answer).body);
  return jwks.keys.some(({ kid }) => kids.includes(kid))
    ? fine("public-url", `${publicUrl} answers, with the keys of this installation.`)
    : failure("well-knowns", `${url} has the keys of another installation.`, why, "Correct PUBLIC_URL or SECRET_KEY");
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
