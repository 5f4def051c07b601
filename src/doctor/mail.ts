import type { Config } from "../config/config";
import { keepsCookies } from "../config/warnings";
import { probeSmtp } from "../mail/probe";
import { type Finding, finding } from "./findings";

/** Whether emails can leave: the mail server is asked, and nothing is sent. */
export async function checkMail({ smtp, mailFrom, mailbox, publicUrl }: Config): Promise<Finding[]> {
  if (!smtp) {
    const isLocal = !publicUrl.startsWith("https:") && keepsCookies({ publicUrl }, new URL(publicUrl).host);
    return [finding(isLocal ? "mail_kept" : "mail_not_sent", { mailbox })];
  }
  const server = `${smtp.host}:${smtp.port}`;
  const reason = await probeSmtp(smtp);
  const findings = [
    reason === undefined ? finding("mail_accepted", { server }) : finding("mail_refused", { server, reason }),
  ];
  if (mailFrom.address.endsWith("@localhost")) findings.push(finding("mail_sender", { sender: mailFrom.address }));
  return findings;
}
