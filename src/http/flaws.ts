import { fieldMessages } from "../field-messages.contract";
import type { Detail } from "../problems";

/** How deep an input may be nested, and how many entries one list or object may have: more than any contract takes. */
const maxDepth = 16;
const maxEntries = 1_000;

export interface Flaw extends Detail {
  /** The input is not looked at any further. */
  fatal?: boolean;
}

/**
 * What no contract accepts anywhere in an input: text that PostgreSQL cannot store, a name that JavaScript objects treat as their
 * own, and more entries or levels than anything has. It takes linear time, and stops at what is fatal.
 */
export function flawsOf(input: unknown): Flaw[] {
  const flaws: Flaw[] = [];
  look(input, [], flaws);
  return flaws;
}

/** @param path to the value, written only where something is wrong with it */
function look(value: unknown, path: string[], flaws: Flaw[]) {
  if (typeof value === "string") {
    const message = flawOfText(value);
    if (message) flaws.push({ path: pathTo(path), message });
  } else if (typeof value === "object" && value !== null) {
    lookInside(value, path, flaws);
  }
}

function lookInside(value: object, path: string[], flaws: Flaw[]) {
  const names = Object.keys(value);
  const fatal = (message: string) => flaws.push({ path: pathTo(path), message, fatal: true });
  if (names.length > maxEntries) return fatal(fieldMessages.maxEntries(maxEntries));
  if (path.length >= maxDepth) return fatal(fieldMessages.tooDeep(maxDepth));
  for (const name of names) {
    path.push(name);
    const message = name === "__proto__" ? fieldMessages.unknownField : flawOfText(name);
    if (message) flaws.push({ path: pathTo(path), message });
    else look((value as Record<string, unknown>)[name], path, flaws);
    path.pop();
  }
}

const pathTo = (path: readonly string[]) => path.map((name) => name.slice(0, 100)).join(".");

function flawOfText(text: string): string | undefined {
  if (text.includes("\0")) return fieldMessages.nul;
  return text.isWellFormed() ? undefined : fieldMessages.unicode;
}
