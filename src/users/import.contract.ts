import { z } from "zod";
import { Email, singleLine } from "../shapes.contract";

/** One line of a file of users, JSON. */
export const ImportedUser = z.strictObject({
  email: Email,
  fullName: singleLine(100),
  /**
   * argon2 (PHC), bcrypt, better-auth's `salt:key`, Django's `pbkdf2_sha256$...`, or Firebase's as
   * `firebase-scrypt$memCost$rounds$saltSeparator$signerKey$salt$hash`. Left out, they choose a password by letter.
   */
  passwordHash: z.string().max(2000, "is too long").optional(),
  /** Whether the other program made sure that the address is theirs. */
  emailVerified: z.boolean().default(false),
  createdAt: z.iso
    .datetime({ offset: true, error: "is not an ISO 8601 time" })
    .transform((text) => new Date(text))
    .optional(),
});
