import { isTicket, type Values } from "./values";

/** Whom an email is written for. */
export interface Recipient {
  /** BCP 47; undefined where the language of the text is not known. */
  language: string | undefined;
  /** A name of the IANA time zone database. */
  timezone: string;
}

/** Values as they are shown, in one line each. Tickets are not among them. */
export function show(values: Record<string, string>, kinds: Values, recipient: Recipient): Record<string, string> {
  const visible = Object.entries(kinds).filter(([, { kind }]) => !isTicket(kind));
  return Object.fromEntries(visible.map(([name, { kind }]) => [name, showValue(kind, values[name] ?? "", recipient)]));
}

function showValue(kind: Values[string]["kind"], value: string, recipient: Recipient): string {
  if (kind === "time") return showTime(new Date(value), recipient);
  if (kind === "name") return showName(value);
  if (kind === "verifiedEmail") return showEmail(value);
  return singleLine(value);
}

/** `March 2, 2026 at 10:00 AM (Europe/Berlin)`; where the language is not known `2026-03-02 10:00 (Europe/Berlin)`. */
export function showTime(at: Date, { language, timezone }: Recipient): string {
  const local = new Intl.DateTimeFormat(language ?? "sv", {
    ...(language ? { dateStyle: "long", timeStyle: "short" } : { dateStyle: "short", timeStyle: "short" }),
    timeZone: timezone,
  });
  return `${local.format(at).replace(/\s/g, " ")} (${timezone})`;
}

const maxName = 40;

/**
 * A name that a user typed. It is cut to 40 characters, holds only what can be seen, and nothing that mail programs make a link of:
 * `https://evil.example` becomes `evil·example`.
 */
export function showName(name: string): string {
  const seen = singleLine(name.slice(0, 400))
    .replace(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]|\p{Default_Ignorable_Code_Point}|\u2800/gu, "")
    .replace(/\p{M}{3,}/gu, "")
    .replace(/[a-z][a-z\d+.-]*:\/\//gi, "")
    .replace(/:\/+/g, ": ")
    .replace(/@/g, " at ")
    .replace(/\.(?=[\p{L}\p{N}-]{2})/gu, "·")
    .replace(/ +/g, " ")
    .trim();
  const characters = [...seen];
  return characters.length > maxName ? `${characters.slice(0, maxName - 1).join("")}…` : seen;
}

/**
 * A verified email. A local part that could hold a sentence is left out: only short ones of letters, digits and usual marks in ASCII
 * are shown.
 */
export function showEmail(email: string): string {
  if (email === "") return "(not verified)";
  const [local = "", domain = ""] = email.split("@");
  return `${/^[a-z\d]([a-z\d+_-]|\.(?!\.)){0,31}$/i.test(local) ? local : "…"}@${domain.slice(0, 100)}`;
}

/** A value that ends no line. */
export const singleLine = (value: string) => value.replace(/[\p{Cc}\u2028\u2029]+/gu, " ");
