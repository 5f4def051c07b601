import { z } from "zod";

/** RFC 5321: 64 octets before the @, 254 in all. */
const address =
  /^[^\s@"(),:;<>[\\\]]{1,64}@[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+$/;
/** One @, and no letter that only becomes one when it is normalised. */
const holdsOneAt = (text: string) => text.normalize("NFKC").split("@").length === 2 && text.includes("@");

/** An e-mail address, brought to the one form it has here (NFKC, lower case) and judged only then: no second spelling slips through. */
export const Email = z
  .string()
  .max(320, "is too long")
  .refine((text) => text.isWellFormed() && !/\p{Cc}/u.test(text) && holdsOneAt(text), {
    error: "is not an e-mail address",
    abort: true,
  })
  .transform((text) => text.normalize("NFKC").trim().toLowerCase())
  .refine((text) => text.length <= 254 && address.test(text), "is not an e-mail address")
  .meta({ format: "email", examples: ["ada@example.com"] });

/** A new password: 8 to 128 code points of any Unicode, refused by length before it is hashed. */
export const Password = z
  .string()
  .refine((text) => text.length <= 512 && [...text].length <= 128, {
    error: "must have at most 128 characters",
    abort: true,
  })
  .refine((text) => [...text].length >= 8, "must have at least 8 characters")
  .refine((text) => text.isWellFormed() && !text.includes("\0"), "must be Unicode text")
  .meta({ minLength: 8, maxLength: 128, examples: ["correct horse battery staple"] });

/** A password to compare with. */
export const AnyPassword = z.string().min(1, "is empty").max(512, "is too long");

/** A line that people read: nothing that cannot be shown, ends the line or turns it around. */
export const singleLine = (max: number) =>
  z
    .string()
    .trim()
    .min(1, "is empty")
    .max(max, `must have at most ${max} characters`)
    .refine(
      (text) => text.isWellFormed() && !/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u.test(text),
      "holds characters that cannot be shown",
    );

/** A moment; ISO 8601 in UTC on the wire. */
export const Timestamp = z.date().meta({ type: "string", format: "date-time" });

/** A moment that is sent: ISO 8601 with its offset, between 1970 and the year 10000. */
export const TimestampInput = z.iso
  .datetime({ offset: true, error: "is not an ISO 8601 time" })
  .transform((text) => new Date(text))
  .refine((formatTime) => formatTime.getTime() >= 0 && formatTime.getTime() < Date.UTC(10_000, 0), "is out of range");

/** Which part of a list. */
export const Page = z.strictObject({
  limit: z.coerce
    .number("is not a number")
    .int("is not a whole number")
    .min(1, "is below 1")
    .max(100, "is above 100")
    .default(50),
  cursor: z.string().max(200, "is not a cursor").optional(),
});
export type Page = z.infer<typeof Page>;

/** A list and where it goes on. */
export const listOf = <T extends z.ZodType>(item: T) =>
  z.object({ data: z.array(item), nextCursor: z.string().nullable() });

/** What a contract looks like after a trip through JSON. */
export type Wire<T> = T extends Date ? string : T extends object ? { [K in keyof T]: Wire<T[K]> } : T;
