import { Counter, Gauge, type Registry } from "prom-client";
import type { App } from "../app";
import { DatabaseUnavailable } from "../db/database";

/** Values of a metric, each with its labels. */
type Values = readonly [labels: Record<string, string>, value: number][];

/** What a process counted of its own work, read when it is asked for. */
export function registerTallies({ tallies, passwords, liveSessions, principals }: App, registry: Registry) {
  const counter = (name: string, help: string, labels: string[], read: () => Values) =>
    new Counter({
      name,
      help,
      labelNames: labels,
      registers: [registry],
      collect() {
        this.reset();
        for (const [of, value] of read()) this.inc(of, value);
      },
    });
  const gauge = (name: string, help: string, labels: string[], read: () => Values) =>
    new Gauge({
      name,
      help,
      labelNames: labels,
      registers: [registry],
      collect() {
        for (const [of, value] of read()) this.set(of, value);
      },
    });

  counter("bask_sign_ins_total", "Sign-ins: OK, or the code of the error.", ["outcome"], () =>
    tallies.signIns.all().map(([outcome, times]) => [{ outcome }, times]),
  );
  counter("bask_refreshes_total", "Refresh tokens, by what they were worth.", ["verdict"], () =>
    tallies.refreshes.all().map(([verdict, times]) => [{ verdict }, times]),
  );
  counter("bask_key_verifications_total", "API keys verified for other services, by code.", ["outcome"], () =>
    tallies.keyVerifications.all().map(([outcome, times]) => [{ outcome }, times]),
  );

  gauge("bask_password_queue_depth", "Passwords that wait to be hashed.", ["queue"], () => {
    const { signIns, others } = passwords.queue();
    return [
      [{ queue: "sign_ins" }, signIns],
      [{ queue: "others" }, others],
    ];
  });
  counter("bask_password_hashes_total", "Passwords that were hashed or verified.", [], () => [
    [{}, passwords.queue().begun],
  ]);
  counter("bask_password_wait_seconds_total", "Seconds that all of these waited in the queue.", [], () => [
    [{}, passwords.queue().waited / 1000],
  ]);

  counter("bask_cache_lookups_total", "Look-ups in a cache; a miss asks the database.", ["cache", "result"], () =>
    Object.entries({ sessions: liveSessions.lookups, api_keys: principals.lookups }).flatMap(
      ([cache, { hits, misses }]): Values => [
        [{ cache, result: "hit" }, hits],
        [{ cache, result: "miss" }, misses],
      ],
    ),
  );
  counter("bask_database_errors_total", "Times that the database did not serve.", [], () => [
    [{}, DatabaseUnavailable.occurrences],
  ]);

  gauge("bask_housekeeping_lag_seconds", "How long a job beside the requests has been overdue.", ["job"], () =>
    tallies.jobs.all().map(({ job, overdue }) => [{ job }, overdue / 1000]),
  );
  counter("bask_housekeeping_failures_total", "Times that such a job failed.", ["job"], () =>
    tallies.jobs.all().map(({ job, failures }) => [{ job }, failures]),
  );
}
