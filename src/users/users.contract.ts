import { z } from "zod";
import { fieldMessages } from "../field-messages.contract";
import { AnyPassword, Email, httpsUrl, Password, singleLine, Timestamp, text } from "../shapes.contract";
import { identity } from "./identity.contract";

const Theme = z.enum(["system", "light", "dark"]);

export const User = z.object({
  id: z.string(),
  email: z.string(),
  emailVerified: z.boolean(),
  fullName: z.string(),
  avatarUrl: z.string().nullable(),
  preferences: z.object({ theme: Theme, language: z.string().nullable(), timezone: z.string().nullable() }),
  twoFactorEnabled: z.boolean(),
  createdAt: Timestamp,
});

export const Register = z.strictObject({ email: Email, password: Password, fullName: singleLine(100) });

/** The same whether or not the email was free. */
export const Registered = z.object({ message: z.string() });

/** An emailed token. */
const token = text(200).min(1);

export const Proof = z.strictObject({ token });
/** The password is required unless the request is signed in as the account. */
export const VerifyEmail = z.strictObject({ token, password: AnyPassword.optional() });
export const ResetPassword = z.strictObject({ token, password: Password });

export const EmailOnly = z.strictObject({ email: Email });
/** The same for every email. */
export const Requested = z.object({ message: z.string() });

/** Whether a constructor of Intl accepts the name. */
const isAcceptedBy = (construct: (name: string) => unknown) => (name: string) => {
  try {
    construct(name);
    return true;
  } catch {
    return false;
  }
};
const language = text(35).refine(isAcceptedBy(Intl.getCanonicalLocales), fieldMessages.languageTag);
const timezone = text(64).refine(
  isAcceptedBy((timeZone) => new Intl.DateTimeFormat("en", { timeZone })),
  fieldMessages.timeZone,
);

export const UpdateUser = z.strictObject({
  fullName: singleLine(100).optional(),
  avatarUrl: httpsUrl(2048).nullable().optional(),
  preferences: z
    .strictObject({
      theme: Theme.optional(),
      language: language.nullable().optional(),
      timezone: timezone.nullable().optional(),
    })
    .optional(),
});

export const Identity = z.strictObject(identity);

const { password: currentPassword, ...otherFactors } = identity;
export const ChangePassword = z.strictObject({
  /** Required where the account has a password. */
  currentPassword,
  newPassword: Password,
  ...otherFactors,
});
export const ChangeEmail = z.strictObject({ email: Email, ...identity });
export const DeleteAccount = z.strictObject(identity);
