import type { WebhookEvent } from "../api";
import { type Clock, systemClock } from "../clock";
import { decode, toBytes } from "./base64";

export interface WebhookOptions {
  /** The secret of the webhook, `whsec_...`; several while it is rotated. */
  secret: string | readonly string[];
  /** Seconds that a delivery may be old or ahead; five minutes by default. */
  tolerance?: number | undefined;
  clock?: Clock | undefined;
}

/** Headers as frameworks have them. */
type Headers = { get(name: string): string | null } | Readonly<Record<string, string | readonly string[] | undefined>>;

/** A delivery that is not from Bask, or too old to be accepted. */
export class WebhookVerificationError extends Error {
  override name = "WebhookVerificationError";
}

/**
 * Verifies a delivery (Standard Webhooks 1.0), and returns its event. An event may come more than once: keep its `id`.
 * @param body as it came, before it is parsed
 * @throws WebhookVerificationError
 */
export async function verifyWebhook(
  body: string | Uint8Array,
  headers: Headers,
  { secret, tolerance = 300, clock = systemClock }: WebhookOptions,
): Promise<WebhookEvent> {
  const [id, timestamp, signatures] = ["webhook-id", "webhook-timestamp", "webhook-signature"].map((name) =>
    headerOf(headers, name),
  );
  if (!id || !timestamp || !signatures) throw new WebhookVerificationError("A header of the delivery is missing.");
  const seconds = Number(timestamp);
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(clock.now() / 1_000 - seconds) > tolerance)
    throw new WebhookVerificationError("The delivery is too old, or from the future.");

  const text = typeof body === "string" ? body : new TextDecoder().decode(body);
  const secrets = typeof secret === "string" ? [secret] : secret;
  const signed = toBytes(`${id}.${timestamp}.${text}`);
  for (const one of secrets) {
    const key = decode(one.replace(/^whsec_/, "").replace(/=+$/, ""));
    if (!key) throw new TypeError("The secret of a webhook is base64, after whsec_.");
    if (await isSigned(key, signed, signatures)) return JSON.parse(text) as WebhookEvent;
  }
  throw new WebhookVerificationError("The signature of the delivery is not valid.");
}

/** Compared by WebCrypto, in constant time. */
async function isSigned(secret: Uint8Array<ArrayBuffer>, signed: Uint8Array<ArrayBuffer>, signatures: string) {
  const key = await crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);
  for (const entry of signatures.split(" ").slice(0, 20)) {
    const [version, signature = ""] = entry.split(",");
    const bytes = version === "v1" ? decode(signature.replace(/=+$/, "")) : undefined;
    if (bytes && (await crypto.subtle.verify("HMAC", key, bytes, signed))) return true;
  }
  return false;
}

function headerOf(headers: Headers, name: string): string | undefined {
  if (typeof headers.get === "function")
    return (headers as { get(name: string): string | null }).get(name) ?? undefined;
  const entries = Object.entries(headers as Readonly<Record<string, string | readonly string[] | undefined>>);
  const value = entries.find(([key]) => key.toLowerCase() === name)?.[1];
  return typeof value === "string" ? value : value?.[0];
}
