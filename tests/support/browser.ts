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
  context.setDefaultTimeout(60_000);
  return context;
}

let launched: Promise<Browser> | undefined;

/** The browser of this run; it is launched once. */
const browser = () => (launched ??= chromium.launch({ executablePath: executablePath!, headless: true, args }));

export interface TabOptions extends Pick<BrowserContextOptions, "colorScheme" | "locale" | "viewport"> {
  /** What its clock says, in milliseconds since 1970; without it that of this machine. */
  now?: number;
}

/** What is to be known of a tab before another test gets it. */
interface Tab {
  /** Tabs of one kind can stand for each other. */
  kind: string;
  page: Page;
  /** Where it was. */
  origins: Set<string>;
  isReusable: boolean;
}
let taken: Tab[] = [];
let free: Tab[] = [];

/** A tab with cookies and storage of its own. */
export async function openTab({ now, ...options }: TabOptions = {}): Promise<Page> {
  const { locale = "en-US", colorScheme = "light", viewport = { width: 1280, height: 720 } } = options;
  // Whoever wants the clock of this machine gets no tab that had another one.
  const kind = `${locale} ${now === undefined}`;
  const tab = free.find((tab) => tab.kind === kind) ?? (await newTab(kind, locale));
  free = free.filter((one) => one !== tab);
  taken.push(tab);
  await tab.page.setViewportSize(viewport!);
  await tab.page.emulateMedia({ colorScheme, media: null });
  if (now !== undefined) await tab.page.clock.setSystemTime(now);
  return tab.page;
}

async function newTab(kind: string, locale: string): Promise<Tab> {
  const context = await (await browser()).newContext({ locale, reducedMotion: "reduce" });
  context.setDefaultTimeout(60_000);
  const tab: Tab = { kind, page: await context.newPage(), origins: new Set(), isReusable: true };
  tab.page.on("framenavigated", (frame) => {
    if (frame.url().startsWith("http")) tab.origins.add(new URL(frame.url()).origin);
  });
  return tab;
}

/** Has a tab closed after its test, because something was done to it that cannot be taken back. */
export function closeAfterwards(page: Page) {
  for (const tab of taken) if (tab.page === page) tab.isReusable = false;
}

/** Leads a tab to an empty page of an origin: what it showed before has stopped then, and its storage can be reached. */
export async function openBlank(page: Page, origin: string) {
  const blank = `${origin}/blank`;
  await page.route(blank, (route) =>
    route.fulfill({ contentType: "text/html", body: `<link rel="icon" href="data:,">` }),
  );
  await page.goto(blank);
  await page.unroute(blank);
}

/**
 * Takes back the tabs that a test opened. One that was at a single origin is emptied and given to the next test, which spares a
 * window, a process, and compiling the same scripts once more; any other is closed.
 */
export async function returnTabs() {
  const tabs = taken;
  taken = [];
  await Promise.all(
    tabs.map(async (tab) => {
      if (await empty(tab).catch(() => false)) free.push(tab);
      else await tab.page.context().close();
    }),
  );
}

/** Whether a tab is now as a new one is. */
async function empty({ page, origins, isReusable }: Tab): Promise<boolean> {
  const context = page.context();
  const [origin, ...others] = origins;
  if (!isReusable || page.isClosed() || context.pages().length > 1 || others.length > 0) return false;
  for (const event of ["console", "pageerror", "request"] as const) page.removeAllListeners(event);
  await page.unrouteAll({ behavior: "ignoreErrors" });
  await context.setOffline(false);
  if (origin !== undefined) {
    await openBlank(page, origin);
    await page.evaluate(() => {
      localStorage.clear();
      sessionStorage.clear();
    });
  }
  await context.clearCookies();
  origins.clear();
  return true;
}

/** Closes the tabs of a test file; the next one uses the same browser. */
export async function closeTabs() {
  const contexts = (await launched)?.contexts() ?? [];
  taken = [];
  free = [];
  await Promise.all(contexts.map((context) => context.close()));
}

/** Ends the browser, if there is one. */
export async function closeBrowser() {
  await (await launched)?.close();
  launched = undefined;
  taken = [];
  free = [];
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
