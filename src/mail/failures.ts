/** Why an email could not be handed over. */
export interface Failure {
  /**
   * Who can mend it.
   * - `sender`: this installation: its server, network, TLS, credentials, sender address or reputation. Time and the operator mend it.
   * - `recipient`: no one. The server knows the recipient and refuses them for good.
   * - `unknown`: it may pass.
   */
  by: "sender" | "recipient" | "unknown";
  /** Its codes and the first line of what the server said, without the recipient, links and tokens. */
  reason: string;
}

/** What nodemailer says of a failure. */
interface SmtpError {
  code?: string;
  command?: string;
  response?: string;
  responseCode?: number;
  message?: string;
}

/** @param recipient of the email; undefined where none was sent */
export function failureOf(error: unknown, recipient?: string): Failure {
  const { code, command, response, responseCode, message } = error as SmtpError;
  const said = firstLine(response ?? message ?? "", recipient);
  const reason = [code, command, said].filter(Boolean).join(" ") || "unknown";
  return { by: blame({ code, command, said, responseCode }), reason };
}

/** Enhanced status codes (RFC 3463) for a mailbox that does not exist, has moved or is disabled, and for a domain without email. */
const recipientCodes = /^5\.(1\.(1|2|3|6|10)|2\.1)$/;
/** Those for security and policy, the sender's address and the protocol. */
const senderCodes = /^[45]\.(7\.\d+|1\.[78]|5\.\d+)$/;
/** What servers without enhanced codes say when they refuse the sender with a code that is meant for recipients. */
const aboutSender = /relay|auth|sender|rcpthosts|tls|spf|dkim|dmarc|policy|polic|denied|block|spam|reputation|black/i;

interface Symptoms {
  code: string | undefined;
  command: string | undefined;
  said: string;
  responseCode: number | undefined;
}

function blame({ code, command, said, responseCode }: Symptoms): Failure["by"] {
  if (responseCode === undefined) return code === "EENVELOPE" || code === "EMESSAGE" ? "unknown" : "sender";
  const enhanced = /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(said)?.[1];
  const isAboutMessage = command === "RCPT TO" || command === "DATA";
  if (!isAboutMessage || [530, 534, 535, 538].includes(responseCode) || senderCodes.test(enhanced ?? ""))
    return "sender";
  if (enhanced !== undefined) return recipientCodes.test(enhanced) ? "recipient" : "unknown";
  const isRefusal = command === "RCPT TO" && [550, 551, 553].includes(responseCode);
  return isRefusal ? (aboutSender.test(said) ? "sender" : "recipient") : "unknown";
}

/** A server may repeat what it was sent: the recipient and the links stay out of logs. */
function firstLine(text: string, recipient: string | undefined): string {
  const line = text.slice(0, 2_000).split(/\r?\n/, 1)[0] ?? "";
  return (recipient ? line.replaceAll(recipient, "<recipient>") : line)
    .replace(/\bhttps?:\S+/gi, "<link>")
    .replace(/bml_[\w-]+/g, "<token>")
    .replace(/[^\P{C}]/gu, " ")
    .slice(0, 200)
    .trim();
}
