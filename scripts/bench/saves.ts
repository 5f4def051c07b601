#!/usr/bin/env bun
import { findPrincipal } from "../../src/access/authenticate";
import type { Principal } from "../../src/access/principals";
/** What it costs to store the use of a thousand keys, over and over: prints the microseconds of CPU for each key and save as JSON. */
import { parseConfig } from "../../src/config/config";
import { environment } from "../../src/config/environment";
import { closeApp, openApp } from "../../src/open-app";

const keys: string[] = JSON.parse(await Bun.stdin.text());
const app = await openApp({ ...parseConfig(environment), logLevel: "error" });
const principals: Principal[] = [];
for (const key of keys) principals.push((await findPrincipal(app, key))!);

const warmUp = 100;
const costs: number[] = [];
for (let save = 0; save < 3 * warmUp; save++) {
  const now = app.clock.now();
  for (const [i, { use, limits }] of principals.entries()) {
    app.usage.consume(use, limits, now);
    app.usage.count(use, "ok", now, { ip: "127.0.0.1", userAgent: "bench", requestId: String(i) });
  }
  const before = process.cpuUsage();
  await app.usage.save();
  const { user, system } = process.cpuUsage(before);
  if (save >= warmUp) costs.push((user + system) / principals.length);
}
console.log(JSON.stringify(costs));
await closeApp(app);
process.exit(0);
