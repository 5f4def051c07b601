import { createHash, timingSafeEqual } from "node:crypto";
import type { App } from "../app";
import { textResponse } from "../http/responses";
import type { PlainRoute } from "../http/route";
import { type Metrics, openMetrics } from "../metrics/metrics";
import { openRequestTally, type RequestTally } from "../metrics/request-tally";
import { Problem } from "../problems";

interface Measuring {
  tally: RequestTally;
  metrics: Metrics;
}

const measuring = new WeakMap<App, Measuring>();

/** What counts the requests of an app; undefined where METRICS_TOKEN is not set, and nothing is measured. */
export function tallyOf(app: App): RequestTally | undefined {
  if (app.config.metricsToken === undefined) return undefined;
  let found = measuring.get(app);
  if (!found) {
    const tally = openRequestTally();
    found = { tally, metrics: openMetrics(app, tally) };
    measuring.set(app, found);
  }
  return found.tally;
}

export const metricsRoutes: readonly PlainRoute[] = [
  {
    /** For Prometheus, which sends METRICS_TOKEN as a bearer token. @throws Problem NOT_FOUND where it is not set, UNAUTHORIZED */
    path: "/metrics",
    async respond(app, headers, request) {
      const token = app.config.metricsToken;
      if (token === undefined || !tallyOf(app)) throw new Problem("NOT_FOUND");
      if (!isSame(request.headers.get("authorization") ?? "", `Bearer ${token}`)) throw new Problem("UNAUTHORIZED");
      const { metrics } = measuring.get(app)!;
      return textResponse(metrics.contentType.split(";")[0]!, await metrics.render(), headers);
    },
  },
];

const isSame = (given: string, expected: string) => timingSafeEqual(digest(given), digest(expected));
const digest = (text: string) => createHash("sha256").update(text).digest();
