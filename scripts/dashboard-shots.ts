#!/usr/bin/env bun
/**
 * Writes every screen of the dashboard as a picture, at the widths of a desktop and a phone and in both themes: `bun run dashboard:shots [FOLDER]`.
 * In another language with `--language de`.
 * It needs Chromium, and looks at an installation of its own that is gone afterwards.
 */
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { german } from "../src/dashboard/text/de";
import { english } from "../src/dashboard/text/en";
import { buildDashboard } from "../src/server/dashboard-build";
import { closeBrowser, hasBrowser } from "../tests/support/browser";
import { type DashboardTab, openDashboard } from "../tests/support/dashboard";
import { closeEverything } from "../tests/support/world";
import { parseArguments } from "./arguments";
import { openExample } from "./shots/example";
import { type Screens, screensOf } from "./shots/screens";

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
const screens = screensOf(example, locale.startsWith("de") ? german : english);
mkdirSync(folder, { recursive: true });
const isWanted = (name: string) => values.only === undefined || name.includes(String(values.only));

for (const look of looks) {
  const tab = await openDashboard(example.world, { ...look, locale });
  await shoot(tab, look.name, screens.signedOut);
  await tab.enter(example.owner);
  await shoot(tab, look.name, screens.ofOwner);
  await example.enterOperator(tab);
  await shoot(tab, look.name, screens.ofOperator);
  await tab.page.context().close();
}
await closeBrowser();
await closeEverything();
example.close();
console.log(`The screens are in ${folder}.`);
process.exit(0);

async function shoot(tab: DashboardTab, look: string, screens: Screens) {
  for (const [name, screen] of Object.entries(screens)) {
    if (!isWanted(name)) continue;
    await tab.open(typeof screen === "string" ? screen : screen.path);
    await tab.page.waitForLoadState("networkidle");
    await tab.settled();
    if (typeof screen !== "string") await screen.act(tab);
    await picture(tab.page, join(folder, `${name}-${look}.png`));
  }
}

/** The whole page: as high as it is, because what sticks to the window is not painted beyond it. A dialog is taken as the screen shows it. */
async function picture(page: DashboardTab["page"], path: string) {
  if ((await page.getByRole("dialog").count()) > 0) return page.screenshot({ path });
  const before = page.viewportSize()!;
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ ...before, height: Math.max(before.height, height) });
  const bytes = await page.screenshot({ path });
  await page.setViewportSize(before);
  return bytes;
}
