import { z } from "zod";
import { fieldMessages } from "../field-messages.contract";
import { AnyPassword, about, Email, httpsUrl, idOf, Password, singleLine, Timestamp, text } from "../shapes.contract";
import { identity } from "./identity.contract";

const Theme = z.enum(["system", "light", "dark"]).meta(about("The colors of pages."));
const languageExample = about("A BCP 47 language tag, in which emails are written; null for English.", "en");
const timezoneExample = about("An IANA time zone, in which emails show times; null for UTC.", "Europe/Berlin");

export const User = z
  .object({
    id: idOf("usr").describe("The user's id."),
    email: z.string().meta(about("The email the user signs in with.", "ada@example.com")),
    emailVerified: z.boolean().meta(about("Whether the user proved that they receive email at this address.", true)),
    fullName: z.string().meta(about("The name that other members see.", "Ada Lovelace")),
    avatarUrl: z.string().nullable().meta(about("A picture of the user.", null)),
    preferences: z
      .object({
        theme: Theme,
        language: z.string().nullable().meta(languageExample),
        timezone: z.string().nullable().meta(timezoneExample),
      })
      .describe("How the user likes things to be."),
    hasPassword: z.boolean().meta(about("Whether the account has a password, besides other ways to sign in.", true)),
    twoFactorEnabled: z.boolean().describe("Whether a sign-in needs a code."),
    isOperator: z.boolean().meta(about("Whether the user may act under /admin.", false)),
    createdAt: Timestamp.describe("When the account was created."),
  })
  .meta({ id: "User", description: "A user's own account." });

export const FullName = singleLine(100);
const fullName = FullName.meta(about("The name that other members see.", "Ada Lovelace"));

export const Register = z
  .strictObject({
    email: Email,
    password: Password,
    fullName,
    invitationToken: text(200)
      .min(1)
      .optional()
      .meta(
        about(
          "The token of an invitation that was sent to this email, which proves it: no other email is sent.",
          "bml_…",
        ),
      ),
  })
  .meta({ id: "Register" });

const message = z.string().describe("What to tell the person.");
export const Registered = z
  .object({ message: message.meta({ example: "You can now sign in." }) })
  .meta({ id: "Registered", description: "The same whether or not the email was free." });

const token = text(200).min(1).meta(about("The token from the link of the email.", "bml_…"));

export const Proof = z.strictObject({ token }).meta({ id: "EmailToken" });
export const VerifyEmail = z
  .strictObject({
    token,
    password: AnyPassword.optional().describe("Required unless the request is signed in as the account."),
  })
  .meta({ id: "VerifyEmail" });
export const ResetPassword = z.strictObject({ token, password: Password }).meta({ id: "ResetPassword" });

export const EmailOnly = z.strictObject({ email: Email }).meta({ id: "EmailOnly" });
export const Requested = z
  .object({ message: message.meta({ example: "If an account matches, we've sent an email." }) })
  .meta({ id: "EmailRequested", description: "The same for every email." });

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

export const UpdateUser = z
  .strictObject({
    fullName: fullName.optional(),
    avatarUrl: httpsUrl(2048)
      .nullable()
      .optional()
      .meta(about("The https URL of a picture of you.", "https://example.com/ada.png")),
    preferences: z
      .strictObject({
        theme: Theme.optional(),
        language: language.nullable().optional().meta(languageExample),
        timezone: timezone.nullable().optional().meta(timezoneExample),
      })
      .optional()
      .describe("How you like things to be. What is left out keeps its value."),
  })
  .meta({ id: "UpdateUser" });

export const Identity = z
  .strictObject(identity)
  .meta({ id: "Identity", description: "Proof of who you are.", example: { password: "correct horse battery" } });

const { password: currentPassword, ...otherFactors } = identity;
export const ChangePassword = z
  .strictObject({
    currentPassword: currentPassword.describe("Required where the account has a password."),
    newPassword: Password.meta({ example: "a longer horse battery" }),
    ...otherFactors,
  })
  .meta({
    id: "ChangePassword",
    example: { currentPassword: "correct horse battery", newPassword: "a longer horse battery" },
  });
export const ChangeEmail = z
  .strictObject({ email: Email.describe("The new email."), ...identity })
  .meta({ id: "ChangeEmail", example: { email: "ada@new.example", password: "correct horse battery" } });
export const DeleteAccount = z
  .strictObject(identity)
  .meta({ id: "DeleteAccount", example: { password: "correct horse battery" } });
