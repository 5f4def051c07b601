import bowser from "bowser";

const browsers = new Set<string | undefined>(Object.values(bowser.BROWSER_MAP));

/** What a program calls itself, in words for people: `Firefox on macOS`. Names that nobody knows are not repeated. */
export function deviceName(userAgent: string | null): string {
  if (!userAgent) return "an unknown device";
  const { browser, os, platform } = bowser.parse(userAgent);
  const program = browsers.has(browser.name) ? browser.name : undefined;
  const machine = platform.model ?? os.name;
  return program && machine ? `${program} on ${machine}` : (program ?? machine ?? "an unknown device");
}
