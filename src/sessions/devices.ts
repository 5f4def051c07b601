import bowser from "bowser";

const browsers = new Set<string | undefined>(Object.values(bowser.BROWSER_MAP));

/** A user agent for people to read: `Firefox on macOS`. Names that are not on the list of browsers are not repeated. */
export function deviceName(userAgent: string | null): string {
  if (!userAgent) return "an unknown device";
  const { browser, os, platform } = bowser.parse(userAgent);
  const program = browsers.has(browser.name) ? browser.name : undefined;
  const machine = platform.model ?? os.name;
  return program && machine ? `${program} on ${machine}` : (program ?? machine ?? "an unknown device");
}
