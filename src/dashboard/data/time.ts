import { language } from "../text";

/** The language as it is written where the reader is: `en-GB` has 24 hours, and the day before the month. */
const locale = navigator.languages.find((tag) => tag.split("-")[0] === language) ?? language;
const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
const exact = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "long" });
const day = new Intl.DateTimeFormat(locale, { dateStyle: "medium" });
const dayOfYear = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short" });
const timeOfDay = new Intl.DateTimeFormat(locale, { timeStyle: "short" });
const numbers = new Intl.NumberFormat(locale);
const minutes = new Intl.NumberFormat(locale, { style: "unit", unit: "minute", unitDisplay: "long" });
const hours = new Intl.NumberFormat(locale, { style: "unit", unit: "hour", unitDisplay: "long" });
const kilobytes = new Intl.NumberFormat(locale, { style: "unit", unit: "kilobyte", maximumFractionDigits: 0 });
const megabytes = new Intl.NumberFormat(locale, { style: "unit", unit: "megabyte", maximumFractionDigits: 1 });

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
/** A moment on the axis of a chart, in the reader's zone: the day where one begins, or else the time. */
export function axisTime(at: Date): string {
  return at.getHours() + at.getMinutes() === 0 ? dayOfYear.format(at) : timeOfDay.format(at);
}
export const number = (value: number): string => numbers.format(value);
/** `5 minutes`, `24 hours`. */
export const duration = (seconds: number): string =>
  seconds < 3_600 ? minutes.format(seconds / 60) : hours.format(seconds / 3_600);
/** The size of a file. */
export const bytes = (size: number): string =>
  size < 1_000_000 ? kilobytes.format(Math.ceil(size / 1_000)) : megabytes.format(size / 1_000_000);
