/** A date, or a date and a time with its offset; in a query the + of an offset may have become a space. */
const iso8601 =
  /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ]([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:[.,](\d{1,9}))?)?(?:[Zz]|([+ -])([01]\d|2[0-3])(?::?([0-5]\d))?))?$/;

/**
 * The time that a text in ISO 8601 or RFC 3339 stands for; a date is its beginning in UTC. Undefined for every other text, for days
 * that no month has, and for times before 1970 or after 9999.
 */
export function parseTimestamp(text: string): Date | undefined {
  const match = iso8601.exec(text);
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((digits) => Number(digits ?? 0)) as Six;
  const milliseconds = Number((match[7] ?? "").padEnd(3, "0").slice(0, 3));
  const utc = new Date(Date.UTC(year, month - 1, day, hour, minute, second, milliseconds));
  if (utc.getUTCMonth() !== month - 1 || utc.getUTCDate() !== day) return undefined;
  const offset = (Number(match[9] ?? 0) * 60 + Number(match[10] ?? 0)) * (match[8] === "-" ? -1 : 1);
  const time = new Date(utc.getTime() - offset * 60_000);
  return time.getTime() >= 0 && time.getTime() <= maxTimestamp ? time : undefined;
}

type Six = [number, number, number, number, number, number];

/** The last millisecond of the year 9999: a later time has no four digits for its year. */
export const maxTimestamp = Date.UTC(10_000, 0) - 1;
