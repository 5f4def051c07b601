import type { App } from "../app";
import { escapeHtml } from "../html";
import { newId } from "../ids";
import { failureOf } from "./failures";
import { emailPage } from "./render";

/** How sending a test email ended: where it went, and why it was not taken. */
export interface TestResult {
  /** The mail server, or the folder that emails are kept in. */
  place: string;
  failure: string | null;
}

/** Sends an email at once, past the outbox, and says what the mail server answers. */
export async function sendTestEmail({ mailer, config, clock }: App, to: string): Promise<TestResult> {
  const place = config.smtp ? `${config.smtp.host}:${config.smtp.port}` : config.mailbox;
  const text = `${config.appName} can send emails. Someone who runs it asked for this one.`;
  const subject = `Test from ${config.appName}`;
  const html = emailPage({ subject, appName: config.appName }, `<p>${escapeHtml(text)}</p>`);
  try {
    await mailer.send({ id: newId("eml", clock.now()), to, template: "test", link: undefined, subject, text, html });
    return { place, failure: null };
  } catch (error) {
    return { place, failure: failureOf(error, to).reason };
  }
}
