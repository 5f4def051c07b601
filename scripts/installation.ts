import { type App, closeApp, openApp } from "../src/app";
import { parseConfig } from "../src/config/config";
import { environment } from "../src/config/environment";
import { startProblem } from "../src/start-problem";

/**
 * Opens the installation that is configured here, does the work of a script and ends the process with the exit code the work
 * returns; with 1 and one line that says what to do when the installation cannot be opened.
 */
export async function inInstallation(work: (app: App) => Promise<number>): Promise<never> {
  try {
    process.exit(await withApp(work));
  } catch (error) {
    console.error(startProblem(error) ?? error);
    process.exit(1);
  }
}

async function withApp(work: (app: App) => Promise<number>): Promise<number> {
  const app = await openApp(parseConfig(environment));
  try {
    return await work(app);
  } finally {
    await closeApp(app);
  }
}
