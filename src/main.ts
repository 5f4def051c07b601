#!/usr/bin/env bun
import { parseConfig } from "./config/config";
import { environment } from "./config/environment";
import { startProblem } from "./start-problem";

if (process.argv.length > 2) {
  console.error("Usage: bun start. What can be configured is in .env.example.");
  process.exit(2);
}

try {
  const config = parseConfig(environment);
  const { serve } = await import("./serve");
  await serve(config);
} catch (error) {
  const problem = startProblem(error);
  console.error(problem === undefined ? error : `Bask cannot start. ${problem}`);
  process.exit(1);
}
