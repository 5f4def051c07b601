import type { Fields } from "../files/import-file";
import { reasons } from "../reasons";
import { flag, joined, list, object, text, time } from "./fields";
import type { Source } from "./source";

/**
 * Auth0: the file of a user export job (NDJSON or CSV, "Email Verified"), users as the Management API returns them ("email_verified"), and
 * the export of password hashes that its support provides, alone or beside one of the others.
 */
export const auth0: Source = {
  title: "Auth0",
  recognizes: (fields) =>
    isHash(fields) ||
    (text(fields, "Id", "user_id") !== undefined &&
      ["Connection", "Email Verified", "identities", "email_verified"].some((name) => name in fields)),
  read(fields, { hashes }) {
    const externalId = idOf(fields);
    const email = text(fields, "Email", "email");
    if (email === undefined) {
      const isPhone = text(fields, "phone_number", "Phone Number") !== undefined || externalId?.startsWith("sms|");
      return { outcome: "skipped", reason: isPhone ? reasons.onlyPhone : reasons.noEmail, externalId };
    }
    const name = text(fields, "Name", "name");
    return {
      externalId,
      email,
      // Who gave no name has the email as name there.
      fullName:
        name !== email
          ? name
          : joined(text(fields, "Given Name", "given_name"), text(fields, "Family Name", "family_name")),
      passwordHash: text(fields, "passwordHash") ?? (externalId && hashes?.get(externalId)),
      emailVerified: flag(fields, "Email Verified", "email_verified") ?? false,
      createdAt: time(fields, "Created At", "created_at"),
      suspended: flag(fields, "Blocked", "blocked"),
      notTaken: hasSecondFactor(fields) ? ["second factor"] : [],
    };
  },
  readHash(fields) {
    const externalId = idOf(fields);
    const passwordHash = text(fields, "passwordHash");
    return externalId && passwordHash ? { externalId, passwordHash } : undefined;
  },
};

const isHash = (fields: Fields) => text(object(fields, "_id"), "$oid") !== undefined && "passwordHash" in fields;

/** Users of Auth0's own database are `auth0|` and the id of their record there, which the export of hashes has alone. */
function idOf(fields: Fields): string | undefined {
  const record = text(object(fields, "_id"), "$oid");
  return text(fields, "Id", "user_id") ?? (record && `auth0|${record}`);
}

const hasSecondFactor = (fields: Fields) =>
  (Array.isArray(fields.multifactor) && fields.multifactor.length > 0) || list(fields, "enrollments").length > 0;
