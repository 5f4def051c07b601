export type UsageRange = "day" | "week" | "month";

const ranges = { day: ["hour", 1], week: ["hour", 7], month: ["day", 30] } as const;

/** What to ask for, up to now. */
export function usageOf(range: UsageRange) {
  const [step, days] = ranges[range] ?? ranges.day;
  return { step, from: new Date(Date.now() - days * 86_400_000).toISOString() };
}
