import { existsSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core";

/** Where Chromium is; CHROMIUM names another place. */
const executablePath = [
  process.env.CHROMIUM,
  "/usr/bin/chromium-headless-shell", // has no windows to draw, which halves the work
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
].find((path) => path !== undefined && existsSync(path));

/** Pages know the API only, so they are tested beside one database: in the run on SQLite, which names none. */
const isForPages = process.env.DATABASE_URL === undefined;

/** Whether tests in a real browser can run here. */
export const hasBrowser = executablePath !== undefined && isForPages;
/** A script that uses the browser says by itself that it is missing. */
const isTest = process.env.NODE_ENV === "test";
if (isTest && isForPages && !hasBrowser)
  console.log("SKIP tests in a browser: there is no Chromium. Set CHROMIUM to its path.");

/** What else Chromium loads in each new window, unseen: the lists below its address bar take as long as a page of the dashboard. */
const unseen = ["WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup"];
/** Chromium heeds the last such list alone, so this one repeats that of Playwright. */
const disabledByPlaywright = [
  "AvoidUnnecessaryBeforeUnloadCheckSync",
  "DestroyProfileOnBrowserClose",
  "HttpsUpgrades",
  "HttpsFirstBalancedModeAutoEnable",
  "LensOverlay",
  "MediaRouter",
  "PaintHolding",
  "ThirdPartyStoragePartitioning",
  "AvoidCorsURLLoaderRestartOnRedirect",
  "OptimizationHints",
  "NetworkTimeServiceQuerying",
  "AimEnabled",
  "PreconnectToSearch",
];
const args = ["--no-sandbox", "--disable-gpu", `--disable-features=${[...disabledByPlaywright, ...unseen]}`];
/** Whether browsers here can be told to trust a certificate. */
const certutil = Bun.which("certutil");

/** Whether tests in a real browser over TLS can run here. */
export const hasTlsBrowser = hasBrowser && certutil !== null;
if (isTest && hasBrowser && !hasTlsBrowser)
  console.log("SKIP tests in a browser over TLS: there is no certutil (libnss3-tools).");

/**
 * A browser of its own with a profile in a folder, as people have one. Its sessions can be bound to this device with keys that it keeps itself.
 * @param ca a certificate in PEM that it trusts
 */
export async function openProfile(home: string, ca: string): Promise<BrowserContext> {
  const trusted = `sql:${join(home, ".pki/nssdb")}`;
  if (!existsSync(join(home, "ca.pem"))) {
    mkdirSync(join(home, ".pki/nssdb"), { recursive: true });
    await Bun.write(join(home, "ca.pem"), ca);
    const authority = ["-A", "-t", "C,,", "-n", "test", "-i", join(home, "ca.pem")];
    for (const args of [["-N", "--empty-password"], authority]) Bun.spawnSync([certutil!, "-d", trusted, ...args]);
  }
  const features = "DeviceBoundSessions,EnableBoundSessionCredentialsSoftwareKeysForManualTesting";
  const context = await chromium.launchPersistentContext(join(home, "profile"), {
    executablePath: executablePath!,
    headless: true,
    args: [...args, `--enable-features=${features}`],
    env: { ...process.env, HOME: home },
  });
  context.setDefaultTimeout(20_000);
  return context;
}

let launched: Promise<Browser> | undefined;

/** The browser of this run; it is launched once. */
const browser = () => (launched ??= chromium.launch({ executablePath: executablePath!, headless: true, args }));

/** A tab with cookies and storage of its own. */
export async function openTab(options: BrowserContextOptions = {}): Promise<Page> {
  const context = await (await browser()).newContext({ locale: "en-US", reducedMotion: "reduce", ...options });
  context.setDefaultTimeout(20_000);
  return context.newPage();
}

/** Closes the tabs of a test file; the next one uses the same browser. */
export async function closeTabs() {
  const contexts = (await launched)?.contexts() ?? [];
  await Promise.all(contexts.map((context) => context.close()));
}

/** Ends the browser, if there is one. */
export async function closeBrowser() {
  await (await launched)?.close();
  launched = undefined;
}

const axe = await Bun.file(createRequire(import.meta.url).resolve("axe-core/axe.min.js")).text();

/** What axe-core finds wrong with a page for people who use it with other means (WCAG 2.2 AA and best practices), one line each. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe);
  return page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    const { violations } = await axe.run();
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  });
}
