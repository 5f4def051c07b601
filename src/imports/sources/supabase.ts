import { reasons } from "../reasons";
import { flag, joined, list, object, text, time } from "./fields";
import type { Source } from "./source";

/** Supabase: the table `auth.users` as CSV, JSON or NDJSON, or users as its admin API returns them, which have no hashes. */
export const supabase: Source = {
  title: "Supabase",
  recognizes: (fields) =>
    "encrypted_password" in fields || "raw_user_meta_data" in fields || ("aud" in fields && "user_metadata" in fields),
  read(fields, { now }) {
    const externalId = text(fields, "id");
    const email = text(fields, "email");
    const refused = (reason: string) => ({ outcome: "skipped", reason, externalId, email }) as const;
    if (text(fields, "deleted_at") !== undefined) return refused(reasons.deleted);
    if (flag(fields, "is_anonymous")) return refused(reasons.anonymous);
    if (email === undefined) return refused(text(fields, "phone") === undefined ? reasons.noEmail : reasons.onlyPhone);
    const profile = object(fields, "raw_user_meta_data", "user_metadata");
    const bannedUntil = text(fields, "banned_until");
    const isBanned = bannedUntil === "infinity" || (time(fields, "banned_until")?.getTime() ?? 0) > now.getTime();
    return {
      externalId,
      email,
      fullName:
        text(profile, "full_name", "name", "display_name") ??
        joined(text(profile, "first_name"), text(profile, "last_name")),
      passwordHash: text(fields, "encrypted_password"),
      emailVerified: text(fields, "email_confirmed_at", "confirmed_at") !== undefined,
      createdAt: time(fields, "created_at"),
      suspended: isBanned,
      notTaken: list(fields, "factors").some(({ status }) => status === "verified") ? ["second factor"] : [],
    };
  },
};
