import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Page } from "playwright-core";
import { openTab } from "../../tests/support/browser";

/** Writes the files that the guide for Next.js shows, each of which begins with its path. */
export function writeGuide(folder: string) {
  const guide = readFileSync(join(import.meta.dir, "../../docs/guides/next.md"), "utf8");
  for (const [, path, code] of guide.matchAll(/^```tsx?\n\/\/ (\S+)\n(.*?)^```$/gms)) {
    mkdirSync(dirname(join(folder, path!)), { recursive: true });
    writeFileSync(join(folder, path!), code!);
  }
}

/**
 * What a person and their two tabs do with the product of the guide.
 * @throws Error where it does not do what the guide says
 */
export async function useGuide(url: string, { email, password }: { email: string; password: string }) {
  const one = await openTab();
  const context = one.context();
  const two = await context.newPage();
  const failures: string[] = [];
  for (const tab of [one, two]) {
    tab.on("pageerror", ({ message }) => failures.push(message));
    await tab.goto(url);
  }
  const isSignedIn = (tab: Page) => tab.getByRole("heading", { name: "Hello Ada Lovelace" }).waitFor();
  const isSignedOut = (tab: Page) => tab.getByLabel("Email").waitFor();
  const projects = () => one.evaluate(async () => (await fetch("/api/projects")).status);
  const press = (name: string) => one.getByRole("button", { name }).click();
  const signIn = async (secret: string) => {
    await one.getByLabel("Password").fill(secret);
    await press("Sign in");
  };

  await one.getByLabel("Email").fill(email);
  await signIn("not the password");
  await one.getByText("Incorrect email or password.").waitFor();
  await signIn(password);
  await Promise.all([one, two].map(isSignedIn));

  await one.getByLabel("Name").fill("Analytical Engines");
  await press("Create an organization");
  await one.getByRole("listitem").filter({ hasText: "Analytical Engines" }).waitFor();
  if ((await projects()) !== 200) failures.push("the route handler did not know the user");

  // The access token is gone, so the server refreshes while it renders, for both tabs and their clients at once.
  for (let i = 0; i < 3; i++) {
    await context.clearCookies({ name: "__Host-bask_access" });
    await Promise.all([one, two].map((tab) => tab.reload()));
    await Promise.all([one, two].map(isSignedIn));
  }
  const html = await (await context.request.get(url)).text();
  if (!html.includes("Ada Lovelace")) failures.push("the server rendered a page without the user");

  await press("Sign out");
  await Promise.all([one, two].map(isSignedOut));
  if ((await projects()) !== 401) failures.push("the route handler still knew the user");
  const left = (await context.cookies()).map(({ name }) => name);
  if (left.length > 0) failures.push(`cookies are left: ${left}`);
  await context.close();
  if (failures.length > 0) throw new Error(failures.join("; "));
}
