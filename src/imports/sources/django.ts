import type { Fields } from "../files/import-file";
import { reasons } from "../reasons";
import { flag, joined, object, text, time } from "./fields";
import type { Source } from "./source";

/** Django: users as `dumpdata` writes them (JSON or JSONL), also with others between them, or the rows of their table. */
export const django: Source = {
  title: "Django",
  recognizes: (fields) => isModel(fields) || ("password" in fields && "is_active" in fields),
  read(fields) {
    const user = isModel(fields) ? object(fields, "fields") : fields;
    if (!("password" in user)) return undefined;
    const externalId = text(fields, "pk", "id");
    const email = text(user, "email");
    if (email === undefined) {
      return {
        outcome: "skipped",
        reason: text(user, "phone", "phone_number") ? reasons.onlyPhone : reasons.noEmail,
        externalId,
      };
    }
    const hash = text(user, "password");
    return {
      externalId,
      email,
      fullName:
        joined(text(user, "first_name"), text(user, "last_name")) ?? text(user, "full_name", "name", "username"),
      passwordHash: hash?.startsWith("!") ? undefined : hash, // such a password was made unusable there
      createdAt: time(user, "date_joined", "created_at"),
      suspended: flag(user, "is_active") === false,
    };
  },
};

const isModel = (fields: Fields) => text(fields, "model")?.includes(".") === true && "fields" in fields;
