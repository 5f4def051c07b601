import type { Fields } from "../files/import-file";
import { reasons } from "../reasons";
import { flag, text, time } from "./fields";
import type { Source } from "./source";

/**
 * better-auth: its table `user`, whose columns may be in camel or snake case, with a column `password` or beside its table `account`. Also an
 * object with both tables.
 */
export const betterAuth: Source = {
  title: "better-auth",
  recognizes: (fields) => isAccount(fields) || (has(fields, "emailVerified") && has(fields, "updatedAt")),
  read(fields, { now, hashes }) {
    if (isAccount(fields)) return undefined;
    const externalId = text(fields, "id");
    const email = text(fields, "email");
    const refused = (reason: string) => ({ outcome: "skipped", reason, externalId, email }) as const;
    if (flag(fields, ...spellings("isAnonymous"))) return refused(reasons.anonymous);
    if (email === undefined) return refused(reasons.noEmail);
    const banEnd = time(fields, ...spellings("banExpires"));
    return {
      externalId,
      email,
      fullName: text(fields, "name"),
      passwordHash: text(fields, "password") ?? (externalId && hashes?.get(externalId)),
      emailVerified: isVerified(fields),
      createdAt: time(fields, ...spellings("createdAt")),
      suspended: flag(fields, "banned") && (banEnd === undefined || banEnd > now),
      notTaken: flag(fields, ...spellings("twoFactorEnabled")) ? ["authenticator app"] : [],
    };
  },
  readHash(fields) {
    const externalId = text(fields, ...spellings("userId"));
    const passwordHash = text(fields, "password");
    return isAccount(fields) && externalId && passwordHash ? { externalId, passwordHash } : undefined;
  },
};

const isAccount = (fields: Fields) => has(fields, "userId") && has(fields, "providerId");

/** A column under both of its names. */
const spellings = (name: string) => [name, name.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`)];
const has = (fields: Fields, name: string) => spellings(name).some((spelling) => spelling in fields);

/** Old versions kept the time instead of yes or no. */
const isVerified = (fields: Fields) =>
  flag(fields, ...spellings("emailVerified")) ?? time(fields, ...spellings("emailVerified")) !== undefined;
