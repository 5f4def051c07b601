import type { App } from "../app";
import { fieldMessages } from "../field-messages.contract";
import { OutboundFailed, OutboundRefused } from "../outbound/errors";
import { invalid } from "../problems";

/** Requires a URL that may be requested. @throws Problem VALIDATION_ERROR, which says why not */
export async function requireAllowedUrl(app: App, url: string) {
  try {
    await app.outbound.requireAllowed(url);
  } catch (error) {
    if (error instanceof OutboundRefused) throw invalid("url", fieldMessages.refusedUrl[error.reason]);
    if (error instanceof OutboundFailed) throw invalid("url", fieldMessages.refusedUrl.unknown_host);
    throw error;
  }
}
