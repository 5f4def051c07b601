import { createHash, timingSafeEqual } from "node:crypto";
import type { App } from "../app";
import { textResponse } from "../http/responses";
import type { PlainRoute } from "../http/route";
import type { Metrics } from "../metrics/metrics";
import { openRequestTally, type RequestTally } from "../metrics/request-tally";
import { Problem } from "../problems";

interface Measuring {
  tally: RequestTally;
  /** Made at the first look: its library is a tenth of what a start loads. */
  metrics?: Promise<Metrics>;
}

const measuring = new WeakMap<App, Measuring>();

/** What counts the requests of an app; undefined where METRICS_TOKEN is not set, and nothing is measured. */
export function tallyOf(app: App): RequestTally | undefined {
  if (app.config.metricsToken === undefined) return undefined;
  let found = measuring.get(app);
  if (!found) {
    found = { tally: openRequestTally() };
    measuring.set(app, found);
  }
  return found.tally;
}

async function metricsOf(app: App): Promise<Metrics> {
  const found = measuring.get(app)!;
  found.metrics ??= import("../metrics/metrics").then(({ openMetrics }) => openMetrics(app, found.tally));
  return found.metrics;
}

export const metricsRoutes: readonly PlainRoute[] = [
  {
    /** For Prometheus, which sends METRICS_TOKEN as a bearer token. @throws Problem NOT_FOUND where it is not set, UNAUTHORIZED */
    path: "/metrics",
    async respond(app, headers, request) {
      const token = app.config.metricsToken;
      if (token === undefined || !tallyOf(app)) throw new Problem("NOT_FOUND");
      if (!isSame(request.headers.get("authorization") ?? "", `Bearer ${token}`)) throw new Problem("UNAUTHORIZED");
      const metrics = await metricsOf(app);
      return textResponse(metrics.contentType.split(";")[0]!, await metrics.render(), headers);
    },
  },
];

const isSame = (given: string, expected: string) => timingSafeEqual(digest(given), digest(expected));
const digest = (text: string) => createHash("sha256").update(text).digest();
