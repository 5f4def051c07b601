import { jsonResponse, redirectResponse } from "../http/responses";
import type { PlainRoute } from "../http/route";
import { passkeyOrigins } from "../passkeys/webauthn";

/** What browsers and password managers look for at a site. */
export const wellKnownRoutes: readonly PlainRoute[] = [
  {
    /** Pages of other origins that may use the passkeys of this domain (WebAuthn level 3, 5.11). */
    path: "/.well-known/webauthn",
    respond: (app, headers) => jsonResponse(200, { origins: passkeyOrigins(app) }, headers),
  },
  {
    /** That there are passkeys; a product says here where its users manage them. */
    path: "/.well-known/passkey-endpoints",
    respond: (_app, headers) => jsonResponse(200, {}, headers),
  },
  {
    path: "/.well-known/change-password",
    respond: ({ config }, headers) => redirectResponse(`${config.appUrl}/reset-password`, headers),
  },
];
