import { firebaseScryptString } from "../../crypto/foreign/firebase-scrypt";
import { reasons } from "../reasons";
import { flag, list, text, time } from "./fields";
import type { Source } from "./source";

const providers = ["google", "facebook", "twitter", "github"];

/** Firebase: the JSON or CSV of `firebase auth:export`, with the parameters of the project's hashes. */
export const firebase: Source = {
  title: "Firebase",
  columns: [
    "localId",
    "email",
    "emailVerified",
    "passwordHash",
    "salt",
    "displayName",
    "photoUrl",
    ...providers.flatMap((name) => [`${name}Id`, `${name}Email`, `${name}Name`, `${name}PhotoUrl`]),
    "createdAt",
    "lastSignedInAt",
    "phoneNumber",
    "disabled",
  ],
  recognizes: (fields) => "localId" in fields,
  read(fields, { firebase: parameters }) {
    const externalId = text(fields, "localId");
    const email = text(fields, "email");
    if (email === undefined) {
      const isPhone = text(fields, "phoneNumber") !== undefined;
      return { outcome: "skipped", reason: isPhone ? reasons.onlyPhone : reasons.noEmail, externalId };
    }
    const hash = text(fields, "passwordHash");
    if (hash !== undefined && !parameters) {
      return { outcome: "invalid", reason: reasons.firebaseParameters, externalId, email };
    }
    return {
      externalId,
      email,
      fullName: text(fields, "displayName"),
      passwordHash: hash && firebaseScryptString(parameters!, { salt: text(fields, "salt") ?? "", hash }),
      emailVerified: flag(fields, "emailVerified") ?? false,
      createdAt: time(fields, "createdAt"),
      suspended: flag(fields, "disabled"),
      notTaken: list(fields, "mfaInfo").length > 0 ? ["second factor"] : [],
    };
  },
};
