import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Transporter } from "nodemailer";
import type { Config } from "../config/config";
import type { SmtpServer } from "../config/smtp-url";
import type { Mailbox } from "../config/values";
import type { Log } from "../log";
import type { Message } from "./render";

/** Hands emails over. */
export interface Mailer {
  /** Resolves when another system has taken the email. @throws MailerClosed, or an Error of nodemailer */
  send(message: Message): Promise<void>;
  /** Waits a moment for what is being sent, then abandons it, however silent the server is. */
  close(): Promise<void>;
}

/** The mailer was closed before the email was handed over, as far as is known. */
export class MailerClosed extends Error {
  override name = "MailerClosed";
}

/** Over SMTP, or, where no server is configured, into a folder and the log, so that those who try Bask out find the links. */
export function openMailer(config: Config, log: Log): Mailer {
  return config.smtp ? smtp(config.smtp, config.mailFrom) : mailbox(config.mailbox, config.mailFrom, log);
}

/** Milliseconds a silent server is waited for. */
const smtpTimeout = 20_000;
/** Milliseconds for one email in all, also from a server that never falls silent; far less than an email's lease. */
const sendTimeout = 60_000;
/** Milliseconds that emails being sent are given when the mailer closes. */
const closeTimeout = 2_000;

function smtp(server: SmtpServer, from: Mailbox): Mailer {
  const timeouts = { connectionTimeout: smtpTimeout, greetingTimeout: smtpTimeout, socketTimeout: smtpTimeout };
  const transport = transporter({ ...server, ...timeouts, dnsTimeout: smtpTimeout, pool: true, maxConnections: 5 });
  const underway = new Map<AbortController, Promise<unknown>>();
  let closed = false;

  async function send(message: Message) {
    if (closed) throw new MailerClosed();
    const attempt = new AbortController();
    const timer = setTimeout(() => attempt.abort(new Error("the server took longer than a minute")), sendTimeout);
    const sending = transport.open().then((to) => to.sendMail({ ...mail(message, from), signal: attempt.signal }));
    underway.set(attempt, sending);
    try {
      await sending;
    } catch (error) {
      throw attempt.signal.aborted ? attempt.signal.reason : error;
    } finally {
      clearTimeout(timer);
      underway.delete(attempt);
    }
  }

  async function close() {
    closed = true;
    const end = Promise.withResolvers<void>();
    const timer = setTimeout(end.resolve, closeTimeout);
    await Promise.race([Promise.allSettled(underway.values()), end.promise]);
    clearTimeout(timer);
    for (const attempt of underway.keys()) attempt.abort(new MailerClosed());
    await transport.close();
  }

  return { send, close };
}

function mailbox(folder: string, from: Mailbox, log: Log): Mailer {
  const transport = transporter({ streamTransport: true, buffer: true });
  return {
    async send(message) {
      const { to, link } = message;
      const subject = `email: ${message.subject}`;
      const file = join(folder, `${message.id}-${message.template}.eml`);
      try {
        const { message: raw } = await (await transport.open()).sendMail(mail(message, from));
        await mkdir(folder, { recursive: true });
        await writeFile(file, raw as Buffer, { mode: 0o600 });
        log.info({ to, link, file }, subject);
      } catch (err) {
        // The link is what the reader of the log waits for.
        log.warn({ to, link, err }, `${subject} (it could not be kept in the mailbox)`);
      }
    },
    close: transport.close,
  };
}

/** The library is loaded with the first email, so that a process starts without it. */
function transporter(options: object) {
  let opened: Promise<Transporter> | undefined;
  return {
    open() {
      opened ??= import("nodemailer").then(({ createTransport }) => createTransport(options));
      opened.catch(() => (opened = undefined));
      return opened;
    },
    async close() {
      (await opened?.catch(() => undefined))?.close();
    },
  };
}

/** The same Message-ID at each attempt, by which receivers know an email they have already. */
function mail({ id, to, subject, text, html }: Message, from: Mailbox) {
  const domain = from.address.slice(from.address.indexOf("@") + 1);
  return {
    from,
    to: { name: "", address: to },
    subject,
    text,
    html,
    messageId: `<${id}@${domain}>`,
    headers: { "Auto-Submitted": "auto-generated" },
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}
