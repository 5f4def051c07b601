import { describeIssue } from "../../field-messages.contract";
import { ImportedUser } from "../imports.contract";
import { text } from "./fields";
import type { Source } from "./source";

/** Bask's own format, for systems that are not named here. A field that it does not know is refused. */
export const bask: Source = {
  title: "Bask",
  recognizes: (fields) => "email" in fields && Object.keys(fields).every((name) => name in ImportedUser.shape),
  read(fields) {
    const parsed = ImportedUser.safeParse(fields, { error: describeIssue });
    if (parsed.success) return parsed.data;
    const reason = parsed.error.issues.map((issue) => {
      const name = issue.code === "unrecognized_keys" ? issue.keys.join(", ") : issue.path.join(".");
      return `${name} ${issue.message}`;
    });
    return {
      outcome: "invalid",
      reason: reason.join("; "),
      externalId: text(fields, "externalId"),
      email: text(fields, "email"),
    };
  },
};
