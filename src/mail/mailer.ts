import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Transporter } from "nodemailer";
import type { Config } from "../config/config";
import type { SmtpServer } from "../config/smtp-url";
import type { Mailbox } from "../config/values";
import type { Log } from "../log";
import type { Message } from "./render";

/** Hands letters over. */
export interface Mailer {
  /** Resolves when somebody else has taken the letter. @throws Error of nodemailer, whose `responseCode` may be final */
  send(message: Message): Promise<void>;
  close(): void;
}

/** Over SMTP, or, where no server is configured, into a folder and the log, so that who tries Bask out finds the links. */
export function openMailer(config: Config, log: Log): Mailer {
  return config.smtp ? smtp(config.smtp, config.mailFrom) : mailbox(config.mailbox, config.mailFrom, log);
}

/** Milliseconds a silent server is waited for; far less than a letter's lease. */
const smtpTimeout = 20_000;

function smtp(server: SmtpServer, from: Mailbox): Mailer {
  const transport = transporter({
    ...server,
    pool: true,
    maxConnections: 5,
    connectionTimeout: smtpTimeout,
    greetingTimeout: smtpTimeout,
    socketTimeout: smtpTimeout,
  });
  return {
    async send(message) {
      await (await transport.open()).sendMail(mail(message, from));
    },
    close: transport.close,
  };
}

function mailbox(folder: string, from: Mailbox, log: Log): Mailer {
  const transport = transporter({ streamTransport: true, buffer: true });
  return {
    async send(message) {
      const { message: raw } = await (await transport.open()).sendMail(mail(message, from));
      await mkdir(folder, { recursive: true });
      const file = join(folder, `${message.id}-${message.template}.eml`);
      await writeFile(file, raw as Buffer, { mode: 0o600 });
      log.info({ to: message.to, link: message.link, file }, `letter: ${message.subject}`);
    },
    close: transport.close,
  };
}

/** The library is loaded with the first letter, so that a process starts without it. */
function transporter(options: object) {
  let opened: Promise<Transporter> | undefined;
  return {
    open() {
      opened ??= import("nodemailer").then(({ createTransport }) => createTransport(options));
      opened.catch(() => (opened = undefined));
      return opened;
    },
    close() {
      opened?.then(
        (transport) => transport.close(),
        () => {},
      );
    },
  };
}

/** The same Message-ID at each attempt, by which receivers know a letter they have already. */
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
