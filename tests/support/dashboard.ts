import type { Page } from "playwright-core";
import { accessibilityFaults, openBlank, openTab, type TabOptions } from "./browser";
import type { Person, World } from "./world";

/** Both themes, and the widths of a desktop and a phone. */
export const looks = [
  { name: "light, 1280 px", colorScheme: "light", viewport: { width: 1280, height: 800 } },
  { name: "dark, 390 px", colorScheme: "dark", viewport: { width: 390, height: 844 } },
] as const satisfies (TabOptions & { name: string })[];

/** A tab of the dashboard. What goes wrong in it is collected: errors in the console, and what the policy stopped. */
export interface DashboardTab {
  page: Page;
  faults: string[];
  /** Opens a path below /dashboard. */
  open(path: string): Promise<void>;
  /** Goes there without loading the page anew, as a link does. */
  go(path: string): Promise<void>;
  /** Signs in without the page for it, also with a second factor. */
  enter(person: Pick<Person, "email" | "password">, twoFactorCode?: string): Promise<void>;
  /** Waits until nothing is loading any more. */
  settled(): Promise<void>;
  /** Holds the page as it is against WCAG, and that nothing is wider than the screen and all buttons of a dialog are on it. */
  check(): Promise<string[]>;
}

export async function openDashboard(world: World, look: Omit<TabOptions, "now"> = looks[0]): Promise<DashboardTab> {
  const page = await openTab({ ...look, now: world.time.now() });
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("console", (message) => {
    // A browser logs each 404, also where the API says by it that there is nothing.
    if (message.type() === "error" && !message.location().url.endsWith("/ownership-transfer"))
      faults.push(message.text());
  });
  const tab: DashboardTab = {
    page,
    faults,
    async open(path) {
      await page.goto(`${world.url}/dashboard${path}`);
    },
    go: (path) => page.evaluate((to) => history.pushState(null, "", to), `/dashboard${path}`),
    async enter({ email, password }, twoFactorCode) {
      // An empty page of the same origin: loading the one for signing in takes half a second of work each time.
      await openBlank(page, world.url);
      await page.context().clearCookies();
      await page.evaluate(
        async (input) => {
          localStorage.clear();
          const headers = { "Content-Type": "application/json" };
          const response = await fetch("/api/v1/auth/login", { method: "POST", headers, body: JSON.stringify(input) });
          if (!response.ok) throw new Error(await response.text());
          localStorage.setItem("bask.session", "yes");
        },
        { email, password, session: "cookie", ...(twoFactorCode !== undefined && { twoFactorCode }) },
      );
    },
    settled: () => page.locator(".skeleton").first().waitFor({ state: "detached" }),
    async check() {
      const { overflow, isCutOff } = await page.evaluate(() => {
        const buttons = document.querySelector("dialog[open] .form-actions")?.getBoundingClientRect();
        return {
          overflow: document.documentElement.scrollWidth - innerWidth,
          isCutOff: buttons !== undefined && buttons.bottom > innerHeight,
        };
      });
      return [
        ...(await accessibilityFaults(page)),
        ...(overflow > 0 ? [`${overflow} px too wide`] : []),
        ...(isCutOff ? ["the buttons of the dialog are cut off"] : []),
        ...faults,
      ];
    },
  };
  return tab;
}
