#!/usr/bin/env bun
/**
 * Writes every screen of the dashboard as a picture, at the widths of a desktop and a phone and in both themes: `bun run dashboard:shots [FOLDER]`.
 * In another language (`--language de`), those without dialogs.
 * It needs Chromium, and looks at an installation of its own that is gone afterwards.
 */
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { buildDashboard } from "../src/server/dashboard-build";
import { closeBrowser, hasBrowser } from "../tests/support/browser";
import { type DashboardTab, openDashboard } from "../tests/support/dashboard";
import { closeEverything } from "../tests/support/world";
import { parseArguments } from "./arguments";
import { openExample } from "./shots/example";

const { positionals, values } = parseArguments("bun run dashboard:shots [FOLDER] [--only PART] [--language TAG]", {
  options: { only: { type: "string" }, language: { type: "string" } },
  maxWords: 1,
});
const locale = values.language === undefined ? "en-US" : String(values.language);
const folder = resolve(positionals[0] ?? "dist/shots");
if (!hasBrowser) {
  console.error("There is no Chromium. Set CHROMIUM to its path.");
  process.exit(1);
}

const looks = [
  { name: "1280-light", colorScheme: "light", viewport: { width: 1280, height: 800 } },
  { name: "1280-dark", colorScheme: "dark", viewport: { width: 1280, height: 800 } },
  { name: "390-light", colorScheme: "light", viewport: { width: 390, height: 844 } },
  { name: "390-dark", colorScheme: "dark", viewport: { width: 390, height: 844 } },
] as const;

await buildDashboard();
const example = await openExample();
mkdirSync(folder, { recursive: true });
const isWanted = (name: string) => values.only === undefined || name.includes(String(values.only));

for (const look of looks) {
  const tab = await openDashboard(example.world, { ...look, locale });
  await shoot(tab, look.name, example.signedOut);
  await tab.enter(example.owner);
  await shoot(tab, look.name, example.ofOwner);
  await example.enterOperator(tab);
  await shoot(tab, look.name, example.ofOperator);
  await tab.page.context().close();
}
await closeBrowser();
await closeEverything();
console.log(`The screens are in ${folder}.`);
process.exit(0);

async function shoot(
  tab: DashboardTab,
  look: string,
  screens: Record<string, string | { path: string; act(tab: DashboardTab): Promise<void> }>,
) {
  for (const [name, screen] of Object.entries(screens)) {
    // Dialogs are opened by the English names of their buttons.
    if (!isWanted(name) || (typeof screen !== "string" && !locale.startsWith("en"))) continue;
    await tab.open(typeof screen === "string" ? screen : screen.path);
    await tab.page.waitForLoadState("networkidle");
    await tab.settled();
    if (typeof screen !== "string") await screen.act(tab);
    await picture(tab.page, join(folder, `${name}-${look}.png`));
  }
}

/** The whole page: as high as it is, because what sticks to the window is not painted beyond it. */
async function picture(page: DashboardTab["page"], path: string) {
  const before = page.viewportSize()!;
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ ...before, height: Math.max(before.height, height) });
  await page.screenshot({ path });
  await page.setViewportSize(before);
}
