import type { SmtpServer } from "../config/smtp-url";
import { failureOf } from "./failures";

/** Milliseconds that a mail server may take for each step. */
const timeout = 10_000;

/** Connects to a mail server and signs in, without sending anything. @returns why that fails; undefined when it works */
export async function probeSmtp(server: SmtpServer): Promise<string | undefined> {
  const { createTransport } = await import("nodemailer");
  const timeouts = {
    connectionTimeout: timeout,
    greetingTimeout: timeout,
    socketTimeout: timeout,
    dnsTimeout: timeout,
  };
  const transport = createTransport({ ...server, ...timeouts });
  try {
    await transport.verify();
    return undefined;
  } catch (error) {
    return failureOf(error, "").reason;
  } finally {
    transport.close();
  }
}
