import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { Gauge, type Metric, Registry } from "prom-client";
import { version } from "../../package.json";
import type { App } from "../app";
import { backupsIn } from "../backup/schedule";
import { outboxState } from "../mail/outbox.sql";
import { webhookState } from "../webhooks/webhooks.sql";
import { bounds, type RequestTally } from "./request-tally";
import { registerTallies } from "./tallied";

/** Renders what a process measured, in the text format of Prometheus. Names follow OpenTelemetry's semantic conventions where it has one. */
export interface Metrics {
  readonly contentType: string;
  render(): Promise<string>;
}

/** @param requests what the pipeline counts */
export function openMetrics(app: App, requests: RequestTally): Metrics {
  const registry = new Registry();
  registry.registerMetric(requestDurations(requests) as unknown as Metric);
  const gauge = (name: string, help: string, read: () => number | Promise<number>) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        this.set(await read());
      },
    });
  new Gauge({
    name: "bask_build_info",
    help: "The version of the program; always 1.",
    labelNames: ["version", "bun"],
    registers: [registry],
  }).set({ version, bun: Bun.version }, 1);
  const startedAt = app.clock.now() / 1000 - process.uptime();
  gauge("process_start_time_seconds", "When the process started, in seconds since 1970.", () => startedAt);
  gauge("process_resident_memory_bytes", "Memory that the process holds.", () => process.memoryUsage.rss());
  gauge("process_cpu_seconds_total", "Seconds of CPU that the process has used.", () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  });
  gauge("bask_event_loop_lag_seconds", "How late the event loop is, the longest since the last look.", openLag(app));
  gauge("bask_database_up", "Whether the database answers and can be written.", async () =>
    Number(await app.db.ping()),
  );

  let outbox = { waiting: 0, failed: 0, oldestDueAt: null as Date | null };
  gauge("bask_emails_waiting", "Emails that are not sent yet.", async () => {
    outbox = await outboxState(app.db.reader);
    return outbox.waiting;
  });
  gauge("bask_emails_failed", "Emails that were given up.", () => outbox.failed);
  gauge("bask_emails_overdue_seconds", "How long the first of the emails that wait has been due.", () =>
    secondsSince(app, outbox.oldestDueAt),
  );
  let webhooks = { waiting: 0, oldestDueAt: null as Date | null };
  gauge("bask_webhooks_waiting", "Webhooks that events wait for.", async () => {
    webhooks = await webhookState(app.db.reader);
    return webhooks.waiting;
  });
  gauge("bask_webhooks_overdue_seconds", "How long the first of the events that wait has been due.", () =>
    secondsSince(app, webhooks.oldestDueAt),
  );
  if (app.config.backups) {
    const { folder } = app.config.backups;
    gauge("bask_backup_age_seconds", "Age of the latest backup in BACKUP_DIR; -1 where there is none.", () => {
      const latest = existsSync(folder) ? backupsIn(folder).at(-1) : undefined;
      return latest === undefined ? -1 : Math.max(0, (app.clock.now() - statSync(join(folder, latest)).mtimeMs) / 1000);
    });
  }
  registerTallies(app, registry);
  return { contentType: registry.contentType, render: () => registry.metrics() };
}

const secondsSince = ({ clock }: App, time: Date | null) =>
  time === null ? 0 : Math.max(0, (clock.now() - time.getTime()) / 1000);

/** Milliseconds between two looks at whether the event loop is late. */
const lookInterval = 500;

function openLag({ clock }: App): () => number {
  let last = clock.now();
  let longest = 0;
  setInterval(() => {
    const now = clock.now();
    longest = Math.max(longest, now - last - lookInterval);
    last = now;
  }, lookInterval).unref();
  return () => {
    const shown = longest / 1000;
    longest = 0;
    return shown;
  };
}

/** A histogram in the form that prom-client renders, made when it is asked for: requests only count. */
function requestDurations(requests: RequestTally) {
  const name = "http_server_request_duration_seconds";
  const help = "Duration of HTTP requests, by route and status.";
  return {
    name,
    help,
    type: "histogram",
    reset() {},
    async get() {
      const values = requests.all().flatMap(({ route, status, counts, sum }) => {
        const labels = {
          http_request_method: route.method,
          http_route: route.path,
          http_response_status_code: String(status),
        };
        let count = 0;
        const buckets = counts.map((inBucket, i) => {
          count += inBucket;
          return { metricName: `${name}_bucket`, labels: { ...labels, le: bounds[i] ?? "+Inf" }, value: count };
        });
        return [
          ...buckets,
          { metricName: `${name}_sum`, labels, value: sum },
          { metricName: `${name}_count`, labels, value: count },
        ];
      });
      return { name, help, type: "histogram", values, aggregator: "sum" };
    },
  };
}
