#!/usr/bin/env bun
import { environment } from "./config/environment";
import { startProblem } from "./start-problem";

const args = process.argv.slice(2);

if (args.length > 0) {
  const { runCli } = await import("./cli/cli");
  process.exit(await runCli(args));
}

try {
  const { parseConfig } = await import("./config/config");
  const config = parseConfig(environment);
  const { serve } = await import("./serve");
  await serve(config);
} catch (error) {
  const problem = startProblem(error);
  console.error(problem === undefined ? error : `Bask cannot start. ${problem}`);
  process.exit(1);
}
