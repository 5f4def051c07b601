import { z } from "zod";
import { Email, singleLine, TimestampInput, text } from "../shapes.contract";

/** One line of an import file: JSON. */
export const ImportedUser = z.strictObject({
  email: Email,
  fullName: singleLine(100),
  /**
   * argon2 (PHC), bcrypt, better-auth's `salt:key`, Django's `pbkdf2_sha256$...`, or Firebase's as
   * `firebase-scrypt$memCost$rounds$saltSeparator$signerKey$salt$hash`. Without one, the user sets a password by email.
   */
  passwordHash: text(2000).optional(),
  /** Whether the other system verified the email. */
  emailVerified: z.boolean().default(false),
  createdAt: TimestampInput.optional(),
});
