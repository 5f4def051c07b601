import { type Fields, isFields } from "../files/import-file";
import { reasons } from "../reasons";
import { flag, joined, list, object, text, time } from "./fields";
import type { Source } from "./source";

/** Clerk: the CSV of its dashboard, which has the hashes, or users as its API and its command line return them, which have not. */
export const clerk: Source = {
  title: "Clerk",
  recognizes: (fields) =>
    "primary_email_address" in fields || "password_digest" in fields || "primary_email_address_id" in fields,
  read(fields) {
    const externalId = text(fields, "id");
    const { email, emailVerified } = emailOf(fields);
    if (email === undefined) {
      const phone = text(fields, "primary_phone_number", "verified_phone_numbers", "primary_phone_number_id");
      return { outcome: "skipped", reason: phone === undefined ? reasons.noEmail : reasons.onlyPhone, externalId };
    }
    return {
      externalId,
      email,
      fullName: joined(text(fields, "first_name"), text(fields, "last_name")) ?? text(fields, "username"),
      passwordHash: text(fields, "password_digest"),
      emailVerified,
      createdAt: time(fields, "created_at"),
      suspended: flag(fields, "banned"),
      notTaken: text(fields, "totp_secret") || flag(fields, "two_factor_enabled") ? ["authenticator app"] : [],
    };
  },
};

/** The primary email, or else the first verified one. */
function emailOf(fields: Fields): { email: string | undefined; emailVerified: boolean } {
  const emails = list(fields, "email_addresses").filter(isFields);
  if (emails.length > 0) {
    const primary = emails.find(({ id }) => id === fields.primary_email_address_id) ?? emails[0]!;
    const status = text(object(primary, "verification"), "status");
    return { email: text(primary, "email_address"), emailVerified: status === "verified" };
  }
  const verified = (text(fields, "verified_email_addresses") ?? "").split("|").filter((email) => email !== "");
  const email = text(fields, "primary_email_address") ?? verified[0];
  return { email, emailVerified: email !== undefined && verified.includes(email) };
}
