import type { Command } from "./command";
import { auditCommands } from "./commands/audit";
import { backupCommands } from "./commands/backup";
import { doctorCommands } from "./commands/doctor";
import { importCommands } from "./commands/import";
import { installationCommands } from "./commands/installation";
import { keyCommands } from "./commands/keys";
import { loginCommands } from "./commands/login";
import { mailCommands } from "./commands/mail";
import { operatorCommands } from "./commands/operators";
import { organizationCommands } from "./commands/organizations";
import { secretCommands } from "./commands/secrets";
import { sessionCommands } from "./commands/sessions";
import { tokenCommands } from "./commands/tokens";
import { userCommands } from "./commands/users";
import { webhookCommands } from "./commands/webhooks";

/** Every command, in the order help lists them. */
export const commands: readonly Command[] = [
  ...installationCommands,
  ...secretCommands,
  ...userCommands,
  ...sessionCommands,
  ...organizationCommands,
  ...keyCommands,
  ...tokenCommands,
  ...webhookCommands,
  ...operatorCommands,
  ...auditCommands,
  ...backupCommands,
  ...mailCommands,
  ...doctorCommands,
  ...importCommands,
  ...loginCommands,
];

/** What the commands of a noun are about, for help. */
export const nouns: Readonly<Record<string, string>> = {
  secret: "Generate secrets and replace old ones",
  user: "Look at users, suspend them, end their sessions",
  org: "Look at organizations, suspend them, set their plan",
  session: "Look at the sessions of a user, end one",
  key: "Look at API keys, verify, create, rotate and revoke them",
  token: "Look at personal access tokens, revoke one",
  webhook: "Look at webhooks and their deliveries, test them, send again",
  mail: "Test the mail server, send again what was given up",
  operator: "Decide who may act under /admin",
  audit: "Read, check and export the audit log",
  backup: "Back up everything, verify a backup, restore one",
  import: "Import users, and undo an import",
};
