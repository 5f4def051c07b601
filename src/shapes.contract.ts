import { z } from "zod";
import { fieldMessages } from "./field-messages.contract";
import { canonicalEmail } from "./shapes/email.contract";
import { canonicalIp, canonicalNetwork } from "./shapes/ip.contract";
import { parseTimestamp } from "./shapes/timestamp.contract";
import { isVisibleLine } from "./shapes/visible-text.contract";

/**
 * What the documents say of a field: what it is, and a value it may have. A kind with few values, such as true and false, needs no example.
 * It is kept under a name of ours, because zod drops `examples` from what is transformed.
 */
export const about = (description: string, example?: unknown) => ({
  description,
  ...(example !== undefined && { example }),
});

/** An id as it is returned, by the prefix of its kind. */
export const idOf = (prefix: string) => z.string().meta({ example: exampleId(prefix) });

/** The id that examples in the documents have. */
export const exampleId = (prefix: string) => `${prefix}_01jngc4e00000000000000000a`;

/** Text of at most so many UTF-16 units, kept as it is. No later check looks at a longer one. */
export const text = (max: number) => z.string().max(max, { abort: true });

/** Text that is parsed once, here, into the form in which it is kept and used. White space around it does not count. */
const parsed = <T>(format: string, max: number, parse: (text: string) => T | undefined, message: string) =>
  z
    .string()
    .trim()
    .max(max, { abort: true })
    .meta({ format })
    .transform((text, context): T => {
      const value = parse(text);
      if (value !== undefined) return value;
      context.addIssue({ code: "custom", message, input: text });
      return z.NEVER;
    });

/** An email address in its one form. */
export const Email = parsed("email", 320, canonicalEmail, fieldMessages.email).meta(
  about("An email address.", "ada@example.com"),
);

/** An IP in its one spelling. */
export const Ip = parsed("ip", 45, canonicalIp, fieldMessages.ip).meta({ example: "203.0.113.7" });

/** IPs and CIDRs, IPv4 or IPv6, each in its one spelling. */
export const IpNetworks = z
  .array(parsed("ip-or-cidr", 49, canonicalNetwork, fieldMessages.network))
  .max(100)
  .transform((networks) => [...new Set(networks)])
  .meta({ example: ["203.0.113.0/24", "2001:db8::/32"] });

/** A new password: 8 to 128 code points of any Unicode, refused by length before it is hashed. */
export const Password = z
  .string()
  .refine((text) => text.length <= 512 && [...text].length <= 128, {
    error: fieldMessages.maxCharacters(128),
    abort: true,
  })
  .refine((text) => [...text].length >= 8, fieldMessages.minCharacters(8))
  .meta({
    minLength: 8,
    maxLength: 128,
    ...about("8 to 128 characters of any kind. Common and guessable passwords are refused.", "correct horse battery"),
  });

/** A password to compare with. */
export const AnyPassword = text(512).min(1).meta(about("The current password.", "correct horse battery"));

/** A name or a sentence that people read, in NFC: one line of visible text. White space around it does not count. */
export const singleLine = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max, { abort: true })
    .normalize("NFC")
    .max(max, { abort: true })
    .refine(isVisibleLine, fieldMessages.visibleText);

/** A URL, as it was written. White space around it does not count. */
const url = (max: number, schemes: readonly string[], message: string) =>
  z
    .string()
    .trim()
    .max(max, { abort: true })
    .meta({ format: "uri" })
    .refine((text) => !/[\s\p{Cc}]/u.test(text) && schemes.includes(URL.parse(text)?.protocol ?? ""), message);
export const httpsUrl = (max: number) => url(max, ["https:"], fieldMessages.httpsUrl);
export const httpUrl = (max: number) => url(max, ["https:", "http:"], fieldMessages.httpUrl);

/** A time; ISO 8601 in UTC on the wire. */
export const Timestamp = z.date().meta({ type: "string", format: "date-time", example: "2026-03-02T09:00:00.000Z" });

/** A time that is sent: ISO 8601 with its offset, or a date, which is its beginning in UTC. */
export const TimestampInput = parsed("date-time", 40, parseTimestamp, fieldMessages.timestamp).meta({
  example: "2027-01-31T12:00:00Z",
});

/** How many entries of a list. */
export const pageLimit = (max: number, usual: number) =>
  z.coerce.number().int().min(1).max(max).default(usual).meta(about("How many entries to return.", usual));

/** Which part of a list. */
export const Page = z.strictObject({
  limit: pageLimit(100, 50),
  cursor: text(200).optional().meta(about("The `nextCursor` of the page before. Leave it out to begin.", "bzE2NzY")),
});
export type Page = z.infer<typeof Page>;

/** A list and where it continues. */
export const listOf = <T extends z.ZodType>(item: T) =>
  z.object({
    data: z.array(item).meta(about("The entries of this page.")),
    nextCursor: z
      .string()
      .nullable()
      .meta(about("Send it as `cursor` to get the next page; null on the last one.", null)),
  });

/** The type of a value after it was JSON. */
export type Wire<T> = T extends Date ? string : T extends object ? { [K in keyof T]: Wire<T[K]> } : T;
