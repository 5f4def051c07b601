import type { App } from "../app";
import { DatabaseUnavailable } from "../db/database";
import { jsonResponse } from "../http/responses";
import type { PlainRoute } from "../http/route";
import { publicKeys } from "../secrets/public-keys";

export const healthRoutes: readonly PlainRoute[] = [
  /** The process runs. */
  { path: "/health", respond: (_app, headers) => jsonResponse(200, { status: "ok" }, headers) },
  /** The process serves: it is not stopping, it goes by the time of the database, it hears of changes in time, and its database can be written. */
  {
    path: "/ready",
    async respond(app, headers) {
      const ready = !app.stopping && app.clockCheck.isFit() && (await hearsOfChanges(app)) && (await app.db.ping());
      return jsonResponse(ready ? 200 : 503, { status: ready ? "ready" : "not ready" }, headers);
    },
  },
  {
    path: "/.well-known/jwks.json",
    async respond(app, headers) {
      headers.set("Cache-Control", "public, max-age=300");
      return jsonResponse(200, await publicKeys(app), headers);
    },
  },
];

async function hearsOfChanges({ feed, db }: App): Promise<boolean> {
  try {
    await feed.fresh();
    return true;
  } catch (error) {
    if (db.explain(error) instanceof DatabaseUnavailable) return false;
    throw error;
  }
}
