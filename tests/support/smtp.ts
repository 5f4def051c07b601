import PostalMime, { type Email } from "postal-mime";
import { SMTPServer } from "smtp-server";

export interface TestSmtp {
  url: string;
  /** Every letter it took. */
  received: Email[];
  /** What it does with the next letters: takes them, refuses them with a code, or hangs up in the middle of them. */
  mood: "takes" | "hangs up" | number;
  close(): Promise<void>;
}

/** A real SMTP server in this process. */
export async function openSmtp(): Promise<TestSmtp> {
  const smtp: TestSmtp = { url: "", received: [], mood: "takes", close };
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS", "AUTH"],
    closeTimeout: 1,
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const { mood } = smtp;
        if (mood === "hangs up") {
          for (const connection of server.connections) {
            if (connection.session === session)
              (connection as unknown as { _socket: { destroy(): void } })._socket.destroy();
          }
          return;
        }
        if (typeof mood === "number") return done(Object.assign(new Error("refused"), { responseCode: mood }));
        PostalMime.parse(Buffer.concat(chunks)).then((email) => {
          smtp.received.push(email);
          done();
        }, done);
      });
    },
  });
  server.on("error", () => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  smtp.url = `smtp://127.0.0.1:${(server.server.address() as { port: number }).port}`;
  function close() {
    return new Promise<void>((resolve) => server.close(resolve));
  }
  return smtp;
}
