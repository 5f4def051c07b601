import { lazy } from "../lazy";

const bowser = lazy(() => require("bowser") as typeof import("bowser"));
const browsers = lazy(() => new Set<string | undefined>(Object.values(bowser().BROWSER_MAP)));
const unknown = "an unknown device";

/** A user agent for people to read: `Firefox on macOS`. Names that are not on the list of browsers are not repeated. */
export function deviceName(userAgent: string | null): string {
  if (!userAgent) return unknown;
  const { browser, os, platform } = bowser().parse(userAgent);
  const program = browsers().has(browser.name) ? browser.name : undefined;
  const machine = platform.model ?? os.name;
  return program && machine ? `${program} on ${machine}` : (program ?? machine ?? unknown);
}

/** What tells one device of a user from another: the program and the system. Their versions change with every update and do not count. */
export function deviceKind(userAgent: string | null): string {
  if (!userAgent) return unknown;
  const { browser, os, platform } = bowser().parse(userAgent);
  const program = browsers().has(browser.name) ? browser.name : /^[\w.-]{1,40}/.exec(userAgent)?.[0];
  return [program ?? unknown, os.name, platform.type].filter(Boolean).join(", ");
}
