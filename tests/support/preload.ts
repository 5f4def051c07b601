import { afterAll, setDefaultTimeout } from "bun:test";
import { buildDashboard } from "../../src/server/dashboard-build";
import { closeBrowser } from "./browser";
import { removeTemplate } from "./databases";
import { withDeclaredAnswers } from "./declared";
import { killProcesses } from "./process";
import { closeEverything } from "./world";

// Bun 1.4 applies this to the first file of a run only, so tests that take seconds bring a timeout of their own.
setDefaultTimeout(180_000);

// A start builds the pages; a server of a test is opened without one.
await buildDashboard();

globalThis.fetch = withDeclaredAnswers(globalThis.fetch);

// What the tests started does not outlive a run that is stopped: without these a signal ends it before it hears of its exit.
process.once("exit", killProcesses);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(1));

afterAll(async () => {
  killProcesses();
  await closeBrowser();
  await closeEverything();
  await removeTemplate();
});
