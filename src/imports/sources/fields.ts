import { parseTimestamp } from "../../shapes/timestamp.contract";
import { type Fields, isFields } from "../files/import-file";

/** The first of these fields that holds text or a number, as text. */
export function text(fields: Fields, ...names: string[]): string | undefined {
  for (const name of names) {
    const value = fields[name];
    if (typeof value === "number") return String(value);
    if (typeof value === "string" && value.trim() !== "") return value.trim();
  }
  return undefined;
}

/** The first of these fields that is true or false, in any of the spellings of JSON, PostgreSQL, SQLite and Python. */
export function flag(fields: Fields, ...names: string[]): boolean | undefined {
  for (const name of names) {
    const value = String(fields[name] ?? "").toLowerCase();
    if (["true", "t", "1", "yes"].includes(value)) return true;
    if (["false", "f", "0", "no"].includes(value)) return false;
  }
  return undefined;
}

/** An object, or the text of one. */
export function object(fields: Fields, ...names: string[]): Fields {
  for (const name of names) {
    const value = fields[name];
    const parsed = typeof value === "string" ? parseJson(value) : value;
    if (isFields(parsed)) return parsed;
  }
  return {};
}

export const list = (fields: Fields, name: string): readonly Fields[] => {
  const value = fields[name];
  return Array.isArray(value) ? value.filter(isFields) : [];
};

/**
 * The first of these fields that is a time: ISO 8601, as PostgreSQL writes it, or seconds or milliseconds since 1970, as numbers or text. One
 * without an offset is in UTC. Undefined for every other value, which must not keep a user from being imported.
 */
export function time(fields: Fields, ...names: string[]): Date | undefined {
  const value = text(fields, ...names) ?? text(object(fields, ...names), "$date");
  if (value === undefined) return undefined;
  if (/^\d{9,14}(?:\.\d+)?$/.test(value)) {
    const number = Number(value);
    return new Date(number < secondsBelow ? number * 1000 : number);
  }
  return parseTimestamp(value) ?? parseTimestamp(`${value}Z`);
}

/** Fewer milliseconds are before 1973, so that they are seconds. */
const secondsBelow = 100_000_000_000;

/** Names that a system keeps apart, as one. */
export const joined = (...names: (string | undefined)[]): string | undefined =>
  names.filter((name) => name !== undefined).join(" ") || undefined;

function parseJson(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}
