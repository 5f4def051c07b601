import { afterAll, setDefaultTimeout } from "bun:test";
import { removeTemplate } from "./databases";
import { withDeclaredAnswers } from "./declared";
import { killProcesses } from "./process";
import { closeEverything } from "./world";

// Bun 1.4 applies this to the first file of a run only, so tests that take seconds bring a timeout of their own.
setDefaultTimeout(30_000);

globalThis.fetch = withDeclaredAnswers(globalThis.fetch);

afterAll(async () => {
  killProcesses();
  await closeEverything();
  await removeTemplate();
});
