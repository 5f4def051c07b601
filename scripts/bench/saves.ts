#!/usr/bin/env bun
import { findPrincipal } from "../../src/access/authenticate";
import type { Principal } from "../../src/access/principals";
/**
 * What it costs to store the use of a thousand keys each second: prints the microseconds of CPU for each key and save as JSON. The clock moves by a
 * second a save, and what is done once a minute is part of it: each figure is the mean of a minute.
 */
import { parseConfig } from "../../src/config/config";
import { environment } from "../../src/config/environment";
import { closeApp, openApp } from "../../src/open-app";
import { testTime } from "../../tests/support/clock";

const keys: string[] = JSON.parse(await Bun.stdin.text());
const time = testTime();
const app = await openApp({ ...parseConfig(environment), logLevel: "error" }, { time });
const principals: Principal[] = [];
for (const key of keys) principals.push((await findPrincipal(app, key))!);

const minutes = 6;
const costs: number[] = [];
for (let minute = 0; minute < minutes; minute++) {
  let spent = 0;
  for (let second = 0; second < 60; second++) {
    const now = app.clock.now();
    for (const [i, { use, limits }] of principals.entries()) {
      app.usage.consume(use, limits, now);
      app.usage.count(use, "ok", now, { ip: "127.0.0.1", userAgent: "bench", requestId: String(i) });
    }
    const before = process.cpuUsage();
    await app.usage.save();
    const { user, system } = process.cpuUsage(before);
    spent += user + system;
    time.pass({ seconds: 1 });
  }
  if (minute > 0) costs.push(spent / 60 / principals.length);
}
console.log(JSON.stringify(costs));
await closeApp(app);
process.exit(0);
