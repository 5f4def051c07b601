import { expect, test } from "bun:test";
import fc from "fast-check";
import { parseTimestamp } from "../../src/shapes/timestamp.contract";

const parsed = (text: string) => parseTimestamp(text)?.toISOString();

test("every time of Bask's own is read as it was written", () => {
  const times = fc.date({ min: new Date(0), max: new Date("9999-12-31T23:59:59.999Z"), noInvalidDate: true });
  fc.assert(fc.property(times, (time) => expect(parsed(time.toISOString())).toBe(time.toISOString())));
});

test("a time is read in each spelling of ISO 8601 and RFC 3339, a date as its beginning", () => {
  const spellings = [
    "2027-01-01",
    "2027-01-01T00:00Z",
    "2027-01-01t00:00:00z",
    "2027-01-01 00:00:00,000Z",
    "2027-01-01T01:00:00+01:00",
    "2027-01-01T00:00:00+0000",
    "2026-12-31T19:00-05",
    "2027-01-01T05:30:00.000000+0530",
    "2027-01-01T01:00:00 01:00",
  ];
  for (const text of spellings) expect([text, parsed(text)]).toEqual([text, "2027-01-01T00:00:00.000Z"]);
});

test("days that do not exist, times without an offset, and years before 1970 or after 9999 are none", () => {
  const none = [
    "2027-02-30",
    "2027-02-29",
    "2027-13-01",
    "2027-00-01",
    "2027-01-01T24:00Z",
    "2027-01-01T00:00:60Z",
    "2027-01-01T00:00:00",
    "2027-1-1",
    "1969-12-31",
    "9999-12-31T23:59:59-01:00",
    "+010000-01-01",
    "27-01-01",
    "",
    "now",
    "0",
  ];
  for (const text of none) expect([text, parsed(text)]).toEqual([text, undefined]);
});
