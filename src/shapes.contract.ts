import { z } from "zod";
import { fieldMessages } from "./field-messages.contract";
import { canonicalEmail } from "./shapes/email.contract";
import { canonicalIp, canonicalNetwork } from "./shapes/ip.contract";
import { parseTimestamp } from "./shapes/timestamp.contract";
import { isVisibleLine } from "./shapes/visible-text.contract";

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
export const Email = parsed("email", 320, canonicalEmail, fieldMessages.email).meta({ examples: ["ada@example.com"] });

/** An IP in its one spelling. */
export const Ip = parsed("ip", 45, canonicalIp, fieldMessages.ip);

/** IPs and CIDRs, IPv4 or IPv6, each in its one spelling. */
export const IpNetworks = z
  .array(parsed("ip-or-cidr", 49, canonicalNetwork, fieldMessages.network))
  .max(100)
  .transform((networks) => [...new Set(networks)]);

/** A new password: 8 to 128 code points of any Unicode, refused by length before it is hashed. */
export const Password = z
  .string()
  .refine((text) => text.length <= 512 && [...text].length <= 128, {
    error: fieldMessages.maxCharacters(128),
    abort: true,
  })
  .refine((text) => [...text].length >= 8, fieldMessages.minCharacters(8))
  .meta({ minLength: 8, maxLength: 128, examples: ["correct horse battery staple"] });

/** A password to compare with. */
export const AnyPassword = text(512).min(1);

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
export const Timestamp = z.date().meta({ type: "string", format: "date-time" });

/** A time that is sent: ISO 8601 with its offset, or a date, which is its beginning in UTC. */
export const TimestampInput = parsed("date-time", 40, parseTimestamp, fieldMessages.timestamp);

/** How many entries of a list. */
export const pageLimit = (max: number, usual: number) => z.coerce.number().int().min(1).max(max).default(usual);

/** Which part of a list. */
export const Page = z.strictObject({ limit: pageLimit(100, 50), cursor: text(200).optional() });
export type Page = z.infer<typeof Page>;

/** A list and where it continues. */
export const listOf = <T extends z.ZodType>(item: T) =>
  z.object({ data: z.array(item), nextCursor: z.string().nullable() });

/** The type of a value after it was JSON. */
export type Wire<T> = T extends Date ? string : T extends object ? { [K in keyof T]: Wire<T[K]> } : T;
