import { version } from "../../package.json";
import { dashboardPath, pageUrl, usesOwnPages } from "../config/pages";
import { jsonResponse, redirectResponse, textResponse } from "../http/responses";
import { basePath, type PlainRoute } from "../http/route";
import { passkeyOrigins } from "../passkeys/webauthn";
import { Problem } from "../problems";

/** In milliseconds; a security.txt must say that it is looked at within one. */
const year = 360 * 86_400_000;

/** What browsers and password managers look for at a site. */
export const wellKnownRoutes: readonly PlainRoute[] = [
  {
    /** Pages of other origins that may use the passkeys of this domain (WebAuthn level 3, 5.11). */
    path: "/.well-known/webauthn",
    respond: (app, headers) => jsonResponse(200, { origins: passkeyOrigins(app) }, headers),
  },
  {
    /** Where users add and manage their passkeys; a product with pages of its own says only that there are passkeys. */
    path: "/.well-known/passkey-endpoints",
    respond({ config }, headers) {
      const page = `${config.publicUrl}${dashboardPath}/account/security`;
      return jsonResponse(200, usesOwnPages(config) ? { enroll: page, manage: page } : {}, headers);
    },
  },
  {
    /** Where this API is described (RFC 9727). */
    path: "/.well-known/api-catalog",
    respond({ config: { publicUrl } }, headers) {
      const described = {
        anchor: `${publicUrl}${basePath}`,
        "service-desc": [{ href: `${publicUrl}/openapi.json`, type: "application/json" }],
        "service-doc": [{ href: `${publicUrl}/docs`, type: "text/html" }],
        status: [{ href: `${publicUrl}/ready` }],
      };
      return textResponse("application/linkset+json", `${JSON.stringify({ linkset: [described] })}\n`, headers);
    },
  },
  {
    /** Whom to tell of a vulnerability (RFC 9116); only where the operator says whom. */
    path: "/.well-known/security.txt",
    respond({ config: { publicUrl, securityContact }, clock }, headers) {
      if (securityContact === undefined) throw new Problem("NOT_FOUND");
      const expires = new Date(clock.now() + year).toISOString();
      const lines = [`Contact: ${securityContact}`, `Expires: ${expires}`, "Preferred-Languages: en"];
      return textResponse(
        "text/plain",
        [...lines, `Canonical: ${publicUrl}/.well-known/security.txt`, ""].join("\n"),
        headers,
      );
    },
  },
  {
    /** People are led to the documentation; programs hear what there is. */
    path: "/",
    respond({ config: { appName, publicUrl } }, headers, request) {
      if (request.headers.get("accept")?.includes("text/html")) return redirectResponse(`${publicUrl}/docs`, headers);
      const links = { api: basePath, docs: "/docs", openapi: "/openapi.json", health: "/health", ready: "/ready" };
      return jsonResponse(200, { name: appName, version, links }, headers);
    },
  },
  {
    path: "/.well-known/change-password",
    respond({ config }, headers) {
      const path = usesOwnPages(config) ? `${dashboardPath}/account/security` : "/reset-password";
      return redirectResponse(pageUrl(config, path), headers);
    },
  },
];
