import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";

/** Where Chromium is; CHROMIUM names another place. */
const executablePath = [
  process.env.CHROMIUM,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
].find((path) => path !== undefined && existsSync(path));

/** Pages know the API only, so they are tested beside one database: in the run on SQLite, which names none. */
const isForPages = process.env.DATABASE_URL === undefined;

/** Whether tests in a real browser can run here. */
export const hasBrowser = executablePath !== undefined && isForPages;
if (isForPages && !hasBrowser) console.log("SKIP tests in a browser: there is no Chromium. Set CHROMIUM to its path.");

const args = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--no-first-run",
  "--disable-dev-shm-usage",
];
let launched: Promise<Browser> | undefined;

/** The browser of this run; it is launched once. */
const browser = () => (launched ??= chromium.launch({ executablePath: executablePath!, headless: true, args }));

/** A tab with cookies and storage of its own. */
export async function openTab(options: BrowserContextOptions = {}): Promise<Page> {
  const context = await (await browser()).newContext({ locale: "en-US", reducedMotion: "reduce", ...options });
  context.setDefaultTimeout(20_000);
  return context.newPage();
}

/** Ends the browser, if there is one. */
export async function closeBrowser() {
  await (await launched)?.close();
  launched = undefined;
}

const axe = await Bun.file(createRequire(import.meta.url).resolve("axe-core/axe.min.js")).text();

/** What axe-core finds wrong with a page for people who use it with other means (WCAG 2.2 AA and best practices), one line each. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    const { violations } = await axe.run();
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  });
}
