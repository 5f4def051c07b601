import { createPublicKey, verify } from "node:crypto";
import type { Visitor } from "../access/actor";
import type { App } from "../app";
import { Problem } from "../problems";
import { revokeLeaked } from "./leaks";

/** A report of GitHub's secret scanning, as it was signed. */
export interface ScanningReport {
  keyIdentifier: string | null;
  signature: string | null;
  body: Uint8Array;
}

/**
 * Lets a report of GitHub's secret scanning pass that is signed (ECDSA P-256, SHA-256) with one of the configured keys.
 * @throws Problem NOT_FOUND where none is configured, UNAUTHORIZED for another signature
 */
export function checkReport(app: App, { keyIdentifier, signature, body }: ScanningReport) {
  const keys = app.config.githubScanningKeys;
  if (keys.size === 0) throw new Problem("NOT_FOUND");
  const der = keys.get(keyIdentifier ?? "");
  const key = der && createPublicKey({ key: der, format: "der", type: "spki" });
  if (!key || !verify("sha256", body, key, Buffer.from(signature ?? "", "base64"))) {
    throw new Problem("UNAUTHORIZED", { reason: "invalid_signature" });
  }
}

/** Revokes every key and workload token of a report; what is not a key of Bask is skipped. */
export async function revokeReported(app: App, visitor: Visitor, found: { token: string; url?: string | undefined }[]) {
  for (const { token, url } of found) {
    await revokeLeaked(app, visitor, token, url ?? "GitHub").catch((error) => {
      if (!(error instanceof Problem)) throw error;
    });
  }
}
