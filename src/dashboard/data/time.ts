import { language } from "../text";

const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
const exact = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "long" });
const day = new Intl.DateTimeFormat(language, { dateStyle: "medium" });
const numbers = new Intl.NumberFormat(language);

const units = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
] as const;

/** `3 minutes ago`, `in 2 days`. */
export function relativeTime(at: string, now = Date.now()): string {
  const seconds = Math.round((Date.parse(at) - now) / 1000);
  for (const [unit, length] of units) {
    if (Math.abs(seconds) >= length) return relative.format(Math.trunc(seconds / length), unit);
  }
  return relative.format(0, "second");
}

/** A moment in the reader's zone, named. */
export const exactTime = (at: string): string => exact.format(new Date(at));
export const exactDay = (at: string): string => day.format(new Date(at));
export const number = (value: number): string => numbers.format(value);
