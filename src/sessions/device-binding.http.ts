import type { z } from "zod";
import type { App } from "../app";
import { hostCookieAttributes } from "../http/cookies";
import { route } from "../http/route";
import { refreshCookie } from "./cookie.http";
import { bindToDevice, proveDevice } from "./device-binding";
import { BoundSession } from "./device-binding.contract";
import {
  askingForSignature,
  boundSessionName,
  keepProof,
  pathOf,
  proofCookie,
  proofPath,
  readSignature,
  registrationPath,
} from "./device-headers.http";

/** What browsers send on their own. No page can make them send it, so no origin is asked for. */
export const deviceBindingRoutes = [
  route("POST", registrationPath, {
    operationId: "bindSession",
    access: "anyone",
    needs: "device-signature",
    throttle: "session",
    summary: "Bind a session to the device of its browser",
    description:
      "Browsers that know Device Bound Session Credentials send this after a sign-in in cookie mode, with a new key of the device and a signature in `Secure-Session-Response`. From then on the refresh token works in that browser only. A session is bound once.",
    errors: ["INVALID_CHALLENGE"],
    response: BoundSession,
    async run({ app, actor, request, headers }) {
      const signature = readSignature(request) ?? "";
      keepProof(await bindToDevice(app, actor, { refreshToken: refreshCookie(request), signature }), headers);
      return describeBinding(app);
    },
  }),
  route("POST", proofPath, {
    operationId: "proveDevice",
    access: "anyone",
    needs: "device-signature",
    throttle: "session",
    summary: "Show that a session is used on its device",
    description:
      "Browsers send this on their own before a bound session is refreshed. Without a signature the answer holds what to sign, in `Secure-Session-Challenge`; with one it sets a cookie that counts for five minutes, in the same network.",
    errors: ["INVALID_REFRESH_TOKEN", "DEVICE_SIGNATURE_REQUIRED"],
    response: BoundSession,
    async run({ app, actor, request, headers }) {
      const refreshToken = refreshCookie(request);
      const signature = readSignature(request);
      const proof = await askingForSignature(app, request, refreshToken, headers, () =>
        proveDevice(app, actor, { refreshToken, signature }),
      );
      keepProof(proof, headers);
      return describeBinding(app);
    },
  }),
];

/** The routes that take the refresh token of the cookie, with and without the base path. */
const scope = ["/auth/refresh", "/auth/logout", "/auth/login"];

function describeBinding(app: App): z.input<typeof BoundSession> {
  const { corsOrigins } = app.config;
  const rule = (type: "include" | "exclude", path: string) => ({ type, domain: "*" as const, path });
  const prefix = new URL(app.config.publicUrl).pathname.replace(/\/$/, "");
  const paths = scope.flatMap((path) => [prefix + path, pathOf(app, path)]);
  return {
    session_identifier: boundSessionName(app),
    refresh_url: pathOf(app, proofPath),
    scope: {
      include_site: false,
      scope_specification: [rule("exclude", "/"), ...paths.map((path) => rule("include", path))],
    },
    credentials: [{ type: "cookie", name: proofCookie, attributes: hostCookieAttributes }],
    allowed_refresh_initiators: corsOrigins.map((origin) => new URL(origin).hostname),
  };
}
