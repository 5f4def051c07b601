import type { App } from "../app";
import { commonHeaders, jsonAnswer } from "./answers";

const json = (value: unknown, status = 200, headers: Record<string, string> = {}) =>
  jsonAnswer(status, value, { ...commonHeaders, ...headers });

export const healthRoutes = [
  /** The process runs. */
  { path: "/health", answer: () => json({ status: "ok" }) },
  /** The process serves: its database answers, and nobody has asked it to stop. */
  {
    path: "/ready",
    async answer(app: App) {
      const ready = !app.stopping && (await app.db.ping());
      return json({ status: ready ? "ready" : "not ready" }, ready ? 200 : 503);
    },
  },
  {
    path: "/.well-known/jwks.json",
    answer: (app: App) => json(app.accessTokens.jwks, 200, { "Cache-Control": "public, max-age=300" }),
  },
];
