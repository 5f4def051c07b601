import { afterAll, setDefaultTimeout } from "bun:test";
import { buildDashboard } from "../../src/server/dashboard-build";
import { closeBrowser } from "./browser";
import { removeTemplate } from "./databases";
import { withDeclaredAnswers } from "./declared";
import { killProcesses } from "./process";
import { closeEverything } from "./world";

// Bun 1.4 applies this to the first file of a run only, so tests that take seconds bring a timeout of their own.
setDefaultTimeout(30_000);

// A start builds the pages; a server of a test is opened without one.
await buildDashboard();

globalThis.fetch = withDeclaredAnswers(globalThis.fetch);

afterAll(async () => {
  killProcesses();
  await closeBrowser();
  await closeEverything();
  await removeTemplate();
});
