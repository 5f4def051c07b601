import type { App } from "../app";
import { jsonAnswer, newHeaders } from "./answers";

export const healthRoutes = [
  /** The process runs. */
  { path: "/health", answer: () => jsonAnswer(200, { status: "ok" }, newHeaders()) },
  /** The process serves: its database answers, and nobody has asked it to stop. */
  {
    path: "/ready",
    async answer(app: App) {
      const ready = !app.stopping && (await app.db.ping());
      return jsonAnswer(ready ? 200 : 503, { status: ready ? "ready" : "not ready" }, newHeaders());
    },
  },
  {
    path: "/.well-known/jwks.json",
    answer(app: App) {
      const headers = newHeaders();
      headers.set("Cache-Control", "public, max-age=300");
      return jsonAnswer(200, app.accessTokens.jwks, headers);
    },
  },
];
