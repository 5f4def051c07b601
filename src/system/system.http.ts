import { AuditEvents } from "../audit/audit.contract";
import { route } from "../http/route";
import { Page } from "../shapes.contract";
import { backUpNow } from "./backups";
import { dropFailed, listFailed, retryFailed, testEmail } from "./emails";
import { listOperatorActs } from "./operator-log";
import { getConfiguration, getSystem, runChecks } from "./system";
import { Backup, Checks, Configuration, FailedEmails, System, TestEmail, TestEmailResult } from "./system.contract";

/** What operators look at and mend of the installation itself. */
export const systemRoutes = [
  route("GET", "/admin/system", {
    operationId: "adminGetSystem",
    access: "operator",
    summary: "Get the state of the installation: processes, jobs, outbox, backups",
    description:
      "Returns which processes serve, when jobs ran, how many emails wait or were given up, and the backups.",
    response: System,
    run: ({ app, actor }) => getSystem(app, actor),
  }),
  route("GET", "/admin/system/checks", {
    operationId: "adminRunChecks",
    access: "operator",
    summary: "Look for what is wrong with the installation, and how to mend it",
    description:
      "Runs what `bask doctor --quick` runs, as far as a serving process can. The mail server and PUBLIC_URL are asked, so it takes seconds where they do not answer.",
    response: Checks,
    run: ({ app, actor }) => runChecks(app, actor),
  }),
  route("POST", "/admin/backups", {
    operationId: "adminBackUp",
    access: "operator",
    summary: "Make a backup now",
    description:
      "Makes a backup in BACKUP_DIR, as the schedule does, and reads it to its end. One is made at a time, and six an hour for operators. One that takes more than five seconds goes on after the response; `GET /admin/system` lists it when it is done.",
    errors: ["CONFLICT", "RATE_LIMITED", "UNAVAILABLE"],
    response: Backup,
    status: 201,
    run: ({ app, actor }) => backUpNow(app, actor),
  }),
  route("GET", "/admin/configuration", {
    operationId: "adminGetConfiguration",
    access: "operator",
    summary: "List the configuration in force, without secrets",
    description:
      "Returns every variable as the start of this process read it. Of secrets it says only whether they are set.",
    response: Configuration,
    run: ({ app, actor }) => getConfiguration(app, actor),
  }),
  route("GET", "/admin/audit-logs", {
    operationId: "adminListOperatorActs",
    access: "operator",
    summary: "List what operators did, and what happened to the installation",
    description:
      "Lists the acts of all operators, where their role was granted, and events of the installation itself, the newest first.",
    query: Page,
    response: AuditEvents,
    run: ({ app, actor, query }) => listOperatorActs(app, actor, query),
  }),
  route("GET", "/admin/emails/failed", {
    operationId: "adminListFailedEmails",
    access: "operator",
    summary: "List the emails that were given up, and why",
    description: "Lists the emails that were given up, with what the mail server said, the latest first.",
    query: Page,
    response: FailedEmails,
    run: ({ app, actor, query }) => listFailed(app, actor, query),
  }),
  route("POST", "/admin/emails/test", {
    operationId: "adminTestEmail",
    access: "operator",
    summary: "Send an email at once, and get what the mail server answers",
    description: "Sends a short email to an address at once. A refusal by the mail server is in the response.",
    body: TestEmail,
    response: TestEmailResult,
    run: ({ app, actor, body }) => testEmail(app, actor, body),
  }),
  route("POST", "/admin/emails/:id/retry", {
    operationId: "adminRetryEmail",
    access: "operator",
    summary: "Send an email that was given up again",
    description: "Puts an email that was given up into the outbox again, as if it had never been tried.",
    response: null,
    run: ({ app, actor, params }) => retryFailed(app, actor, params.id),
  }),
  route("DELETE", "/admin/emails/:id", {
    operationId: "adminDropEmail",
    access: "operator",
    summary: "Remove an email that waits or was given up",
    description: "Removes an email from the outbox. It is not sent.",
    response: null,
    run: ({ app, actor, params }) => dropFailed(app, actor, params.id),
  }),
];
