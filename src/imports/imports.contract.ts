import { z } from "zod";
import { Email, singleLine, TimestampInput, text } from "../shapes.contract";

/** In CSV there is only text. */
const Flag = z.union([z.boolean(), z.enum(["true", "false"]).transform((text) => text === "true")]);

/** A user in Bask's own format: a line of NDJSON, an element of a JSON array, or a row of CSV with these columns. */
export const ImportedUser = z.strictObject({
  /** The id in the system the user comes from. */
  externalId: singleLine(255).optional(),
  email: Email,
  fullName: singleLine(100).optional(),
  /** In any of the formats that docs/importing.md lists. Without one, the user sets a password by email. */
  passwordHash: text(2000).optional(),
  /** Whether the other system verified the email. */
  emailVerified: Flag.optional(),
  createdAt: TimestampInput.optional(),
  suspended: Flag.optional(),
});
