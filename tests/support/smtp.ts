import PostalMime, { type Email } from "postal-mime";
import { SMTPServer } from "smtp-server";
import { parseSmtpUrl, type SmtpServer } from "../../src/config/smtp-url";

/** What the server does at each step: it answers a line such as "550 5.1.1 no such user", or takes what comes. */
export interface SmtpBehavior {
  greeting?: string;
  auth?: string;
  mail?: string;
  rcpt?: string;
  data?: string | "hang up" | "silence";
  /** Called when a text has arrived. */
  onData?: () => void;
}

export interface TestSmtp {
  /** Where it listens, as SMTP_URL would have it. */
  server: SmtpServer;
  /** Every email it took. */
  received: Email[];
  behavior: SmtpBehavior;
  close(): Promise<void>;
}

/** A real SMTP server in this process. */
export async function openSmtp(): Promise<TestSmtp> {
  const server = new SMTPServer({
    authOptional: true,
    allowInsecureAuth: true,
    disabledCommands: ["STARTTLS"],
    closeTimeout: 1,
    onConnect: (_, done) => done(refusal("greeting")),
    onAuth: ({ username }, _, done) => done(refusal("auth"), { user: username }),
    onMailFrom: (_, __, done) => done(refusal("mail")),
    onRcptTo: (_, __, done) => done(refusal("rcpt")),
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const { data, onData } = smtp.behavior;
        onData?.();
        if (data === "silence") return;
        if (data === "hang up") {
          for (const connection of server.connections) {
            if (connection.session === session)
              (connection as unknown as { _socket: { destroy(): void } })._socket.destroy();
          }
          return;
        }
        if (data !== undefined) return done(refusal("data"));
        PostalMime.parse(Buffer.concat(chunks)).then((email) => {
          smtp.received.push(email);
          done();
        }, done);
      });
    },
  });
  server.on("error", () => {});
  const smtp: TestSmtp = {
    server: await listen(server),
    received: [],
    behavior: {},
    close: () => new Promise<void>((resolve) => server.close(resolve)),
  };
  function refusal(step: "greeting" | "auth" | "mail" | "rcpt" | "data"): Error | null {
    const line = smtp.behavior[step];
    if (line === undefined) return null;
    const [, responseCode, text] = /^(\d{3}) (.*)$/.exec(line)!;
    return Object.assign(new Error(text), { responseCode: Number(responseCode) });
  }
  return smtp;
}

async function listen(server: SMTPServer): Promise<SmtpServer> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return parseSmtpUrl(`smtp://127.0.0.1:${(server.server.address() as { port: number }).port}`);
}
