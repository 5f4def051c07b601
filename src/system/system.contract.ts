import { z } from "zod";
import { about, Email, idOf, listOf, Timestamp } from "../shapes.contract";

const BackupFile = z.object({
  name: z.string().meta(about("The name of the file.", "bask-20260302T090000Z.ndjson.gz")),
  bytes: z.number().meta(about("Its size.", 48_211)),
  createdAt: Timestamp.describe("When it was made."),
});

/** What a request for a backup gives. */
export const Backup = z
  .object({
    file: BackupFile.nullable().describe(
      "The backup, which was read to its end; null while it is still being made, as in a large installation.",
    ),
  })
  .meta({ id: "Backup" });

export const System = z
  .object({
    version: z.string().meta(about("The version of this process.", "0.1.0")),
    runtime: z.string().meta(about("What it runs on.", "Bun 1.4.5")),
    database: z.enum(["sqlite", "postgres"]).describe("The kind of database."),
    processes: z
      .array(
        z.object({
          id: idOf("prc").describe("The id of the process, new at each start."),
          version: z.string().meta(about("Its version.", "0.1.0")),
          startedAt: Timestamp.describe("When it started."),
          seenAt: Timestamp.describe("When it was seen last."),
        }),
      )
      .describe("The processes that serve this installation."),
    jobs: z
      .array(
        z.object({
          name: z.string().meta(about("What the job does.", "bask backup")),
          everySeconds: z.number().meta(about("Seconds from one run to the next.", 86_400)),
          startedAt: Timestamp.nullable().describe("When it ran last; null if it never did."),
        }),
      )
      .describe("What runs from time to time, in one of the processes."),
    emails: z
      .object({
        waiting: z.number().meta(about("Emails that wait to be sent.", 0)),
        failed: z.number().meta(about("Emails that were given up.", 0)),
        oldestDueAt: Timestamp.nullable().meta(about("Since when the first of those that wait is due.", null)),
      })
      .describe("The outbox."),
    backups: z
      .object({
        folder: z.string().meta(about("Where they are.", "/backups")),
        everySeconds: z.number().meta(about("Seconds from one to the next.", 86_400)),
        keep: z.number().meta(about("How many are kept.", 14)),
        isUnderWay: z.boolean().describe("Whether one is being made now."),
        files: z
          .array(BackupFile)
          .describe("Those in the folder, the latest first. Each was read to its end before it got its name."),
      })
      .nullable()
      .describe("Backups by the schedule and for operators; null where BACKUP_DIR is not set."),
  })
  .meta({ id: "System", description: "What runs, and how it is." });

export const Checks = z
  .object({
    data: z
      .array(
        z.object({
          check: z.string().meta(about("What was looked at.", "backups")),
          code: z
            .string()
            .meta(about("Names what was found, whatever its sentences say. There may be new ones.", "backups_made")),
          severity: z.enum(["ok", "warning", "error"]).describe("How bad it is."),
          what: z.string().meta(about("What is so.", "The latest backup is 3 h old.")),
          why: z
            .string()
            .optional()
            .meta(about("Why it matters; absent where all is well.", "A day's changes could be lost.")),
          fix: z.string().optional().meta(about("What to do; absent where all is well.", "bask backup create FILE")),
          values: z
            .record(z.string(), z.string())
            .meta(about("What its sentences name, for sentences of your own.", { age: "3 h" })),
        }),
      )
      .describe("What was found, in the order it was looked at."),
  })
  .meta({ id: "SystemChecks", description: "What `bask doctor` finds while the server runs." });

export const Configuration = z
  .object({
    data: z
      .array(
        z.object({
          name: z.string().meta(about("The variable.", "APP_NAME")),
          group: z.string().meta(about("What it is about.", "Server")),
          doc: z.string().meta(about("What it does.", "The name of your product.")),
          isSet: z.boolean().describe("Whether it was given. Otherwise its default holds."),
          isSecret: z.boolean().describe("Whether it is a secret, which is never shown."),
          value: z
            .string()
            .nullable()
            .meta(about("What holds; null for secrets and where there is no fixed default.", "Bask")),
          otherwise: z
            .string()
            .nullable()
            .meta(about("In words, what holds where it is not set and has no fixed default.", "no backups")),
        }),
      )
      .describe("Every variable there is."),
  })
  .meta({ id: "Configuration", description: "The variables as the start read them." });

export const FailedEmails = listOf(
  z.object({
    id: idOf("eml").describe("The email's id."),
    to: z.string().meta(about("Who should have got it.", "ada@example.com")),
    template: z.string().meta(about("Which email it is.", "reset-password")),
    attempts: z.number().meta(about("How often it was tried.", 12)),
    failure: z.string().nullable().meta(about("What the mail server said.", "EENVELOPE 550 5.1.1 unknown user")),
    createdAt: Timestamp.describe("When it was written."),
  }),
).meta({ id: "FailedEmailList" });

export const TestEmail = z.strictObject({ email: Email.describe("Who gets it.") }).meta({ id: "TestEmail" });
export const TestEmailResult = z
  .object({
    place: z.string().meta(about("The mail server, or the folder that emails are kept in.", "smtp.example.com:587")),
    failure: z.string().nullable().meta(about("Why it was not taken; null if it was.", null)),
  })
  .meta({ id: "TestEmailResult" });
