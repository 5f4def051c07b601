#!/usr/bin/env bun
/**
 * Measures the dashboard in Chromium as a person waits for it: `bun run dashboard:speed [--keys 1000]`. How long until the page of API keys
 * is painted and its rows are there, once its files are cached; the longest task of the page while all keys are scrolled through, and how many rows it
 * holds then; a search; and how long a chart of 30 days takes to draw. It looks at an installation of its own that is gone afterwards.
 */
import type { Page } from "playwright-core";
import { apiKeys, keyUsage } from "../src/db/tables";
import { newId } from "../src/ids";
import { buildDashboard } from "../src/server/dashboard-build";
import { closeBrowser, hasBrowser, openTab } from "../tests/support/browser";
import { realTime } from "../tests/support/clock";
import { closeEverything, openWorld } from "../tests/support/world";
import { parseArguments } from "./arguments";

const { values } = parseArguments("bun run dashboard:speed [--keys 1000]", {
  options: { keys: { type: "string", default: "1000" } },
});
const keys = Number(values.keys);
if (!hasBrowser) {
  console.error("There is no Chromium. Set CHROMIUM to its path.");
  process.exit(1);
}

await buildDashboard();
const world = await openWorld({ time: realTime() });
const ada = await world.person("Ada");
const { id: organization } = await ada.bask.organizations.create({ name: "Big", slug: "big" });
const { id: first } = await ada.bask.apiKeys.create(organization, { name: "Key 0", preset: "read-only" });
await copyKey();

const page = await openTab({ viewport: { width: 1280, height: 800 } });
await page.addInitScript(watch);
const open = (path: string) => page.goto(`${world.url}/dashboard${path}`);
await open("/sign-in?next=/o/big/keys");
await page.getByLabel("Email").fill(ada.email);
await page.getByLabel("Password", { exact: true }).fill(ada.password);
await page.getByRole("button", { name: "Sign in", exact: true }).click();
await page.getByRole("link", { name: /^Key / }).first().waitFor();

const loads = [];
for (let i = 0; i < 7; i++) {
  await page.reload();
  await page.getByRole("link", { name: /^Key / }).first().waitFor();
  loads.push(await page.evaluate(() => window.seen));
}
print("first paint of the page, files cached", median(loads.map(({ paint }) => paint)), 300);
print("its rows", median(loads.map(({ rows }) => rows)), 300);
print("longest task while it loads", median(loads.map(({ tasks }) => Math.max(0, ...tasks))), 50);

await page.evaluate(() => {
  window.seen.tasks = [];
});
const scrolled = await scrollThrough(page);
print(`longest task while ${keys} keys are scrolled through`, Math.max(0, ...(await tasksOf(page))), 50);
print("longest frame meanwhile", scrolled.longestFrame);
console.log(`${String(scrolled.rows).padStart(8)} rows in the document at most, of ${scrolled.loaded} loaded`);

await page.evaluate(() => {
  window.seen.tasks = [];
  scrollTo(0, 0);
});
const started = performance.now();
await page.getByRole("searchbox").fill(`Key ${keys - 1}`);
await page.locator("tbody tr").nth(1).waitFor({ state: "detached" });
print("a search among all of them", performance.now() - started);
print("longest task meanwhile", Math.max(0, ...(await tasksOf(page))), 50);

const charts = [];
for (let i = 0; i < 5; i++) {
  await open(`/o/big/keys/${first}?range=month`);
  await page.locator(".chart canvas").waitFor();
  charts.push(await page.evaluate(() => window.seen.chart - window.seen.usage));
}
print("the chart of 30 days, from the answer to its lines", median(charts), 100);

await closeBrowser();
await closeEverything();
process.exit(0);

function print(what: string, ms: number, atMost?: number) {
  const verdict = atMost === undefined ? "" : ms <= atMost ? ` (at most ${atMost})` : ` (MORE than ${atMost})`;
  console.log(`${ms.toFixed(0).padStart(5)} ms ${what}${verdict}`);
}

function median(numbers: number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!;
}

/** The same key again and again, each with a day of requests; the first with a month of them. */
async function copyKey() {
  const now = Math.floor(world.time.now() / 3_600_000) * 3_600;
  const usage = (keyId: typeof first, hours: number, seconds: number) =>
    Array.from({ length: hours }, (_, back) => ({
      keyId: keyId as never,
      seconds,
      start: now - (now % seconds) - back * seconds,
      spent: 1,
      ok: (back * 37) % 97,
      limited: back % 7,
      denied: 0,
    }));
  await world.app.db.write(async (tx) => {
    const [row] = await tx.select().from(apiKeys);
    await tx.insert(keyUsage).values(usage(first, 30, 86_400));
    for (let i = 1; i < keys; i++) {
      const id = newId("key", world.time.now() + i);
      const hash = `${row!.hash.slice(0, -6)}${String(i).padStart(6, "0")}`;
      await tx.insert(apiKeys).values({ ...row!, id, name: `Key ${i}`, hash });
      await tx.insert(keyUsage).values(usage(id, 24, 3_600));
    }
  });
}

/** Scrolls on as a person does, until the list has ended. */
async function scrollThrough(page: Page) {
  return page.evaluate(async (all) => {
    let [rows, loaded, longestFrame, still] = [0, 0, 0, 0];
    for (let last = performance.now(); loaded < all && still < 600; still++) {
      scrollBy(0, 400);
      await new Promise(requestAnimationFrame);
      longestFrame = Math.max(longestFrame, performance.now() - last);
      last = performance.now();
      rows = Math.max(rows, document.querySelectorAll("tbody tr").length);
      const count = Number(document.querySelector("table")!.ariaRowCount) - 1;
      if (count > loaded) still = 0;
      loaded = count;
    }
    return { rows, loaded, longestFrame };
  }, keys);
}

async function tasksOf(page: Page): Promise<number[]> {
  // Observers are told of tasks a little later.
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 200)));
  return page.evaluate(() => window.seen.tasks);
}

/** Runs in each page before everything else. */
function watch() {
  const seen = { paint: 0, rows: 0, usage: 0, chart: 0, tasks: [] as number[] };
  window.seen = seen;
  const observe = (type: string, each: (entry: PerformanceEntry) => void) =>
    new PerformanceObserver((list) => list.getEntries().forEach(each)).observe({ type, buffered: true });
  observe("longtask", ({ duration }) => seen.tasks.push(duration));
  observe("paint", ({ name, startTime }) => {
    if (name === "first-contentful-paint") seen.paint = startTime;
  });
  observe("resource", (entry) => {
    if (entry.name.includes("/usage?")) seen.usage = (entry as PerformanceResourceTiming).responseEnd;
  });
  const first = (name: "rows" | "chart", selector: string) => {
    if (!seen[name] && document.querySelector(selector))
      requestAnimationFrame(() => (seen[name] ||= performance.now()));
  };
  new MutationObserver(() => {
    first("rows", "tbody a");
    first("chart", ".chart canvas");
  }).observe(document, { childList: true, subtree: true });
}

declare global {
  interface Window {
    seen: { paint: number; rows: number; usage: number; chart: number; tasks: number[] };
  }
}
