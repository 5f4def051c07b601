import type { App } from "../src/app";
import { type Config, parseConfig } from "../src/config/config";
import { environment } from "../src/config/environment";
import { closeApp, openApp, openExistingApp } from "../src/open-app";
import { startProblem } from "../src/start-problem";

/**
 * Does the work of a script in the installation that is configured here, which must exist, and ends the process with the exit code
 * the work returns. When it cannot be opened, the exit code is 1, and one line says what to do.
 */
export const inInstallation = (work: (app: App) => Promise<number>) => run(openExistingApp, work);

/** As `inInstallation`, but creates the installation, or migrates it, as the server does when it starts. */
export const inNewInstallation = (work: (app: App) => Promise<number>) => run(openApp, work);

async function run(open: (config: Config) => Promise<App>, work: (app: App) => Promise<number>): Promise<never> {
  try {
    process.exit(await withApp(open, work));
  } catch (error) {
    console.error(startProblem(error) ?? error);
    process.exit(1);
  }
}

async function withApp(open: (config: Config) => Promise<App>, work: (app: App) => Promise<number>): Promise<number> {
  const app = await open(parseConfig(environment));
  try {
    return await work(app);
  } finally {
    await closeApp(app);
  }
}
