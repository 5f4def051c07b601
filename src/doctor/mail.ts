import type { Config } from "../config/config";
import { keepsCookies } from "../config/warnings";
import { probeSmtp } from "../mail/probe";
import { type Finding, failure, fine, warning } from "./finding";

/** Whether emails can leave: the mail server is asked, and nothing is sent. */
export async function checkMail({ smtp, mailFrom, mailbox, publicUrl }: Config): Promise<Finding[]> {
  const why = "People cannot verify their email, reset passwords or hear of what happens to their accounts.";
  if (!smtp) {
    const isLocal = !publicUrl.startsWith("https:") && keepsCookies({ publicUrl }, new URL(publicUrl).host);
    const what = `SMTP_URL is not set: emails are kept in ${mailbox}.`;
    return [isLocal ? fine("mail", what) : warning("mail", what, why, "Set SMTP_URL and MAIL_FROM")];
  }
  const place = `${smtp.host}:${smtp.port}`;
  const refused = await probeSmtp(smtp);
  const findings =
    refused === undefined
      ? [fine("mail", `${place} accepts this installation.`)]
      : [failure("mail", `${place} does not accept this installation: ${refused}.`, why, "Correct SMTP_URL")];
  if (mailFrom.address.endsWith("@localhost"))
    findings.push(
      warning(
        "mail",
        `The sender of emails is ${mailFrom.address}.`,
        "Most servers refuse such a sender.",
        "Set MAIL_FROM",
      ),
    );
  return findings;
}
