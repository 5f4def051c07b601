import { jsonResponse } from "../http/responses";
import type { PlainRoute } from "../http/route";

export const healthRoutes: readonly PlainRoute[] = [
  /** The process runs. */
  { path: "/health", respond: (_app, headers) => jsonResponse(200, { status: "ok" }, headers) },
  /** The process serves: its database answers, and it is not stopping. */
  {
    path: "/ready",
    async respond(app, headers) {
      const ready = !app.stopping && (await app.db.ping());
      return jsonResponse(ready ? 200 : 503, { status: ready ? "ready" : "not ready" }, headers);
    },
  },
  {
    path: "/.well-known/jwks.json",
    respond(app, headers) {
      headers.set("Cache-Control", "public, max-age=300");
      return jsonResponse(200, app.accessTokens.jwks, headers);
    },
  },
];
