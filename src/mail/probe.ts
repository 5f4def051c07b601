import type { SmtpServer } from "../config/smtp-url";
import { failureOf } from "./failures";

/** Milliseconds that a mail server may take for each step, in which it may not fall silent ... */
const timeout = 10_000;
/** ... and for all of them, however slowly it talks. */
const totalTimeout = 30_000;

/** Connects to a mail server and signs in, without sending anything. @returns why that fails; undefined when it works */
export async function probeSmtp(server: SmtpServer, patience = totalTimeout): Promise<string | undefined> {
  const { createTransport } = await import("nodemailer");
  const timeouts = {
    connectionTimeout: timeout,
    greetingTimeout: timeout,
    socketTimeout: timeout,
    dnsTimeout: timeout,
  };
  const transport = createTransport({ ...server, ...timeouts });
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`it took longer than ${patience / 1000} seconds`)), patience);
  try {
    await Promise.race([transport.verify(), late.promise]);
    return undefined;
  } catch (error) {
    return failureOf(error).reason;
  } finally {
    clearTimeout(timer);
    transport.close();
  }
}
