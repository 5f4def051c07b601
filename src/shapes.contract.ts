import { z } from "zod";
import { fieldMessages } from "./field-messages.contract";

/** Text of at most so many UTF-16 units; nothing else is looked at in a longer one. */
export const text = (max: number) => z.string().max(max, { abort: true });

/** RFC 5321: 64 octets before the @, 254 in all. */
const address =
  /^[^\s@"(),:;<>[\\\]]{1,64}@[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+$/;
/** One @, and no letter that only becomes one when it is normalised. */
const holdsOneAt = (text: string) => text.normalize("NFKC").split("@").length === 2 && text.includes("@");

/** An e-mail address, brought to the one form it has here (NFKC, lower case) and judged only then: no second spelling slips through. */
export const Email = text(320)
  .refine((text) => text.isWellFormed() && !/\p{Cc}/u.test(text) && holdsOneAt(text), {
    error: fieldMessages.email,
    abort: true,
  })
  .transform((text) => text.normalize("NFKC").trim().toLowerCase())
  .refine((text) => text.length <= 254 && address.test(text), fieldMessages.email)
  .meta({ format: "email", examples: ["ada@example.com"] });

/** A new password: 8 to 128 code points of any Unicode, refused by length before it is hashed. */
export const Password = z
  .string()
  .refine((text) => text.length <= 512 && [...text].length <= 128, {
    error: fieldMessages.maxCharacters(128),
    abort: true,
  })
  .refine((text) => [...text].length >= 8, fieldMessages.minCharacters(8))
  .refine((text) => text.isWellFormed() && !text.includes("\0"), fieldMessages.unicode)
  .meta({ minLength: 8, maxLength: 128, examples: ["correct horse battery staple"] });

/** A password to compare with. */
export const AnyPassword = text(512).min(1);

/** A line that people read: nothing that cannot be shown, ends the line or turns it around. */
export const singleLine = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max, { abort: true })
    .refine(
      (text) => text.isWellFormed() && !/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u.test(text),
      fieldMessages.visibleText,
    );

/** A moment; ISO 8601 in UTC on the wire. */
export const Timestamp = z.date().meta({ type: "string", format: "date-time" });

/** A moment that is sent: ISO 8601 with its offset, between 1970 and the year 10000. */
export const TimestampInput = z.iso
  .datetime({ offset: true, error: fieldMessages.timestamp })
  .transform((text) => new Date(text))
  .refine((time) => time.getTime() >= 0 && time.getTime() < Date.UTC(10_000, 0), fieldMessages.timestampRange);

/** Which part of a list. */
export const Page = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(50),
  cursor: text(200).optional(),
});
export type Page = z.infer<typeof Page>;

/** A list and where it goes on. */
export const listOf = <T extends z.ZodType>(item: T) =>
  z.object({ data: z.array(item), nextCursor: z.string().nullable() });

/** What a contract looks like after a trip through JSON. */
export type Wire<T> = T extends Date ? string : T extends object ? { [K in keyof T]: Wire<T[K]> } : T;
